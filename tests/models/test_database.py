"""Opening: migrations and tables say the same, any bad address is one StoreError, files are made with their folders."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel, select

import models.tables
from models.database import migrate, open_database, refresh_statistics, session_of
from models.errors import StoreError
from models.store.brands import BrandData, save_brand


def test_the_migrations_make_the_tables_that_the_models_say() -> None:
    with open_database("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert models.tables.Post.__tablename__ == "post"


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with session_of(open_database(url)) as session:
        save_brand(session, BrandData(slug="amber-roast", name="Amber Roast"))
    engine = open_database(url)
    migrate(engine)
    with session_of(engine) as session:
        assert list(session.exec(select(models.tables.Brand.slug))) == ["amber-roast"]


def test_a_file_is_made_with_its_folders_and_written_ahead(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folders" / "posts.db"
    engine = open_database(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    assert file.exists()
    engine.dispose()


def test_a_tilde_is_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    open_database("sqlite:///~/data/posts.db").dispose()
    assert (tmp_path / "data" / "posts.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "posts.db",
        "foo://x",
        "http://x:port/",
        "sqlite:////dev/null/posts.db",
        "sqlite:////proc/none/posts.db",
        "sqlite:////",
        "postgresql://u:secret@127.0.0.1:1/x",
        "postgresql+psycopg://u:secret@127.0.0.1:1/x",
        "oracle://u:secret@127.0.0.1/x",
    ],
)
def test_a_bad_address_is_one_error_of_one_line_that_holds_no_password(url: str) -> None:
    with pytest.raises(StoreError) as raised:
        open_database(url)
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("notes, and no database\n" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        open_database(f"sqlite:///{file}")
    assert file.read_text(encoding="utf-8") == "notes, and no database\n" * 100


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="made by a newer version"):
        open_database(url)


def test_a_database_that_another_holds_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    engine = open_database(url)
    writer = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with session_of(engine) as session:
        assert not session.exec(select(models.tables.Brand)).all()
    writer.execute("ROLLBACK")
    writer.close()
    engine.dispose()


def test_rows_of_the_first_version_outlive_all_migrations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    engine = open_database(url, migrated=False)
    migrate(engine, "0001")
    at = "2026-11-01 09:00:00.000000"
    rows = {
        "brand": "(id, slug, name, timezone, rivals) VALUES (1, 'a', 'A', 'UTC', '[]')",
        "source": "VALUES ('mastodon', 'in_thread')",
        "post": "(id, source, source_id, kind, text, url, language, published_at, collected_at, content_hash, "
        "text_hash, is_pending) "
        f"VALUES (1, 'mastodon', '1', 'post', 'x', 'https://A.example/1', 'en', '{at}', '{at}', 'c', 't', 0)",
        "mention": "(id, post_id, brand_id, relation) VALUES (1, 1, 1, 'direct')",
        "label": "VALUES (1, 1, 'm 1', '2026-11-01', 'smot', '{}', 'neutral', '{}', 0.1, 0.1, 'brand', 1)",
        "correction": f"VALUES (1, 1, 'stage', 'zmot', 'ann', '{at}', NULL)",
    }
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.exec_driver_sql(f"INSERT INTO {table} {values}")
    migrate(engine)
    with engine.connect() as connection:
        for table in rows:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 1, table
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT host FROM post").scalar() == "a.example"
    engine.dispose()


def test_statistics_are_made_when_there_is_twice_as_much(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/a.db")

    def fill(first: int, last: int) -> None:
        at = "2026-11-01 09:00:00.000000"
        row = "({id}, 's', '{id}', 'post', 'x', 'en', '{at}', '{at}', 'c', 't', 0)"
        rows = ", ".join(row.format(id=id, at=at) for id in range(first, last))
        columns = "id, source, source_id, kind, text, language, published_at, collected_at, content_hash, text_hash"
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT OR IGNORE INTO source VALUES ('s', 'in_thread')")
            connection.exec_driver_sql(f"INSERT INTO post ({columns}, is_pending) VALUES {rows}")

    fill(1, 900)
    assert not refresh_statistics(engine)
    fill(900, 1500)
    assert refresh_statistics(engine)
    assert not refresh_statistics(engine)
    fill(1500, 2500)
    assert not refresh_statistics(engine)
    fill(2500, 3100)
    assert refresh_statistics(engine)
    engine.dispose()
