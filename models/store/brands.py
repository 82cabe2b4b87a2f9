"""Writes brands, their own accounts, queries and sources."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.tables import Author, Brand, OwnedAuthor, Post, Query, Source
from models.words import ReplyVisibility


@dataclass(frozen=True, slots=True)
class BrandData:
    """A brand as settings or a file declare it. ``owned`` maps a source to account names there."""

    slug: str
    name: str
    timezone: str = "UTC"
    business_hours: str | None = None
    holidays: str | None = None
    promised_first_response_seconds: int | None = None
    rivals: tuple[str, ...] = ()
    owned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)


def save_brand(session: Session, data: BrandData) -> Brand:
    """Insert or update a brand by its slug; accounts and queries are added, never taken away."""
    brand = session.exec(select(Brand).where(Brand.slug == data.slug)).first() or Brand(slug=data.slug, name=data.name)
    brand.name, brand.timezone, brand.rivals = data.name, data.timezone, list(data.rivals)
    brand.business_hours, brand.holidays = data.business_hours, data.holidays
    brand.promised_first_response_seconds = data.promised_first_response_seconds
    session.add(brand)
    session.flush()
    for source, accounts in data.owned.items():
        for account in accounts:
            own_account(session, brand, source, account)
    for name, expression in data.queries.items():
        query = session.exec(select(Query).where(Query.brand_id == brand.id, Query.name == name)).first()
        session.add(query or Query(brand_id=brand.id or 0, name=name, expression=expression))
        if query:
            query.expression = expression
    session.flush()
    return brand


def own_account(session: Session, brand: Brand, source: str, account: str) -> None:
    """Record that ``account`` (handle or id) at ``source`` is the brand's own, for posts stored and to come."""
    account = account.lower().removeprefix("@")
    known = select(OwnedAuthor).where(
        OwnedAuthor.brand_id == brand.id, OwnedAuthor.source == source, OwnedAuthor.account == account
    )
    if session.exec(known).first():
        return
    session.add(OwnedAuthor(brand_id=brand.id or 0, source=source, account=account))
    authors = select(Author.id).where(
        Author.source == source, (Author.account == account) | (Author.source_id == account)
    )
    ids = [id for id in session.exec(authors) if id is not None]
    if ids:  # what they wrote now counts as the brand's: their threads are to be linked anew
        session.execute(update(Author).where(col(Author.id).in_(ids)).values(owner_id=brand.id))
        session.execute(update(Post).where(col(Post.author_id).in_(ids)).values(is_pending=True))
    session.flush()


def save_sources(session: Session, visibility: dict[str, ReplyVisibility], names: Iterable[str]) -> None:
    """Make sure that each named source has a row; one that nothing is declared of counts as hiding replies."""
    names = set(names)
    stored = set(session.exec(select(Source.name).where(col(Source.name).in_(names))))
    for name in sorted(names - stored):
        shown = visibility.get(name, ReplyVisibility.NOT_EXPOSED)
        session.add(Source(name=name, reply_visibility=shown.value))
    session.flush()


def show_replies(session: Session, names: Iterable[str]) -> None:
    """Record that a brand's reply was seen at these sources, so that its absence means something there."""
    session.execute(
        update(Source)
        .where(col(Source.name).in_(set(names)), col(Source.reply_visibility) == ReplyVisibility.NOT_EXPOSED.value)
        .values(reply_visibility=ReplyVisibility.IN_THREAD.value)
    )
