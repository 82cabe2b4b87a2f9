"""What a reader yields: a post with the line it came from, or a line that could not be read and why."""

from dataclasses import dataclass

from models.postdata import PostData


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post, the number of its (first) line, and the accounts of brands that the format itself ties it to."""

    line: int
    post: PostData
    accounts: tuple[str, ...] = ()
    ignored_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was skipped, by number, and what is wrong with it in one line."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


Row = ReadPost | BadLine


class FaultyLine(ValueError):
    """Raised while one line is read; readers turn it into a ``BadLine``."""
