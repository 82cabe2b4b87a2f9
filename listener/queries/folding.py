"""Makes texts comparable: case, width and invisible characters are folded, diacritics stay. Knows no queries."""

import re
import unicodedata

# Zero-width and bidi controls, soft hyphens, variation selectors: what a reader never sees.
_UNSEEN = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
# Hebrew points and accents, Arabic points and the stretching line: most people leave them out.
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff]"
)
# NFKC would write Amber™ as AmberTM; the Ukrainian apostrophe counts as a letter in Unicode.
_SIGNS = str.maketrans({"™": " ", "℠": " ", "®": " ", "©": " ", "ʼ": "'"})
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff]{2})(?=[\U0001f1e6-\U0001f1ff])")


def spell(text: str) -> str:
    """The text in NFKC without trade-mark signs and without characters that nobody sees; case stays."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", UNSEEN.sub("", text).translate(_SIGNS))


def fold(text: str) -> str:
    """The text as it is compared: NFKC and casefold, points dropped; ``Žalia`` becomes ``žalia``, never ``zalia``."""
    if text.isascii():
        return text.casefold()
    text = spell(text)
    for _ in range(2):  # folding one form may yield another that folds again
        text = unicodedata.normalize("NFKC", text.casefold().replace("i\u0307", "i"))
    text = _POINTS.sub("", text)
    return _FLAG.sub(r"\1 ", text)  # in a row of flags, halves of two neighbours are no third flag
