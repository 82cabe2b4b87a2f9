"""Places the terms of a word cloud: a panel per font, laid out by the wordcloud library; no file format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from listener.reports.fonts import FontChoice, group_by_font
from listener.reports.word_cloud import CloudTerm

EDGE = 12
"""Pixels left free at the sides, at the top and at the bottom."""
_LEAST_PANEL = 0.16
"""Share of all terms that a panel is given room for at least, so that a few words of a script stay legible."""
_GAP = 14
_SMALLEST_FONT = 12
_SEED = 7
_TRIES = 10


@dataclass(frozen=True)
class PlacedWord:
    """A drawn word; ``x`` is where its advance begins, in pixels from the left, ``baseline`` in pixels from the top."""

    term: CloudTerm
    x: float
    baseline: float
    width: float
    """Advance width in pixels."""
    size: int
    """Font size in pixels."""
    font: FontChoice


@dataclass(frozen=True)
class Panel:
    """One font's part of the picture, ``top`` pixels from its upper edge."""

    top: int
    font: FontChoice
    terms: Mapping[str, CloudTerm]
    """By the text as it is handed to Pillow."""
    cloud: Any
    """The library's WordCloud, laid out."""

    def words(self) -> Iterator[PlacedWord]:
        """The words in the order of their size, the largest first."""
        from PIL import ImageFont

        for (drawn, _), size, (down, across), _, _ in self.cloud.layout_:
            font = ImageFont.truetype(str(self.font.path), size)
            # The library puts the corner of a word's ink at the place; text stands on its baseline.
            left, above, _, _ = font.getbbox(drawn, anchor="ls")
            x, baseline = EDGE + int(across) - left, self.top + int(down) - above
            yield PlacedWord(self.terms[drawn], x, baseline, font.getlength(drawn), size, self.font)


def lay_out(
    terms: Sequence[CloudTerm], width: int, height: int, ground: str, colour: Callable[[CloudTerm], str]
) -> list[Panel]:
    """The panels of a picture of width x height pixels, the one with most terms on top.

    Heights are in proportion to the number of terms, and sizes compare across panels. ``ground`` and ``colour`` are
    what the library draws with. Terms that no font covers are left out.
    """
    from PIL import features

    has_raqm = bool(features.check("raqm"))
    by_name = {term.term: term for term in reversed(terms)}
    groups, _ = group_by_font(term.term for term in terms if by_name[term.term] is term)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    shares = [max(len(names), _LEAST_PANEL * len(by_name)) for _, names in ordered]
    panels: list[Panel] = []
    top = EDGE
    for (font, names), share in zip(ordered, shares, strict=True):
        drawn = {in_drawing_order(name, has_raqm): by_name[name] for name in names}
        size = (width - 2 * EDGE, int((height - 2 * EDGE) * share / sum(shares)))
        largest = _scaled(panels[0], drawn) if panels else _largest(height, len(by_name))
        cloud = _fitted(drawn, largest, _options(font, size, ground, {word: colour(drawn[word]) for word in drawn}))
        if cloud is not None:
            panels.append(Panel(top, font, drawn, cloud))
        top += size[1]
    return panels


def in_drawing_order(term: str, has_raqm: bool) -> str:
    """The text as Pillow wants it: with raqm it orders Hebrew and Arabic itself, and would reverse a reversed text.

    Pillow's wheels have raqm wherever the system has libfribidi. Without it Arabic letters stay unjoined.
    """
    if has_raqm:
        return term
    from bidi.algorithm import get_display

    return str(get_display(term))


def _fitted(terms: Mapping[str, CloudTerm], largest: int, options: Mapping[str, Any]) -> Any | None:
    """The layout that holds the most words, all of them where they fit; None if not one does.

    The library stops at the first word without room, so the largest are made smaller, and nearer in size to the
    smallest, until these find theirs.
    """
    from wordcloud import WordCloud

    best, emphasis = None, 0.5
    for _ in range(_TRIES):
        cloud = WordCloud(max_words=len(terms), max_font_size=largest, relative_scaling=emphasis, **options)
        try:
            cloud.generate_from_frequencies({word: _weight(term) for word, term in terms.items()})
        except ValueError:  # the library's word for "not even the first one fits"
            break
        if cloud.layout_ and (best is None or len(cloud.layout_) > len(best.layout_)):
            best = cloud
        if len(cloud.layout_) in (0, len(terms)):
            break
        largest, emphasis = max(_SMALLEST_FONT, int(cloud.layout_[0][1] * 0.85)), emphasis * 0.8
    return best


def _options(font: FontChoice, size: tuple[int, int], ground: str, colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "font_path": str(font.path),
        "width": size[0],
        "height": size[1],
        "margin": _GAP,
        "prefer_horizontal": 1,  # sideways Hebrew and Chinese cannot be read, and sideways Latin hardly
        "min_font_size": _SMALLEST_FONT,
        "random_state": _SEED,
        "background_color": ground,
        "color_func": lambda word, **_: colours[word],
    }


def _weight(term: CloudTerm) -> float:
    """What a word's size tells: how characteristic it is and how many posts hold it, in equal parts."""
    return sqrt(max(term.score, 1e-6) * max(term.count, 1))


def _largest(height: int, count: int) -> int:
    """The font size that the first word gets if it fits: a giant one would have others inside its letters."""
    return max(_SMALLEST_FONT, int(height * (0.16 + 0.24 * max(0.0, 1 - count / 50))))


def _scaled(first: Panel, terms: Mapping[str, CloudTerm]) -> int:
    """The font size of a panel's first word: that of the first panel's nearest word of at least its weight."""
    weight = max(map(_weight, terms.values()))
    sizes = [size for (drawn, _), size, *_ in first.cloud.layout_ if _weight(first.terms[drawn]) >= weight]
    return int(min(sizes, default=first.cloud.layout_[0][1]))
