"""Pictures of the pages in a real Chromium: desktop, phone, dark, Hebrew, Chinese; nothing blank, cut off or shifting.

They are kept in the folder that LISTENER_SCREENSHOTS names, to be looked at.
"""

import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.pages.conftest import Opened

BRAND = "/brands/amber-roast"
PATHS = {
    "inbox": "/inbox",
    "overview": "",
    "trends": "/trends",
    "gap": "/gap",
    "journey": "/journey",
    "words": "/words",
}
_WATCH = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.shifted += one.value;
}).observe({ type: 'layout-shift', buffered: true });
"""
_SETTLE = """
async () => {
  for (let at = 0; at < document.documentElement.scrollHeight; at += 400) {
    scrollTo(0, at);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  const loaded = one => one.complete || new Promise(done => { one.onload = one.onerror = done; });
  await Promise.all([...document.images].map(loaded));
  await document.fonts.ready;
  scrollTo(0, 0);
}
"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: str = "en"
    is_dark: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        """Where reading begins."""
        return "rtl" if self.language == "he" else "ltr"


_PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
LOOKS = {
    "desktop": Look(),
    "phone": Look(options=_PHONE),
    "dark": Look(is_dark=True),
    "hebrew": Look("he"),
    "chinese": Look("zh-Hant"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go."""
    found = Path(os.environ.get("LISTENER_SCREENSHOTS") or tmp_path)
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.mark.parametrize("tab", PATHS)
@pytest.mark.parametrize("look_name", LOOKS)
def test_a_page_as_it_looks(shown: str, opened: Opened, folder: Path, look_name: str, tab: str) -> None:
    look = LOOKS[look_name]
    page = opened(color_scheme="dark" if look.is_dark else "light", reduced_motion="reduce", **look.options)
    page.add_init_script(_WATCH)
    page.goto(f"{shown}{BRAND}{'' if tab == 'overview' else f'/{tab}'}?lang={look.language}")
    page.evaluate(_SETTLE)
    assert page.evaluate("window.shifted") < 0.01
    assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
    _fits(page)
    if tab == "inbox" and look_name != "phone":
        page.locator(".entry .read").first.click()
        page.locator("#draft").wait_for()
    assert page.evaluate("getComputedStyle(document.body).direction") == look.direction
    whole = page.screenshot(full_page=True, path=folder / f"{look_name}-{tab}.png")
    _shows_something(whole, look)


def _fits(page: Page) -> None:
    """The page scrolls down alone, and no text is cut off by the box that it stands in."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main .chip, main h2, main h3, main dt, main summary')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)"
        ".map(one => one.textContent.trim())"
    )
    assert cut == []


def _shows_something(content: bytes, look: Look) -> None:
    """Many colours, more ground than anything else, and the ground as light or dark as asked for."""
    with Image.open(io.BytesIO(content)) as picture:
        small = picture.convert("RGB").resize((200, max(1, 200 * picture.height // picture.width)))
    colours = small.getcolors(small.width * small.height) or []
    assert len(colours) > 100
    ground = max(colours, key=lambda one: one[0])[1]
    assert isinstance(ground, tuple)
    assert (sum(ground) / 3 < 64) is look.is_dark
    assert sum(ground) / 3 > 200 or look.is_dark
