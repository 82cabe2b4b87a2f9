"""``listener query test``."""

from collections import Counter
from typing import Annotated

import typer

from listener.cli.common import BrandOption, Config, open_settings
from models.errors import InputError, NotFoundError

app = typer.Typer(no_args_is_help=True, help="Try out what is listened for.")
SNIPPET = 120


@app.command("test")
def test_query(
    expression: Annotated[str | None, typer.Argument(help="A query (default: those of the brand).")] = None,
    brand: BrandOption = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Posts of this source only.")] = None,
    show: Annotated[int, typer.Option(min=0, help="How many of the newest matches to show.")] = 10,
    config: Config = None,
) -> None:
    """Show what a query would have caught among the stored posts, before it is saved."""
    from listener.cli.opening import open_store
    from listener.pipeline.query_trial import run_trial
    from listener.queries import parse

    settings = open_settings(config)
    if expression is not None:
        expressions = [expression]
    else:
        known = {found.slug: found for found in settings.brand}
        if brand is None:
            raise InputError("give an expression, or --brand for the brand's queries in the settings")
        if brand not in known:
            raise NotFoundError(f"no brand {brand!r} in the settings")
        expressions = [query.expression for query in known[brand].query]
    engine = open_store(settings)
    for one in expressions:
        parsed = parse(one)
        trial = run_trial(engine, parsed, source=source, keep=show)
        _print(str(parsed), trial.seen, trial.matched, parsed.terms())
        for post in trial.newest:
            typer.echo(f"  {post.published_at:%Y-%m-%d}  {post.source}  [{', '.join(post.why)}]  {_short(post.text)}")


def _print(query: str, seen: "Counter[str]", matched: "Counter[str]", terms: tuple[str, ...]) -> None:
    typer.echo(f"{query}: {sum(matched.values()):,} of {sum(seen.values()):,} stored posts match")
    for source, count in sorted(seen.items()):
        typer.echo(f"  {source}: {matched[source]:,} of {count:,}")
    if terms:
        typer.echo(f"  sources that search are asked for: {', '.join(terms)}")
    else:
        typer.echo("  no single word has to be there: sources that only search words are not asked")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SNIPPET else f"{flat[: SNIPPET - 1]}…"
