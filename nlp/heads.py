"""The linear heads over the encoder's vectors, apart from the encoder: a file that corrections have changed.

``nlp.heads_fitting`` makes them; ``nlp.encoder`` runs them. A file belongs to one version of one encoder.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """All heads side by side: ``weight`` (classes of all tasks, vector), ``bias`` (classes of all tasks,)."""

    encoder: str
    """Name and version of the encoder whose vectors they read."""
    weight: Floats
    bias: Floats
    corrections: int = 0
    """How many corrected labels they have learned from."""

    @property
    def mark(self) -> str:
        """Eight digits that change with the weights: part of the model's name, so that posts are labelled anew."""
        return hashlib.sha256(self.weight.tobytes() + self.bias.tobytes()).hexdigest()[:8]

    def logits(self, vectors: Floats) -> Floats:
        """Raw scores of vectors (posts, vector): (posts, classes of all tasks)."""
        scores: Floats = vectors @ self.weight.T + self.bias
        return scores

    def save(self, path: Path) -> None:
        """Write the file in one step: a reader sees the old heads or the new ones, whole. Raises ModelError."""
        card = {"encoder": self.encoder, "corrections": self.corrections}
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                np.savez_compressed(file, card=np.array(json.dumps(card)), weight=self.weight, bias=self.bias)
            part.replace(path)
        except OSError as error:
            raise ModelError(f"{path}: the heads cannot be written ({error.strerror or error})") from error

    @classmethod
    def load(cls, path: Path, for_encoder: str | None = None) -> "Heads":
        """Read a file. Raises ModelError if it is missing, damaged, or made for another encoder than the one named."""
        try:
            with path.open("rb") as file, np.load(file) as stored:
                card = json.loads(str(stored["card"]))
                heads = cls(card["encoder"], stored["weight"], stored["bias"], int(card["corrections"]))
                if heads.weight.ndim != 2 or heads.bias.shape != heads.weight.shape[:1]:
                    raise ValueError("of another shape")
        except FileNotFoundError:
            raise ModelError(f"{path}: no such file; make one with: listener train --heads") from None
        except (OSError, EOFError, KeyError, ValueError, AttributeError, TypeError, BadZipFile, zlib.error) as error:
            raise ModelError(f"{path}: no heads ({error}); remove it, then: listener train --heads") from error
        if for_encoder is not None and heads.encoder != for_encoder:
            raise ModelError(
                f"{path}: heads of {heads.encoder}, but this is {for_encoder}; make them anew with: "
                "listener train --heads"
            )
        return heads
