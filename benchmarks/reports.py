"""Seconds a report takes over a big database, beside plain SQL for its central figure and DuckDB over the same rows.

python benchmarks/reports.py FILE [--brand brand-1] [--days 90] [--reports response-gap trends]

FILE is made by benchmarks/million.py. Each report is measured in a process of its own: *cold* is its first making on a
new connection, modules imported; *again* its second; *kept* is what the API does while nothing is written. Plain SQL
and DuckDB give the counts that the report starts from, without intervals, names or quotes.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
_COLUMNS = {
    "post": "id, source, kind, language, author_id, published_at, duplicate_of_id, gone_at",
    "mention": "id, post_id, brand_id, relation, stage, sentiment, needs_response, theme_id, answered_at",
    "author": "id, is_bot, owner_id",
}
_ROWS = """
FROM mention m JOIN post p ON p.id = m.post_id LEFT JOIN author a ON a.id = p.author_id
WHERE m.brand_id = {brand} AND m.relation <> 'own' AND p.gone_at IS NULL AND p.duplicate_of_id IS NULL
    AND a.owner_id IS NULL AND NOT coalesce(a.is_bot, {false})
    AND p.published_at >= '{since}' AND p.published_at < '{until}'
"""
_DAY = "substr(cast(p.published_at AS VARCHAR), 1, 10)"
_STEPS = (
    "SELECT m.stage AS one, lead(m.stage) OVER (PARTITION BY p.author_id ORDER BY p.published_at, p.id) AS next {rows}"
)
_PLAIN = {
    "response-gap": "SELECT p.source, m.needs_response, m.answered_at IS NOT NULL, count(*) {rows} GROUP BY 1, 2, 3",
    "shares": "SELECT m.stage, m.sentiment, count(*) {rows} GROUP BY 1, 2",
    "trends": f"SELECT {_DAY}, m.stage, m.sentiment, count(*) {{rows}} GROUP BY 1, 2, 3",
    "themes": "SELECT m.theme_id, m.stage, m.sentiment, count(*) {rows} GROUP BY 1, 2, 3",
    "journey": "SELECT m.stage, p.source, p.kind, m.theme_id, count(*), count(DISTINCT p.author_id) {rows} "
    "GROUP BY 1, 2, 3, 4",
    "coverage": f"SELECT p.source, {_DAY}, count(*) {{rows}} GROUP BY 1, 2",
    "influence-loop": f"SELECT one, next, count(*) FROM ({_STEPS}) AS steps WHERE next IS NOT NULL GROUP BY 1, 2",
}


def main() -> None:
    """Print a table, a row a report."""
    from listener.reports.names import NAMES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--brand", default="brand-1")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--reports", nargs="+", default=list(NAMES))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.file, options.one, options.brand, options.days)))
        return
    duck = beside(options.file)
    print(f"{options.brand}, the last {options.days} days of {options.file.name}\n")
    print("| report | cold | again | kept | plain SQL | DuckDB |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in options.reports:
        words = [sys.executable, __file__, str(options.file), "--one", name, "--brand", options.brand]
        run = subprocess.run([*words, "--days", str(options.days)], capture_output=True, text=True, check=False)
        if run.returncode:
            print(f"| {name} | failed: {run.stderr.strip().splitlines()[-1]} |")
            continue
        ours = json.loads(run.stdout)
        cells = [ours["cold"], ours["again"], ours["kept"], *plain(options, name, duck)]
        print(f"| {name} | " + " | ".join("-" if cell is None else f"{1000 * cell:,.0f} ms" for cell in cells) + " |")


def one(file: Path, name: str, brand: str, days: int) -> dict[str, float]:
    """Seconds of one report in this process."""
    import holidays.countries  # noqa: F401  (what the API loads while it starts is not part of what is measured)
    import networkx  # noqa: F401
    import scipy.stats  # noqa: F401
    from sqlmodel import Session

    from api.measuring import Measured
    from listener.reports.asking import ReportRequest
    from listener.reports.kinds import as_json, kind_of
    from models.database import open_database

    engine = open_database(f"sqlite:///{file}", migrated=False)
    kind = kind_of(name)
    request = ReportRequest(brand, UNTIL, since=UNTIL - timedelta(days=days), until=UNTIL, limit=100)
    kept = Measured(engine)
    with Session(engine) as session:
        cold = seconds(lambda: as_json(kind.build(session, request)))
        again = seconds(lambda: as_json(kind.build(session, request)))
        kept.report(session, name, request, is_now=False)
        return {
            "cold": cold,
            "again": again,
            "kept": seconds(lambda: kept.report(session, name, request, is_now=False)),
        }


def plain(options: argparse.Namespace, name: str, duck: Any) -> list[float | None]:
    """Seconds of the plain query in SQLite and in DuckDB; None where there is no such query."""
    if name not in _PLAIN:
        return [None, None]
    lite = sqlite3.connect(options.file)
    (brand,) = lite.execute("SELECT id FROM brand WHERE slug = ?", (options.brand,)).fetchone()
    given = {"brand": brand, "since": (UNTIL - timedelta(days=options.days)).date(), "until": UNTIL.date()}
    found = []
    for connection, false in ((lite, "0"), (duck, "false")):
        query = _PLAIN[name].format(rows=_ROWS.format(false=false, **given))
        found.append(seconds(lambda: connection.execute(query).fetchall()))  # noqa: B023
    return found


def beside(file: Path) -> Any:
    """The same rows in DuckDB, made once beside the file."""
    import duckdb
    import pandas

    twin = file.with_suffix(".duckdb")
    if twin.exists() and twin.stat().st_mtime < file.stat().st_mtime:
        twin.unlink()
    is_new = not twin.exists()
    connection = duckdb.connect(str(twin))
    connection.execute("SET threads = 2")
    if is_new:
        lite = sqlite3.connect(file)
        for table, columns in _COLUMNS.items():
            for number, rows in enumerate(pandas.read_sql(f"SELECT {columns} FROM {table}", lite, chunksize=500_000)):
                for column in rows.columns:
                    if column.endswith("_at"):
                        rows[column] = pandas.to_datetime(rows[column])
                    elif column in ("is_bot", "needs_response"):
                        rows[column] = rows[column].astype(bool)
                connection.register("rows", rows)
                start = f"CREATE TABLE {table} AS" if number == 0 else f"INSERT INTO {table}"
                connection.execute(f"{start} SELECT * FROM rows")
                connection.unregister("rows")
    return connection


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, by the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
