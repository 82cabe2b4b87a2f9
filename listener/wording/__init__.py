"""The texts of the interface in the reader's language, with dates and numbers as they write them; no HTTP in it."""

from listener.wording.catalogues import LANGUAGES
from listener.wording.choosing import Choice, chosen
from listener.wording.wording import Wording, english, wording_of

__all__ = ["LANGUAGES", "Choice", "Wording", "chosen", "english", "wording_of"]
