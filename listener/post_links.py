"""Finds what a post points at: the post that it quotes, and the addresses that it shares, each in its plainest form.

It follows no link and asks nobody: two addresses that lead to one page by a redirect stay two.
"""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from models.postdata import PostData
from models.prepared import LinkData
from models.words import LinkKind
from nlp.cleaning import URL

LONGEST = 400
"""Characters of a target that are kept as they are; PostgreSQL indexes rows of at most 2,704 bytes."""
MOST = 20
"""Addresses of one post that are kept; a post with more of them is a list of links."""
_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|igsh|mc_[ce]id|mkt_tok|_hs.*|oly_.*_id|"
    r"vero_(id|conv)|s_cid|wt_mc|ref|ref_src|ref_url|referrer|feature|si|share_id|_branch_match_id|guccounter|xtor|at_.*",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_CLOSING = re.compile(r"""[.,:;!?'"“”„‘’«»…。，、！？；：]+$""")
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<", "）": "（", "】": "【", "」": "「", "』": "『", "》": "《"}
_WIDE = re.compile(r"[（）【】「」『』《》，。、！？；：<>\"]")


def links_of(post: PostData, text: str) -> tuple[LinkData, ...]:
    """The quoted post and the distinct addresses of a post, in order; ``text`` is its cleaned text.

    Links behind words count as well (``<a href>``), but not those that a platform makes of tags and mentions.
    """
    found: dict[LinkData, None] = {}
    if post.quoted_source_id:
        found[LinkData(LinkKind.QUOTE, post.quoted_source_id)] = None
    for address in (*_written(text), *_behind_words(post.text)):
        plain = plain_address(address)
        if plain is not None and len(found) < MOST:
            found[LinkData(LinkKind.URL, plain)] = None
    return tuple(found)


def plain_address(address: str) -> str | None:
    """An address without what does not change where it leads: scheme, ``www.``, tracking, fragment, last slash.

    E.g. ``https://www.Shop.example/a/?b=1&utm_source=x#top`` is ``shop.example/a?b=1``. International names come out
    in ASCII, so that an index can hold them; a longer one ends in a digest. None for what is no address of a page.
    """
    from w3lib.url import canonicalize_url  # 20 ms to import, and most posts hold no link

    if not address.lower().startswith(("http://", "https://")):
        address = f"https://{address}"
    try:
        parts = urlsplit(canonicalize_url(address))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host):
        return None
    host = host.removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    plain = host + parts.path.rstrip("/") + (f"?{urlencode(asked)}" if asked else "")
    if len(plain) <= LONGEST:
        return plain
    return f"{plain[:LONGEST]}~{hashlib.sha256(plain.encode()).hexdigest()[:16]}"


def _written(text: str) -> Iterator[str]:
    """Addresses in the text, without the punctuation that only ends a sentence."""
    for found in URL.finditer(text):
        yield _trimmed(_WIDE.split(found.group(), maxsplit=1)[0])


def _trimmed(address: str) -> str:
    while True:
        shorter = _CLOSING.sub("", address)
        if shorter and shorter[-1] in _PAIRS and shorter.count(shorter[-1]) > shorter.count(_PAIRS[shorter[-1]]):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def _behind_words(markup: str) -> Iterator[str]:
    if "<a " not in markup.lower():
        return
    from selectolax.lexbor import LexborHTMLParser

    for node in LexborHTMLParser(markup).css("a[href]"):
        href = node.attributes.get("href") or ""
        marks = {*(node.attributes.get("class") or "").split(), *(node.attributes.get("rel") or "").split()}
        is_tag = marks & {"mention", "hashtag", "tag"} or node.text().lstrip().startswith(("@", "#"))
        if href.lower().startswith(("http://", "https://")) and not is_tag:
            yield href
