"""Twenty brands with ten sources each, asked every minute for an hour: each host's pace is kept, memory stays flat.

The hour is simulated and the threads are real: what a host is asked, and when, is measured where it answers.
"""

import gc
import logging
import os
import random
import resource
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from listener.collectors import collector
from listener.pipeline.collecting import collect
from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.forum import Forum
from tests.collecting.listening import KEY, listening, settings_for
from tests.collecting.voices import said

BRANDS, HOSTS = 20, 10
ROUNDS = int(os.environ.get("LISTENER_POLITE_ROUNDS", "15"))
"""Minutes: 60 make the hour, and take a minute or two of real time, so the suite runs a quarter of it."""
WRITTEN = 1
"""Comments that turn up at each host within the hour: their threads are looked at at every pass, at two requests."""
MOST_GROWTH = 5_000_000


class Hosts:
    """Hosts with a site for each brand; ``asked`` holds when each of them was asked, in simulated seconds."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock = clock
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.sites: dict[tuple[str, str], Forum] = defaultdict(Forum)

    def respond(self, request: httpx.Request) -> httpx.Response:
        self.asked[request.url.host].append(self.clock.seconds())
        slug, _, rest = request.url.raw_path.decode().removeprefix("/").partition("/")
        site = self.sites[request.url.host, slug]
        site.requests.clear()
        reply = site.answer(f"/{rest}")
        return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)

    def most_within(self, seconds: float) -> list[int]:
        """The most requests that any stretch of that length saw, of each host."""
        return [_most(sorted(times), seconds - 1e-6) for times in self.asked.values()]


def _most(times: list[float], seconds: float) -> int:
    return max(bisect_left(times, at + seconds) - place for place, at in enumerate(times))


@pytest.fixture
def _few_logs() -> Iterator[None]:
    """Captured, the log of an hour would fill the memory that is measured."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_few_logs")
def test_an_hour_of_twenty_brands_on_ten_sources(tmp_path: Path) -> None:
    clock = SimulatedClock()
    hosts, chance = Hosts(clock), random.Random(3)
    slugs = [f"brand-{number}" for number in range(BRANDS)]
    names = [f"host{number}.example" for number in range(HOSTS)]
    sources = [{"name": "wordpress", "base_url": f"https://{name}/{{slug}}"} for name in names]
    settings = settings_for(tmp_path / "posts.db", *sources, slugs=slugs)
    written = [(chance.randrange(ROUNDS // 2), name, chance.choice(slugs)) for name in names for _ in range(WRITTEN)]
    sizes = []
    with listening(settings, SimulatedNetwork(clock, hosts.respond), START) as found:
        for minute in range(ROUNDS):
            clock.pass_until(60.0 * minute)
            for _, name, slug in [comment for comment in written if comment[0] == minute]:
                hosts.sites[name, slug].add(said(minute), clock.now() - timedelta(minutes=1), "zofia")
            summaries = collect(found.engine, found.streams, found.network, clock.now, KEY)
            assert not [summary for summary in summaries if summary.failure or summary.faults]
            sizes.append(_resident())
        assert found.ask("SELECT count(*), count(finished_at), sum(new_count), count(error) FROM run") == [
            (BRANDS * HOSTS * ROUNDS, BRANDS * HOSTS * ROUNDS, WRITTEN * HOSTS, 0)
        ]
    pace = collector("wordpress").DECLARATION.pace
    assert clock.seconds() < 60 * (ROUNDS + 1), "it kept up"
    assert max(hosts.most_within(pace.seconds)) <= pace.requests
    assert min(hosts.most_within(pace.seconds)) > pace.requests * 0.6, "the pace was put to the test"
    assert max(hosts.most_within(1.0)) <= pace.burst
    assert sizes[-1] - sizes[9] < MOST_GROWTH


def _resident() -> int:
    """Bytes of memory that the process holds; where the system does not say, the most that it ever held."""
    gc.collect()
    said = Path("/proc/self/statm")
    if said.exists():
        return int(said.read_text("ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
