"""``listener init`` and ``listener import``."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import PARTLY, BrandOption, Config, Quiet, open_settings, progress_of, say
from listener.times import now, when
from models.errors import InputError

if TYPE_CHECKING:
    from listener.formats import BadLine, Row

_MOST_SHOWN = 20
"""Bad lines said one by one; the rest is counted."""


def init(
    path: Annotated[Path, typer.Option("--output", help="Where to write it.")] = Path("listener.toml"),
    quiet: Quiet = False,
) -> None:
    """Write a commented listener.toml to start from."""
    template = Path(__file__).parent / "listener.toml"
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(template.read_text(encoding="utf-8"))
    except FileExistsError:
        raise InputError(f"{path} is there already; it stays as it is") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    say(f"{path} written: name your brand in it, then: listener import FILE --brand SLUG", quiet)


def import_(
    file: Annotated[str, typer.Argument(help="A file, gzip or not; - is standard input.")],
    format: Annotated[str, typer.Option("--format", help="posts (JSON lines), csv, twcs or scores.")] = "posts",
    brand: BrandOption = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="KEY=NAME", help="csv: the column that gives a key.")
    ] = None,
    constant: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="csv: a key's value in every row.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="csv: the time zone of times that have none.")] = None,
    complete_until: Annotated[
        str | None,
        typer.Option(help="Up to when the file holds every reply (default: the time of its newest post)."),
    ] = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Import posts from a file: bad lines are reported by number and skipped; the same file twice changes nothing.

    With --format scores: survey scores (NPS, CSAT, effort), as CSV or JSON lines. Exit code 3 if there were bad lines.
    """
    from listener.cli.opening import open_store
    from listener.formats import open_input, read_csv, read_jsonl, read_twcs
    from listener.pipeline.brands import brands_by_account, chooser, the_brand
    from listener.pipeline.importing import import_rows
    from listener.pipeline.linking import link

    if format not in ("posts", "csv", "twcs", "scores"):
        raise InputError(f"{format!r} is no format: use posts, csv, twcs or scores")
    if format == "scores":
        _import_scores(file, brand, timezone, config, quiet)
        return
    if brand is None and format != "twcs":
        raise InputError("say which brand the posts are about: --brand SLUG")
    until = when(complete_until)
    pairs = (_pairs(column or [], "--column"), _pairs(constant or [], "--set"))
    engine = open_store(open_settings(config))
    accounts = _accounts(file) if format == "twcs" else {}
    if brand is None:
        chosen = chooser(None, brands_by_account(engine, "twitter", accounts))
    else:
        found, is_new = the_brand(engine, brand, {"twitter": accounts} if accounts else None)
        if is_new:
            say(f"brand {brand!r} is new: name its own accounts in listener.toml so that its replies count", quiet)
        chosen = chooser(found, {})
    shown = _BadLines(file)
    with open_input(file) as stream:
        rows: Iterable[Row]
        if format == "twcs":
            rows = read_twcs(stream, accounts)
        elif format == "csv":
            rows = read_csv(stream, columns=pairs[0], constants=pairs[1], zone=timezone)
        else:
            rows = read_jsonl(stream)
        summary = import_rows(
            engine, rows, chosen, now, report_bad=shown.add, complete_until=until, progress=progress_of(quiet)
        )
    shown.rest()
    link(engine, progress_of(quiet))
    counts = summary.counts
    say(
        f"{file}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, "
        f"{counts['bad']} bad lines",
        quiet,
    )
    for key, count in summary.ignored_keys.most_common(5):
        say(f"{file}: {key!r} is no key of a post and was left out ({count} times)", quiet)
    for source in sorted(summary.sources_without_replies):
        say(f"{source}: no reply by the brand in this file, so whether its posts were answered stays unknown", quiet)
    if counts["bad"]:
        raise typer.Exit(PARTLY)


def _import_scores(file: str, brand: str | None, timezone: str | None, config: Path | None, quiet: bool) -> None:
    """Store a team's survey scores for a brand that is known already; times without zone are the brand's."""
    from listener.cli.opening import open_store
    from listener.formats import BadLine, open_input
    from listener.formats.scores import read_scores
    from models.database import session_of
    from models.reads.brands import brand_by_slug
    from models.store.surveys import save_scores

    if brand is None:
        raise InputError("say which brand the scores are of: --brand SLUG")
    engine = open_store(open_settings(config))
    shown = _BadLines(file)
    with session_of(engine) as session, open_input(file) as stream:
        found = brand_by_slug(session, brand)
        scores = []
        for entry in read_scores(stream, timezone or found.timezone):
            if isinstance(entry, BadLine):
                shown.add(entry)
            else:
                scores.append(entry.score)
        outcomes = Counter(outcome.value for outcome in save_scores(session, found.id or 0, scores))
    shown.rest()
    counts = ", ".join(f"{outcomes[name]} {name}" for name in ("new", "changed", "unchanged"))
    say(f"{file}: {counts} scores, {shown.count} bad lines", quiet)
    if shown.count:
        raise typer.Exit(PARTLY)


class _BadLines:
    """Says the first bad lines on standard error and counts the rest."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0

    def add(self, bad: "BadLine") -> None:
        self.count += 1
        if self.count <= _MOST_SHOWN:
            print(f"{self.file}: {bad}", file=sys.stderr)  # noqa: T201

    def rest(self) -> None:
        if self.count > _MOST_SHOWN:
            print(f"{self.file}: and {self.count - _MOST_SHOWN} more bad lines", file=sys.stderr)  # noqa: T201


def _accounts(file: str) -> dict[str, str]:
    if file == "-":
        raise InputError("twcs is read twice (first for the brands' accounts): give a file, not standard input")
    from listener.formats import brand_accounts, open_input

    with open_input(file) as stream:
        return brand_accounts(stream)


def _pairs(values: list[str], option: str) -> dict[str, str]:
    pairs = {}
    for value in values:
        key, equals, name = value.partition("=")
        if not equals:
            raise InputError(f"{option} {value!r} is to be KEY=NAME")
        pairs[key.strip()] = name.strip()
    return pairs
