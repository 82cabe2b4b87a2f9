"""The steps of a pass as one worker does them: thin calls of the pipeline, each under a lease, each safe to repeat."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from listener.clock.leases import LASTS, holding
from listener.settings import Settings, default_data_dir
from listener.times import now


class AtWorkElsewhere(Exception):
    """Another worker is at this very step; it is to be tried again in a moment."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a worker can do, over one database."""

    engine: Engine
    settings: Settings
    lasts: timedelta = LASTS

    def sources(self) -> list[tuple[str, str]]:
        """(brand, source) of everything that is to be collected, each once."""
        from listener.pipeline.streams import configured_streams

        streams = configured_streams(self.engine, self.settings)
        return list(dict.fromkeys((stream.brand.slug, stream.declaration.name) for stream in streams))

    def collect(self, brand: str, source: str) -> int:
        """Collect one source of a brand; return how many posts are new or changed."""
        from listener.network import Network
        from listener.pipeline.collecting import collect
        from listener.pipeline.streams import configured_streams
        from listener.privacy import pseudonym_key

        chosen = self.settings.network
        with self._alone(f"collect:{brand}:{source}"):
            streams = configured_streams(self.engine, self.settings, brand=brand, source=source)
            with Network(chosen.contact, allow_private=chosen.allow_private_addresses) as network:
                summaries = collect(self.engine, streams, network, now, pseudonym_key(default_data_dir()))
        return sum(summary.counts["new"] + summary.counts["changed"] for summary in summaries)

    def classify(self, brand: str) -> int:
        """Label what has no label of the current model; return how many."""
        from listener.pipeline.classifying import classify_stored
        from models.database import session_of
        from models.reads.brands import brand_by_slug
        from nlp.moments import load_classifier

        with self._alone(f"classify:{brand}"):
            with session_of(self.engine) as session:
                id = brand_by_slug(session, brand).id
            return classify_stored(self.engine, load_classifier(self.settings.model_choice), now, brand_id=id)

    def link(self) -> int:
        """Link replies and find terms; return how many posts were linked."""
        from listener.pipeline.linking import link
        from listener.pipeline.terming import term_posts

        with self._alone("link"):
            count = link(self.engine)
            term_posts(self.engine)
        return count

    def go_round(self) -> int:
        """Alerts, weekly jobs, deliveries; return how many messages were delivered."""
        from listener.clock.rounds import go_round
        from listener.delivery.channels import channels_of

        return go_round(self.engine, self.settings, channels_of(self.settings.delivery), now).outcome.delivered

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with holding(self.engine, name, lasts=self.lasts) as is_mine:
            if not is_mine:
                raise AtWorkElsewhere(name)
            yield
