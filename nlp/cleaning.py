"""Cleans the text of a post: HTML to plain lines, characters normalised; mentions, links and emoji stay."""

import html
import re
import unicodedata

# Only real markup makes a text HTML: "I <3 this" and "a < b" are plain words.
_TAG = re.compile(
    r"</?(?:p|br|a|span|div|b|i|u|s|em|strong|ul|ol|li|h[1-6]|blockquote|pre|code|img|del|hr|table|tr|td|th|"
    r"script|style|iframe|video|figure|small|sub|sup|aside|details|summary|mark|font|center|svg|body|html)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_BLOCKS = frozenset(("p", "br", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre"))
_UNSEEN = ("script", "style", "template", "iframe", "svg", "head", "noscript")
_UNWRITTEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*\n\s*")
URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w@/])@([\w][\w.\-]*\w|\w)(?:@[\w.\-]+\w)?")


def clean(text: str) -> str:
    """Return plain text: markup removed, entities decoded, NFC, no control characters, single spaces.

    Line breaks of block elements are kept, at most one empty line in a row. Zero-width joiners stay, since emoji and
    several scripts need them. Markup that the author wrote escaped is the author's words and stays: clean text once.
    """
    if _TAG.search(text):
        text = _plain(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _UNWRITTEN.sub("", text)
    text = unicodedata.normalize("NFC", text)  # last, since a dropped character may have kept two others apart
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _LINES.sub("\n\n", text).strip()


def without_handles_and_links(text: str) -> str:
    """The words alone: what language detection and term counts look at."""
    return _SPACES.sub(" ", HANDLE.sub(" ", URL.sub(" ", text))).strip()


def handles(text: str) -> list[str]:
    """The accounts that a text tags, in lower case, without the @ and without a server's name."""
    return [found.group(1).lower() for found in HANDLE.finditer(text)]


def _plain(text: str) -> str:
    from selectolax.lexbor import LexborHTMLParser  # slow to import, and most posts are plain

    tree = LexborHTMLParser(text)
    tree.strip_tags(list(_UNSEEN))
    if tree.body is None:
        return ""
    parts: list[str] = []
    for node in tree.body.traverse(include_text=True):
        if node.tag == "-text":
            parts.append((node.text_content or "").replace("\n", " "))
        elif node.tag in _BLOCKS:
            parts.append("\n")
    return "".join(parts)
