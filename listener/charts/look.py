"""How charts look: colours for light and dark ground, fonts, and the language that they speak; draws nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from listener.reports.fonts import is_right_to_left
from models.words import ResponseState, Sentiment

if TYPE_CHECKING:
    from listener.wording import Wording

Say = Callable[[str], str]
"""Gives a text of the charts in the reader's language; ``gettext`` of a catalogue is one."""
FAMILIES = "Heebo, Noto Sans TC, DejaVu Sans, Noto Sans, Segoe UI, Arial, sans-serif"
PANEL_WIDTH = 240
"""Pixels of one panel where several stand side by side."""
WIDTH = 3 * PANEL_WIDTH + 100
"""Pixels that a title may take."""


def as_written(text: str) -> str:
    """English, as the texts stand in the code."""
    return text


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. Told apart in red-green blindness too; what is drawn has 3 : 1 against the ground, text 4.5 : 1."""

    ground: str
    ink: str
    quiet: str
    line: str
    gap: str
    counted: str
    corrected: str
    heat: tuple[str, str]
    """From nothing to all; ``ink`` can be read on either."""
    sentiments: Mapping[Sentiment, str]
    states: Mapping[ResponseState, str]


LIGHT = Colours(
    ground="#ffffff",
    ink="#1c2421",
    quiet="#56625d",
    line="#dbe1de",
    gap="#e9eceb",
    counted="#6b7671",
    corrected="#0b5f8a",
    heat=("#f1f6f9", "#6ea7c8"),
    sentiments={Sentiment.NEGATIVE: "#b8400a", Sentiment.NEUTRAL: "#5a6570", Sentiment.POSITIVE: "#00727a"},
    states={
        ResponseState.ANSWERED: "#1f7a5f",
        ResponseState.REDIRECTED: "#3f88a0",
        ResponseState.UNANSWERED: "#c8501e",
    },
)
DARK = Colours(
    ground="#12171d",
    ink="#e6ebe8",
    quiet="#a3b0aa",
    line="#313b44",
    gap="#252e36",
    counted="#98a5a0",
    corrected="#7cc4ee",
    heat=("#1d2831", "#2c6a8e"),
    sentiments={Sentiment.NEGATIVE: "#ff9466", Sentiment.NEUTRAL: "#b3bdc8", Sentiment.POSITIVE: "#45d0c8"},
    states={
        ResponseState.ANSWERED: "#3fae8a",
        ResponseState.REDIRECTED: "#6fb4cb",
        ResponseState.UNANSWERED: "#f0824f",
    },
)


@dataclass(frozen=True, slots=True)
class Look:
    """Light or dark, and in which language; days and times by the customs of ``wording``, ISO 8601 and UTC without."""

    is_dark: bool = False
    say: Say = as_written
    wording: "Wording | None" = None

    @property
    def colours(self) -> Colours:
        """Those of the theme."""
        return DARK if self.is_dark else LIGHT

    @property
    def is_rtl(self) -> bool:
        """Whether the language is written from right to left, which a text of it tells."""
        return is_right_to_left(self.say("posts"))

    @property
    def start(self) -> Literal["left", "right"]:
        """The side that reading begins at, where rows are named and scales begin."""
        return "right" if self.is_rtl else "left"

    def beyond(self, pixels: int) -> dict[str, Any]:
        """How a text begins so many pixels after a mark, in the direction of reading."""
        return {"align": self.start, "dx": -pixels if self.is_rtl else pixels}

    def state(self, state: ResponseState) -> str:
        """The colour of a state; what is neither answered nor waiting is grey."""
        return self.colours.states.get(state, self.colours.counted)


def config(look: Look, *, is_board: bool = False) -> dict[str, Any]:
    """Vega-Lite's configuration for a look. On a board the titles begin where the scales do, to align."""
    colours = look.colours
    axis = {
        "labelColor": colours.quiet,
        "titleColor": colours.quiet,
        "domainColor": colours.line,
        "tickColor": colours.line,
        "gridColor": colours.line,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 400,
        "labelPadding": 6,
        "labelLimit": 0,  # labels are cut before; to be measured and cut here takes as long as all else
    }
    return {
        "background": colours.ground,
        "font": FAMILIES,
        "padding": 16,
        "view": {"stroke": None},
        "axis": axis,
        "header": {
            "labelColor": colours.ink,
            "labelFontSize": 13,
            "labelFontWeight": 600,
            "labelAnchor": "end" if look.is_rtl else "start",
        },
        "legend": {"labelColor": colours.ink, "labelFontSize": 12, "symbolOpacity": 1, "symbolStrokeWidth": 2},
        "title": {
            "color": colours.ink,
            "fontSize": 17,
            "fontWeight": 600,
            "subtitleColor": colours.quiet,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
            "frame": "group" if is_board and not look.is_rtl else "bounds",
            "anchor": "end" if look.is_rtl else "start",
            "offset": 12,
            "limit": 0,
        },
        "text": {"color": colours.ink, "fontSize": 12},
    }
