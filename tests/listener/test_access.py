"""Which names a service answers to, when people have to sign in, and how the settings say it."""

from pathlib import Path

import pytest

from listener.access import Access, access_of, is_loopback
from listener.serving import check_access
from listener.settings import ServerSettings, load_settings
from models.database import open_database
from models.errors import ListenerError, SettingsError


def _loaded(tmp_path: Path, server: str, environ: dict[str, str] | None = None) -> ServerSettings:
    file = tmp_path / "listener.toml"
    file.write_text(f"[server]\n{server}\n", encoding="utf-8")
    return load_settings(file, environ or {}).server


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.9.8.7", "::1"])
def test_loopback(name: str) -> None:
    assert is_loopback(name)
    assert not access_of(name, ServerSettings()).is_open_to_others


@pytest.mark.parametrize("name", ["0.0.0.0", "::", "", "192.0.2.7", "listen.example.org", "localhost.example"])
def test_everything_else_is_open_to_others(name: str) -> None:
    assert not is_loopback(name)
    assert access_of(name, ServerSettings()).is_open_to_others


def test_a_service_on_loopback_that_has_a_public_name_is_open_to_others() -> None:
    assert access_of("127.0.0.1", ServerSettings(public_url="https://listen.example.org")).is_open_to_others
    assert access_of("127.0.0.1", ServerSettings(trusted_hosts=["listen.example.org"])).is_open_to_others
    assert not access_of("127.0.0.1", ServerSettings(trusted_hosts=["localhost"])).is_open_to_others


def test_it_goes_by_the_names_it_was_given_and_no_others() -> None:
    settings = ServerSettings(public_url="https://Listen.example.org", trusted_hosts=["Box.lan", "*.team.example"])
    access = access_of("192.0.2.7", settings)
    for name in ("localhost", "192.0.2.7", "listen.example.org", "box.lan", "a.team.example", "a.b.team.example"):
        assert access.knows(name), name
    for name in ("team.example", "ateam.example", "192.0.2.8", "listen.example.org.evil.example", "0.0.0.0", ""):
        assert not access.knows(name), name
    assert not access_of("0.0.0.0", ServerSettings()).knows("192.0.2.7")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://listen.example.org/", "https://listen.example.org"),
        ("HTTPS://Listen.Example.Org:443", "https://listen.example.org"),
        ("http://192.0.2.7:8000", "http://192.0.2.7:8000"),
        ("http://box.lan:80", "http://box.lan"),
    ],
)
def test_a_public_url_is_an_origin(tmp_path: Path, written: str, kept: str) -> None:
    assert _loaded(tmp_path, f'public_url = "{written}"').public_url == kept
    assert _loaded(tmp_path, "", {"LISTENER_PUBLIC_URL": written}).public_url == kept


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('public_url = "listen.example.org"', "https://listen.example.org"),
        ('public_url = "https://listen.example.org/listener"', "without a path"),
        ('public_url = "https://a:b@listen.example.org"', "public_url"),
        ('public_url = "https://x:port"', "public_url"),
        ('trusted_hosts = ["https://listen.example.org"]', "trusted_hosts"),
        ('trusted_hosts = ["*"]', "trusted_hosts"),
        ('public_urls = "https://listen.example.org"', "did you mean 'public_url'"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said.replace("?", r"\?")):
        _loaded(tmp_path, line)


def test_cookies_are_secure_but_on_loopback_and_where_the_settings_say_plain_http() -> None:
    plain = Access(public_url="http://box.lan:8000")
    assert not plain.is_secure("http", "box.lan")
    assert not plain.is_in_clear("http", "box.lan")
    assert plain.is_secure("http", "other.lan")
    assert Access().is_in_clear("http", "box.lan")
    assert not Access().is_secure("http", "127.0.0.1")
    assert Access().is_secure("https", "127.0.0.1")


def test_nothing_is_served_to_others_while_nobody_could_sign_in() -> None:
    engine = open_database("sqlite://")
    check_access(engine, Access())
    with pytest.raises(ListenerError, match="listener user add NAME --role admin"):
        check_access(engine, Access(is_open_to_others=True))
