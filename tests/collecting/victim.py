"""A process to be killed: started once, it forks one that collects for each database named on standard input.

Forks start at once where a fresh process would spend its time importing. It writes the fork's process id and, once it
has read another line, its exit code: until then the id is no other's.
"""

import os
import sys
from pathlib import Path

from listener.logs import configure_logs
from tests.collecting.clock import START, SimulatedClock, SimulatedNetwork
from tests.collecting.listening import listening, settings_for


def main(url: str) -> None:
    """Serve until standard input ends."""
    from nlp.language import detect_language

    configure_logs("warning")
    detect_language("Loaded here, so that no fork has to load it.")
    while line := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            _collect(Path(line.strip()), url)
            os._exit(0)
        print(pid, flush=True)  # noqa: T201
        sys.stdin.readline()
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _collect(database: Path, url: str) -> None:
    settings = settings_for(database, *sources(url))
    with listening(settings, SimulatedNetwork(SimulatedClock()), START) as found:
        found.collect()


def sources(url: str) -> list[dict[str, object]]:
    """What it listens to: both of the APIs of one server."""
    return [
        {"name": "wordpress", "base_url": url},
        {"name": "discourse", "base_url": url, "filter": False},
    ]


if __name__ == "__main__":
    main(sys.argv[1])
