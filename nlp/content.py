"""What a text is about, as a vector: states from the middle of the encoder, rid of what tells languages apart.

The encoder's last states were trained to tell stages and sentiments, and hardly know topics any more; its middle ones
still do, in all languages alike (docs/decisions/0006-themes.md). It loads no model.
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

Floats = NDArray[np.float32]

FILE = "content.npz"
"""The file beside the weights that holds ``ContentSpace``."""
STATES = "middle"
"""The model's output that is read: mean states of the fifth layer of ten."""
FEWEST = 30
"""Posts of a language below which its mean is not told from chance."""
POWER = 0.25
"""The components' variances are divided by themselves to twice this power: a step towards all counting alike."""


@dataclass(frozen=True, slots=True, eq=False)
class ContentSpace:
    """A fixed linear map of mean states (texts, width): ``mean`` (width,) is taken off, then ``matrix`` (width, width).

    Fixed, so that a theme found in one week can be compared with the next week's.
    """

    encoder: str
    """Name and version of the encoder that it was measured on."""
    mean: Floats
    matrix: Floats

    def of(self, states: Floats) -> Floats:
        """Unit vectors (texts, width); zeros for a text that lies at the mean."""
        turned: Floats = ((states - self.mean) @ self.matrix).astype(np.float32)
        return unit(turned)

    def save(self, path: Path) -> None:
        """Write the file; the matrix as float16, 300 KB."""
        card = np.array(json.dumps({"encoder": self.encoder, "states": STATES}))
        np.savez_compressed(path, card=card, mean=self.mean, matrix=self.matrix.astype(np.float16))


def load_space(path: Path, encoder: str) -> ContentSpace:
    """Read what ``save`` wrote. Raises ModelError if it is missing, damaged or of another encoder."""
    try:
        with path.open("rb") as file, np.load(file) as stored:
            if json.loads(str(stored["card"])) != {"encoder": encoder, "states": STATES}:
                raise ValueError("of another version of the model")
            return ContentSpace(encoder, stored["mean"], stored["matrix"].astype(np.float32))
    except (OSError, EOFError, KeyError, ValueError, TypeError, BadZipFile, zlib.error) as error:
        raise ModelError(f"{path.name}: the map to contents cannot be read ({error}); reinstall") from error


def measure_space(encoder: str, states: Floats, languages: NDArray[np.str_]) -> ContentSpace:
    """The map from mean states (texts, width) of texts in known languages.

    The directions between the languages' means are projected out; what is left is turned onto its principal components,
    and these are brought nearer to one variance (Mu and Viswanath 2018 drop the largest instead).
    """
    mean = states.mean(axis=0)
    names, counts = np.unique(languages, return_counts=True)
    known = names[counts >= FEWEST]
    apart = np.array([states[languages == name].mean(axis=0) - mean for name in known]).reshape(-1, states.shape[1])
    directions = np.linalg.svd(apart, full_matrices=False)[2][: max(0, len(known) - 1)]
    within = states - mean
    within = within - (within @ directions.T) @ directions
    variances, components = np.linalg.eigh(np.cov(within.T))
    kept = variances > variances.max() * 1e-6
    scale = np.where(kept, np.where(kept, variances, 1.0) ** -POWER, 0.0)
    matrix = (components - directions.T @ (directions @ components)) * scale
    return ContentSpace(encoder, mean.astype(np.float32), matrix.astype(np.float32))


def unit(vectors: Floats) -> Floats:
    """Rows of length one; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.where(lengths > 1e-9, lengths, 1.0)).astype(np.float32)
    return scaled
