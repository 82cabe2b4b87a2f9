"""A process to be killed: takes a lease on a database, says so, and holds it for as long as it lives."""

import sys
import time
from datetime import timedelta

from listener.clock.leases import holding
from models.database import open_database


def main(url: str, name: str, lasts: float) -> None:
    """Never ends by itself."""
    engine = open_database(url, migrated=False)
    with holding(engine, name, lasts=timedelta(seconds=lasts)) as is_mine:
        print("held" if is_mine else "busy", flush=True)  # noqa: T201
        time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
