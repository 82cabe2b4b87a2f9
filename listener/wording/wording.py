"""One reader's language, time zone and customs, and all that is said to them in it; pages, mails and charts use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from listener.wording import formats
from listener.wording.catalogues import LANGUAGES, SOURCE, translations_of
from listener.wording.isolation import isolated

if TYPE_CHECKING:
    from babel import Locale


@dataclass(frozen=True, slots=True)
class Wording:
    """``language`` is that of the catalogue (``zh_Hant``); ``zone`` is where times are told."""

    language: str
    locale: "Locale"
    zone: ZoneInfo
    translations: GNUTranslations

    @property
    def tag(self) -> str:
        """The value of a ``lang`` attribute: ``zh-Hant``."""
        return self.language.replace("_", "-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def _(self, text: str, /, **values: Any) -> str:
        """A message, its ``%(names)s`` filled in; without values a ``%`` in it stands for itself."""
        return self.filled(self.translations.gettext(text), values)

    def ngettext(self, one: str, many: str, num: int, /, **values: Any) -> str:
        """A message in the form that a number wants, which it may show as ``%(num)s``."""
        return self.filled(self.translations.ngettext(one, many, num), {"num": num, **values})

    def pgettext(self, context: str, text: str, /, **values: Any) -> str:
        """A message that another one looks like; ``context`` tells them apart."""
        return self.filled(self.translations.pgettext(context, text), values)

    def npgettext(self, context: str, one: str, many: str, num: int, /, **values: Any) -> str:
        """Both."""
        return self.filled(self.translations.npgettext(context, one, many, num), {"num": num, **values})

    def filled(self, text: str, values: Mapping[str, Any]) -> str:
        """``text % values``, where values are shown as ``shown`` says."""
        return text % self.shown(values) if values else text

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Numbers as the reader writes them, names fenced off so that their direction moves nothing around them."""
        return {name: self._shown(value) for name, value in values.items()}

    def _shown(self, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        if isinstance(value, str) and not hasattr(value, "__html__"):  # markup carries its own dir
            return isolated(value, self.direction)
        return value

    def number(self, value: float) -> str:
        """``12,345.6``."""
        return formats.number(value, self.locale)

    def percent(self, value: float) -> str:
        """A share (0 to 1): ``57%``, ``0.4%``."""
        return formats.percent(value, self.locale)

    def day(self, on: date) -> str:
        """``21 Nov 2026``."""
        return formats.day(on, self.locale)

    def time(self, at: datetime) -> str:
        """``21 Nov 2026, 14:00 UTC+2``."""
        return formats.moment(at, self.zone, self.locale)

    def duration(self, seconds: float) -> str:
        """Two units at most: ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 4 h``."""
        return formats.GAP.join(self._unit(count, unit) for count, unit in formats.two_units(seconds))

    def _unit(self, count: int, unit: str) -> str:
        said = self.number(count)
        if unit == "day":
            text = self.pgettext("duration", "%(count)s d", count=said)
        elif unit == "hour":
            text = self.pgettext("duration", "%(count)s h", count=said)
        elif unit == "minute":
            text = self.pgettext("duration", "%(count)s min", count=said)
        else:
            text = self.pgettext("duration", "%(count)s s", count=said)
        return text.replace(" ", formats.GAP)

    def listed(self, parts: Iterable[str]) -> str:
        """``a, b and c``."""
        from babel.lists import format_list

        return format_list([isolated(part, self.direction) for part in parts], locale=self.locale)

    def language_name(self, code: str) -> str | None:
        """What the reader calls a language, by its code (ISO 639, or a tag); None for one that is not known."""
        found: str | None = self.locale.languages.get(code.replace("-", "_"))
        return found

    def own_name(self, language: str) -> str:
        """What those who speak a shipped language call it."""
        other = formats.locale_of(language.replace("_", "-"))
        name: str = other.get_display_name(other) or language
        return name[:1].upper() + name[1:]


@lru_cache(maxsize=1024)
def wording_of(language: str = SOURCE, zone: str = "UTC", customs: str | None = None) -> Wording:
    """The wording of one shipped language; ``customs`` is a tag such as ``en-US``.

    Raises KeyError for a language that is not shipped, and ZoneInfoNotFoundError for an unknown zone.
    """
    locale = formats.locale_of(customs or LANGUAGES[language])
    return Wording(language, locale, ZoneInfo(zone), translations_of(language))


def english() -> Wording:
    """The source's own language, with times in UTC."""
    return wording_of()
