"""Finds or makes the brands that imported posts are tied to."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from sqlalchemy import Engine

from listener.formats import ReadPost
from listener.pipeline.preparing import ListeningBrand
from models.database import session_of
from models.errors import InputError
from models.reads.brands import all_brands, owned_accounts
from models.store.brands import BrandData, own_account, save_brand
from models.tables import Brand


def the_brand(engine: Engine, slug: str, owned: dict[str, Iterable[str]] | None = None) -> tuple[ListeningBrand, bool]:
    """The brand of that slug, and whether it had to be made.

    ``owned`` adds accounts to it. Raises InputError for an unknown slug that looks like a known one, or is none.
    """
    with session_of(engine) as session:
        slugs = [brand.slug for brand in all_brands(session)]
    is_new = slug not in slugs
    if is_new:
        near = get_close_matches(slug, slugs, 1, cutoff=0.8)
        if near:
            raise InputError(f"no brand {slug!r}; did you mean {near[0]!r}? (declare new ones in listener.toml)")
        if slug != slug_of(slug):
            raise InputError(f"{slug!r} is no slug: use lower-case letters, digits and hyphens")
    with session_of(engine) as session:
        known = next((brand for brand in all_brands(session) if brand.slug == slug), None)
        brand = known or save_brand(session, BrandData(slug=slug, name=slug.replace("-", " ").title()))
        for source, accounts in (owned or {}).items():
            for account in accounts:
                own_account(session, brand, source, account)
        return ListeningBrand(brand.id or 0, brand.slug, owned_accounts(session, brand.id or 0)), is_new


def brands_by_account(engine: Engine, source: str, accounts: dict[str, str]) -> dict[str, ListeningBrand]:
    """One brand for each account (lower case to as written) of a file that names brands by their accounts."""
    found: dict[str, ListeningBrand] = {}
    with session_of(engine) as session:
        stored = {brand.slug: brand for brand in all_brands(session)}
        for account, name in accounts.items():
            slug = slug_of(account)
            brand: Brand = stored.get(slug) or save_brand(session, BrandData(slug=slug, name=name))
            own_account(session, brand, source, account)
            found[account] = ListeningBrand(brand.id or 0, slug, owned_accounts(session, brand.id or 0))
    return found


def chooser(
    brand: ListeningBrand | None, by_account: dict[str, ListeningBrand]
) -> Callable[[ReadPost], list[ListeningBrand]]:
    """Which brands a row is tied to: the given one, else those whose accounts the row names."""
    if brand is not None:
        return lambda _row: [brand]
    return lambda row: [by_account[account] for account in row.accounts]


def slug_of(name: str) -> str:
    """A name as a slug: lower case, everything but letters and digits a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
