"""Writes a report as PDF by Typst: tagged, bookmarks, fonts inside, pip packages alone. No text is read as markup."""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from listener.reports.fonts import drawable, text_folders
from listener.weekly.blocks import Block, Document, Picture, Quote, Table
from models.errors import RenderError

TEMPLATE = Path(__file__).parent / "report.typ"
FONTS = ("Heebo", "DejaVu Sans", "Noto Sans TC")
_LONGEST_WORD = 24
_MARGIN, _LONGEST_COUNTED, _WIDEST = 3, 14, 20
"""Of columns, in characters: room between two of them; the longest word, and the widest line, that are counted."""
_BREAK = "\N{ZERO WIDTH SPACE}"
_JOINED = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]|\u200d[\u2600-\u27bf\U0001f000-\U0001faff]")
"""What is joined to an emoji: it is printed as the first of them, so that a family is not five boxes."""


def pdf(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """The document on A4; the same one gives the same bytes. Raises RenderError."""
    return _made(document, pictures, "pdf")[0]


def pages(document: Document, pictures: Mapping[str, bytes], ppi: float = 80) -> list[bytes]:
    """The pages as PNG, to be looked at."""
    return _made(document, pictures, "png", ppi)


def _made(document: Document, pictures: Mapping[str, bytes], format: Any, ppi: float | None = None) -> list[bytes]:
    """Compiled in a folder of its own, beyond which Typst reads nothing."""
    import typst

    with tempfile.TemporaryDirectory(prefix="moment-listener-") as folder:
        root = Path(folder)
        for name, content in pictures.items():
            (root / f"{name}.png").write_bytes(content)
        source = root / TEMPLATE.name
        source.write_bytes(TEMPLATE.read_bytes())
        try:
            fonts = typst.Fonts(False, False, [str(one) for one in text_folders()])
            made = typst.compile(
                source,
                root=root,
                font_paths=fonts,
                format=format,
                ppi=ppi,
                sys_inputs={"document": json.dumps(_data(document, pictures))},
            )
        except typst.TypstError as error:
            raise RenderError(f"PDF: {error.message}") from error
    if made is None:
        raise RenderError("PDF: nothing was made")
    return [made] if isinstance(made, bytes) else list(made)


def _data(document: Document, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    language, _, script = document.language.partition("-")
    is_chinese = language == "zh"
    blocks = [_block(block) for block in document.blocks if not isinstance(block, Picture) or block.name in pictures]
    return {
        name: _set(value)
        for name, value in {
            "title": document.title,
            "subtitle": document.subtitle,
            "language": language,
            "region": "TW" if is_chinese and script == "Hant" else None,
            "is_rtl": document.is_rtl,
            "fonts": list(FONTS),
            "blocks": blocks,
        }.items()
    }


def _block(block: Block) -> dict[str, Any]:
    data = asdict(block) | {"kind": type(block).__name__.lower()}
    if isinstance(block, Quote):
        data["text"] = "…" if block.text is None else block.text
        language = block.language.partition("-")[0].lower()
        data["language"] = language if language.isascii() and language.isalpha() and len(language) in (2, 3) else "und"
    if isinstance(block, Table):
        data["widths"] = [_width(column) for column in zip(block.head, *block.rows, strict=True)]
    if isinstance(block, Picture):
        data["file"] = f"{block.name}.png"
    return data


def _width(column: Sequence[str]) -> int:
    """Of a column beside the others: room for its longest word, and for its longest text in two lines."""
    longest = max(sum(1 + (east_asian_width(char) in "WF") for char in cell) for cell in column)
    word = max(len(word) for cell in column for word in cell.split(" "))
    return _MARGIN + max(min(word, _LONGEST_COUNTED), min(longest // 2, _WIDEST))


def _set(value: Any) -> Any:
    """All texts as they can be set: characters without a shape as boxes, long words with places to break at."""
    if isinstance(value, str):
        return " ".join(map(_breakable, drawable(_JOINED.sub("", value)).split(" ")))
    if isinstance(value, dict):
        return {name: _set(one) for name, one in value.items()}
    return [_set(one) for one in value] if isinstance(value, list) else value


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    return _BREAK.join(word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))
