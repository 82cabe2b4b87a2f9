"""Writes authors: one row for each id at a source."""

from collections.abc import Sequence

from sqlalchemy import insert, update
from sqlmodel import Session, col, select, tuple_

from models.postdata import AuthorData
from models.prepared import PreparedPost
from models.tables import Author, OwnedAuthor, Post
from models.words import Relation

AuthorKey = tuple[str, str]


def save_authors(session: Session, posts: Sequence[PreparedPost]) -> dict[AuthorKey, int]:
    """Insert new authors and refresh known ones; return the row id of each (source, identity)."""
    wanted: dict[AuthorKey, PreparedPost] = {}
    for prepared in posts:
        identity = prepared.post.author.identity
        if identity:
            wanted[prepared.post.source, identity] = prepared
    if not wanted:
        return {}
    owners = _owners(session, wanted)
    where = tuple_(col(Author.source), col(Author.source_id)).in_(list(wanted))
    stored = {(author.source, author.source_id): author for author in session.exec(select(Author).where(where))}
    taken_over = [author.id for key, author in stored.items() if owners.get(key) not in (None, author.owner_id)]
    for key, author in stored.items():
        _refresh(author, wanted[key].post.author, owners.get(key))
    if taken_over:  # what they wrote before now counts as the brand's: their threads are to be linked anew
        session.execute(update(Post).where(col(Post.author_id).in_(taken_over)).values(is_pending=True))
    missing = [_row(key, wanted[key].post.author, owners.get(key)) for key in wanted if key not in stored]
    session.flush()
    if missing:
        session.execute(insert(Author), missing)
    rows = session.exec(select(Author.source, Author.source_id, Author.id).where(where))
    return {(source, source_id): id for source, source_id, id in rows if id is not None}


def account_of(author: AuthorData) -> str:
    """The handle without its @, else the id, in lower case."""
    return (author.handle or author.source_id or "").lower().removeprefix("@")


def _owners(session: Session, wanted: dict[AuthorKey, PreparedPost]) -> dict[AuthorKey, int]:
    """Whose own account each author is: by declaration, or because the post says so for its brand."""
    declared = {(owned.source, owned.account): owned.brand_id for owned in session.exec(select(OwnedAuthor))}
    owners: dict[AuthorKey, int] = {}
    for (source, identity), prepared in wanted.items():
        author = prepared.post.author
        owner = declared.get((source, account_of(author))) or declared.get((source, identity.lower()))
        own = [mention.brand_id for mention in prepared.mentions if mention.relation is Relation.OWN]
        if owner is None and author.is_owned and own:
            owner = own[0]
            session.add(OwnedAuthor(brand_id=owner, source=source, account=account_of(author)))
            declared[source, account_of(author)] = owner
        if owner is not None:
            owners[source, identity] = owner
    return owners


def _refresh(author: Author, data: AuthorData, owner_id: int | None) -> None:
    """Take over what is said now; what is no longer said is kept."""
    author.handle = data.handle or author.handle
    author.account = account_of(data) if data.handle else author.account
    author.name = data.name or author.name
    author.followers = data.followers if data.followers is not None else author.followers
    author.is_bot = data.is_bot
    author.owner_id = owner_id or author.owner_id


def _row(key: AuthorKey, data: AuthorData, owner_id: int | None) -> dict[str, object]:
    return {
        "source": key[0],
        "source_id": key[1],
        "account": account_of(data),
        "handle": data.handle,
        "name": data.name,
        "followers": data.followers,
        "is_bot": data.is_bot,
        "owner_id": owner_id,
    }
