"""Writes a report as Markdown: texts are escaped, so that no post can make a link, a picture or a heading."""

import re

from listener.weekly.blocks import Block, Break, Bullets, Document, Heading, Picture, Quote, Table, Text

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#!~&])")
_BEGINNING = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown(document: Document) -> str:
    """The whole document; pictures are told in words, as a text holds none."""
    lines = [f"# {plain(document.title)}", "", plain(document.subtitle), ""]
    for block in document.blocks:
        lines += _lines(block)
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """A text that Markdown takes as it stands."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _BEGINNING.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", escaped)


def _lines(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [f"{'#' * (block.level + 1)} {plain(block.text)}", ""]
    if isinstance(block, Text):
        return [plain(block.text), ""]
    if isinstance(block, Bullets):
        return [*(f"- {plain(item)}" for item in block.items), ""]
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Quote):
        said = "…" if block.text is None else plain(block.text)
        return [f"> {said}", ">", f"> {plain(block.about)}", ""]
    if isinstance(block, Picture):
        return [f"*{plain(block.alt)}*", ""]  # what its colours mean is not seen here
    return ["---", ""] if isinstance(block, Break) else []


def _table(block: Table) -> list[str]:
    rule = ["---", *("---:" for _ in block.head[1:])]
    rows = [[plain(cell) for cell in row] for row in (block.head, *block.rows)]
    table = [f"| {' | '.join(cells)} |" for cells in (rows[0], rule, *rows[1:])]
    return [f"**{plain(block.caption)}**", "", *table, ""]
