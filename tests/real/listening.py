"""Runs the installed ``listener`` over a real server: settings in a folder of their own, and what the database says."""

import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.running import COMMAND, environment

BRAND = """[network]
contact = "tests@example.org"
allow_private_addresses = true

[[brand]]
slug = "amber-roast"
name = "Amber Roast"

[brand.owned]
{owned}

[[brand.query]]
name = "everything"
expression = '"Amber Roast" OR #amberroast OR @amberroast'

[[brand.source]]
{source}
"""


@dataclass(frozen=True)
class Listening:
    """A user's folder with settings for one source, and the database that runs fill."""

    folder: Path

    @classmethod
    def to(cls, folder: Path, owned: str, source: str) -> "Listening":
        """Write the settings: ``owned`` and ``source`` are lines of TOML."""
        (folder / "listener.toml").write_text(BRAND.format(owned=owned, source=source), "utf-8")
        return cls(folder)

    def run(self) -> str:
        """``listener run``, which has to succeed; return what it said of the source."""
        said = environment(self.folder / "posts.db") | {"XDG_DATA_HOME": str(self.folder)}
        done = subprocess.run(
            [*COMMAND, "run"], env=said, cwd=self.folder, capture_output=True, check=False, timeout=280
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stderr.decode()

    def gap(self) -> dict[str, bool]:
        """Whether each post by a customer that is still there was answered, by the first word of its text."""
        query = """SELECT post.text, mention.answered_at IS NOT NULL FROM mention JOIN post ON post.id = mention.post_id
            LEFT JOIN author ON author.id = post.author_id
            WHERE mention.relation != 'own' AND post.gone_at IS NULL AND author.owner_id IS NULL"""
        return {text.split()[0].strip(".,:"): bool(answered) for text, answered in self._ask(query)}

    def tombstones(self) -> list[tuple[Any, ...]]:
        """What is left of the words of posts that are gone."""
        return self._ask("SELECT text, raw_text FROM post WHERE gone_at IS NOT NULL")

    def holds(self, words: str) -> bool:
        """Whether any post still holds the words."""
        found = "SELECT count(*) FROM post WHERE text LIKE ? OR raw_text LIKE ? OR title LIKE ?"
        return bool(self._ask(found, *[f"%{words}%"] * 3)[0][0])

    def _ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "posts.db")) as connection:
            return list(connection.execute(query, values))
