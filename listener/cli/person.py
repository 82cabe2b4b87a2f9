"""``listener forget`` and ``listener export``."""

import json
from typing import IO, Annotated, Any, cast

import typer

from listener.cli.common import Config, Quiet, open_settings, output_to, say
from listener.times import now
from models.errors import NotFoundError

AuthorOption = Annotated[str, typer.Option("--author", metavar="HANDLE", help="The account, or its id at the source.")]
SourceOption = Annotated[str, typer.Option("--source", metavar="NAME", help="Where: mastodon, steam, ...")]


def forget(author: AuthorOption, source: SourceOption, config: Config = None, quiet: Quiet = False) -> None:
    """Erase a person's posts: tombstones stay, so that no later fetch or import brings them back."""
    from listener.cli.opening import open_store
    from models.database import session_of
    from models.store.forgetting import compact
    from models.store.forgetting import forget as forget_authors

    engine = open_store(open_settings(config))
    with session_of(engine) as session:
        authors = _authors(session, author, source)
        if any(found.owner_id is not None for found in authors):
            raise NotFoundError(f"{author} at {source} is a brand's own account, and nobody to forget")
        count = forget_authors(session, authors, now())
    with session_of(engine) as session:
        compact(session)
    say(f"{author} at {source}: {count} posts forgotten", quiet)


def export(
    author: AuthorOption,
    source: SourceOption,
    output: Annotated[str | None, typer.Option("--output", help="A file (default: standard output).")] = None,
    config: Config = None,
) -> None:
    """Write what is stored of a person: a post a line, with its labels."""
    from listener.cli.opening import open_store
    from models.database import session_of
    from models.reads.persons import posts_by

    engine = open_store(open_settings(config))
    with session_of(engine) as session, output_to(output) as target:
        authors = _authors(session, author, source)
        for row in posts_by(session, [found.id or 0 for found in authors]):
            labels = [mention.model_dump(mode="json", exclude={"id", "post_id"}) for mention in row.mentions]
            said: dict[str, Any] = row.post.model_dump(mode="json", exclude_none=True, exclude=_OURS)
            said |= {"author": row.author.model_dump(mode="json", exclude_none=True, exclude={"id", "owner_id"})}
            line = json.dumps(said | {"mentions": labels}, ensure_ascii=False)
            cast(IO[bytes], target).write(line.encode() + b"\n")


_OURS = {"id", "author_id", "parent_id", "thread_id", "duplicate_of_id", "seen_run_id", "is_pending"}


def _authors(session: Any, author: str, source: str) -> list[Any]:
    """By name as it is stored, or as the pseudonym that stands for it."""
    from listener.privacy import pseudonym, pseudonym_key
    from listener.settings import default_data_dir
    from models.reads.persons import authors_called

    key = pseudonym_key(default_data_dir())
    plain = author.removeprefix("@")
    names = [plain, *(pseudonym(key, source, name) for name in {plain, plain.lower()})]
    found = authors_called(session, source, names)
    if not found:
        raise NotFoundError(f"nobody called {author!r} is stored for {source!r}; try the account's id at the source")
    return found
