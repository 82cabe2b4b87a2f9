"""What is done to a post's text before the tokenizer sees it and to its pieces after, in training and use alike."""

import re

_LINK = re.compile(r"https?://\S+|\bt\.co/\S+")
_SPACE = re.compile(r"\s+")


def simplified(text: str) -> str:
    """Every link becomes ``http``, every run of white space one space, half an emoji a question mark."""
    text = text.encode("utf-8", "replace").decode()
    return _SPACE.sub(" ", _LINK.sub("http", text)).strip()


def shorten(pieces: list[int], limit: int) -> list[int]:
    """Cut a long post to its first three quarters and its end, where verdicts stand."""
    if len(pieces) <= limit:
        return pieces
    tail = limit // 4
    return pieces[: limit - tail] + pieces[-tail:]
