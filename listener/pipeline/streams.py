"""What the settings ask to collect: a stream for each ``[[brand.source]]``, with its collector, options and queries."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import Engine

from listener.collectors import Collector, collector
from listener.collectors.contract import Declaration, SourceOptions, variable_of
from listener.pipeline.preparing import ListeningBrand
from listener.queries import Query, parse
from listener.settings import BrandSettings, Settings, SourceSettings
from models.database import session_of
from models.errors import InputError, NotFoundError, SettingsError
from models.explain import explain
from models.reads.brands import all_brands, owned_accounts
from models.reads.streams import query_ids


@dataclass(frozen=True, slots=True)
class BrandQuery:
    """A brand's query as the store (``id``) and as matching knows it."""

    id: int
    name: str
    query: Query


@dataclass(frozen=True, slots=True)
class ConfiguredStream:
    """One source of one brand. ``key`` tells it from others of the same source; it changes with the options."""

    brand: ListeningBrand
    collector: Collector
    options: SourceOptions
    queries: tuple[BrandQuery, ...]
    key: str
    title: str
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def declaration(self) -> Declaration:
        """The collector's."""
        return self.collector.DECLARATION

    @property
    def name(self) -> str:
        """For messages: brand and source."""
        return f"{self.brand.slug}/{self.title}"

    @property
    def is_filtered(self) -> bool:
        """Whether posts have to match one of the brand's queries."""
        own = self.declaration.is_own_place
        return self.options.filter if self.options.filter is not None else not own

    def missing_secrets(self) -> list[str]:
        """The environment variables that the collector cannot do without and that are not set."""
        needed = [secret.name for secret in self.declaration.secrets if secret.is_required]
        return [variable_of(self.declaration.name, name) for name in needed if name not in self.secrets]


def configured_streams(
    engine: Engine,
    settings: Settings,
    *,
    brand: str | None = None,
    source: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> list[ConfiguredStream]:
    """The streams of the settings, of one brand or source if asked.

    Raises SettingsError that says which table is wrong, NotFoundError for a brand or source that is not among them.
    """
    known = {found.slug: found for found in settings.brand}
    if brand is not None and brand not in known:
        raise NotFoundError(f"no brand {brand!r} in the settings; there are: {', '.join(sorted(known)) or 'none'}")
    chosen = [known[brand]] if brand is not None else list(settings.brand)
    streams = [
        stream for one in chosen for stream in _of_brand(engine, one, os.environ if environ is None else environ)
    ]
    if source is None:
        return streams
    found = [stream for stream in streams if stream.declaration.name == source]
    if not found:
        names = sorted({stream.declaration.name for stream in streams})
        raise NotFoundError(f"no source {source!r} in the settings; there are: {', '.join(names) or 'none'}")
    return found


def _of_brand(engine: Engine, settings: BrandSettings, environ: Mapping[str, str]) -> list[ConfiguredStream]:
    with session_of(engine) as session:
        row = next(brand for brand in all_brands(session) if brand.slug == settings.slug)
        owned, ids = owned_accounts(session, row.id or 0), query_ids(session, row.id or 0)
    queries = tuple(
        BrandQuery(ids[query.name], query.name, _parsed(settings.slug, query.name, query.expression))
        for query in settings.query
    )
    return [_stream(settings, table, row.id or 0, owned, queries, environ) for table in settings.source]


def _parsed(slug: str, name: str, expression: str) -> Query:
    try:
        return parse(expression)
    except InputError as error:
        raise SettingsError(f"brand {slug!r}, query {name!r}: {error}") from error


def _stream(
    settings: BrandSettings,
    table: SourceSettings,
    brand_id: int,
    owned: Mapping[str, set[str]],
    queries: tuple[BrandQuery, ...],
    environ: Mapping[str, str],
) -> ConfiguredStream:
    where = f"brand {settings.slug!r}, source {table.name!r}"
    try:
        found = collector(table.name)
    except SettingsError as error:
        raise SettingsError(f"brand {settings.slug!r}: {error}") from error
    given = dict(table.model_extra or {})
    try:
        options = found.Options.model_validate(given)
    except ValidationError as error:
        raise SettingsError(f"{where}: {explain(error)}") from None
    declaration = found.DECLARATION
    if not (declaration.is_on_by_default or options.enabled):
        raise SettingsError(f"{where} is off by default ({declaration.standing}); to use it, set enabled = true there")
    own = {source: set(accounts) for source, accounts in owned.items()}
    own[declaration.name] = options.own_accounts(own.get(declaration.name, set()))
    stream = ConfiguredStream(
        brand=ListeningBrand(brand_id, settings.slug, own),
        collector=found,
        options=options,
        queries=queries,
        key=_key(given),
        title=_title(table.name, given),
        secrets=_secrets(declaration, environ),
    )
    if stream.is_filtered and not queries:
        raise SettingsError(f"{where} needs a [[brand.query]] to know what to look for (or filter = false)")
    return stream


def _secrets(declaration: Declaration, environ: Mapping[str, str]) -> dict[str, str]:
    set_ones = {
        secret.name: environ.get(variable_of(declaration.name, secret.name), "") for secret in declaration.secrets
    }
    return {name: value for name, value in set_ones.items() if value}


def _key(given: Mapping[str, object]) -> str:
    """Changes with what is fetched, not with how it is stored."""
    fetched = {key: value for key, value in given.items() if key not in ("enabled", "filter", "keep_handles")}
    return hashlib.sha256(json.dumps(fetched, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _title(name: str, given: Mapping[str, object]) -> str:
    """The source with the option that tells most, for lists: ``feed blog.example/comments/feed``."""
    for key in ("url", "base_url", "app_id", "repositories", "subreddits", "site", "channels", "locations"):
        if given.get(key):
            value = given[key]
            said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            return f"{name} {said.split('://')[-1].rstrip('/')}"[:120]
    return name
