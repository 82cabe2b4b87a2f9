"""Milliseconds until the first byte of pages while several people click at the same time, over a big database.

python benchmarks/clicking.py FILE [--people 10] [--seconds 60] [--think 3] [--writes 0.05] [--brand brand-1]

FILE is made by benchmarks/million.py; with ``--writes`` it is written to. The server is ``listener serve`` in a process
of its own; six people in ten are agents in the inbox (filter, open a post, assign one now and then), the others
managers who go from tab to tab. Everybody reads for some seconds between two clicks.
"""

import argparse
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import httpx

TABS = ("", "/gap", "/trends", "/journey", "/loop", "/themes", "/words", "/compare", "/posts", "/sources")
FILTERS = ("", "?stage=smot", "?source=google_play", "?sentiment=negative", "?language=pl", "?older=24", "?unsure=true")
PERIODS = ("", "?from=2026-10-23&to=2026-11-20", "?from=2026-11-13&to=2026-11-20")


class Person(threading.Thread):
    """Somebody who clicks until the time is up. ``took`` holds (what, seconds to the first byte, status)."""

    def __init__(self, number: int, url: str, options: argparse.Namespace, until: float) -> None:
        super().__init__(daemon=True)
        self.options, self.until = options, until
        self.is_agent = number % 10 < 6
        self.dice = random.Random(number)
        self.client = httpx.Client(base_url=url, timeout=60, headers={"accept-encoding": "gzip"})
        self.took: list[tuple[str, float, int]] = []
        self.posts: list[str] = []
        self.marks: list[str] = []

    def run(self) -> None:
        time.sleep(self.dice.uniform(0, self.options.think))
        while time.monotonic() < self.until:
            self.agent() if self.is_agent else self.manager()
            time.sleep(self.dice.uniform(0.5, 1.5) * self.options.think)

    def agent(self) -> None:
        """Look at the list, or at a post of it; sometimes take a post for oneself."""
        inbox = f"/brands/{self.options.brand}/inbox"
        if self.marks and self.dice.random() < self.options.writes:
            self.assign(inbox)
        elif self.posts and self.dice.random() < 0.6:
            self.get("post beside the list", self.dice.choice(self.posts))
        else:
            text = self.get("inbox", inbox + self.dice.choice(FILTERS))
            found = re.findall(rf'href="({inbox}\?[^"]*open=\d+[^"]*)"', text)
            self.posts = [address.replace("&amp;", "&") for address in found]
            self.marks = re.findall(r'name="post" value="([^"]+)"', text)

    def assign(self, inbox: str) -> None:
        """Take a post that was seen in the list."""
        form = {"kind": "assign", "assignee": "me", "post": self.dice.choice(self.marks), "next": inbox}
        started = time.perf_counter()
        answer = self.client.post("/inbox/actions", data=form, headers={"origin": str(self.client.base_url)})
        is_well = answer.is_redirect or answer.status_code == httpx.codes.CONFLICT  # somebody else was faster
        self.took.append(("inbox, assign", time.perf_counter() - started, 200 if is_well else answer.status_code))

    def manager(self) -> None:
        """Go to another tab."""
        tab = self.dice.choice(TABS)
        self.get(f"report {tab or '/'}", f"/brands/{self.options.brand}{tab}{self.dice.choice(PERIODS)}")

    def get(self, what: str, address: str) -> str:
        """The page; its time is noted."""
        started = time.perf_counter()
        with self.client.stream("GET", address) as answer:
            self.took.append((what, time.perf_counter() - started, answer.status_code))
            return answer.read().decode()


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=3)
    parser.add_argument("--writes", type=float, default=0.0)
    parser.add_argument("--brand", default="brand-1")
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "listener.toml"
        config.write_text(f'database_url = "sqlite:///{options.file.resolve()}"\n', encoding="utf-8")
        command: list[str | Path] = [
            Path(sys.executable).with_name("listener"),
            "serve",
            "--quiet",
            "--config",
            config,
            "--port",
            str(port),
        ]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            report(f"http://127.0.0.1:{port}", options)
        finally:
            server.terminate()
            server.wait()


def report(url: str, options: argparse.Namespace) -> None:
    """Let people click, and say what they waited."""
    for _ in range(600):
        try:
            httpx.get(url, timeout=5)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    warm = Person(9, url, options, 0)
    for tab in TABS:
        for period in PERIODS:
            warm.get("first", f"/brands/{options.brand}{tab}{period}")
    for filters in FILTERS:
        warm.get("first", f"/brands/{options.brand}/inbox{filters}")
    first = sorted(seconds for _, seconds, _ in warm.took)
    median, worst = 1000 * statistics.median(first), 1000 * first[-1]
    print(f"each page for the first time: median {median:,.0f} ms, worst {worst:,.0f} ms; then")
    until = time.monotonic() + options.seconds
    people = [Person(number, url, options, until) for number in range(options.people)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    rows: defaultdict[str, list[float]] = defaultdict(list)
    failed = 0
    for person in people:
        for what, seconds, status in person.took:
            failed += status != httpx.codes.OK
            for name in (what, "all reports" if what.startswith("report") else "all of the inbox"):
                rows[name].append(seconds)
    print(f"{options.people} people, {options.seconds:.0f} s, {options.think:.0f} s between clicks; {failed} failed\n")
    print("| page | n | median | p95 | worst |\n| --- | ---: | ---: | ---: | ---: |")
    for name, took in sorted(rows.items()):
        p95 = statistics.quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]
        cells = [f"{1000 * value:,.0f} ms" for value in (statistics.median(took), p95, max(took))]
        print(f"| {name} | {len(took)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
