"""Settings: a wrong key is refused by name with the nearest right one; the environment goes over the file."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from listener import cli
from listener.cli.main import app
from listener.settings import ClassifierSettings, Settings, default_data_dir, load_settings
from models.errors import ModelError, SettingsError
from models.words import Stage
from nlp.moments import ModelChoice

TEMPLATE = Path(cli.__file__).parent / "listener.toml"
BRAND = '[[brand]]\nslug = "amber-roast"\nname = "Amber Roast"\n'


def settings_of(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    file = tmp_path / "listener.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environ or {})


def test_the_template_of_init_loads_as_it_is() -> None:
    (brand,) = load_settings(TEMPLATE, {}).brand
    assert (brand.slug, brand.timezone) == ("amber-roast", "Europe/Vilnius")
    assert brand.promised_first_response == timedelta(hours=24)
    assert brand.owned["mastodon"] == ["amberroast@social.example"]
    assert brand.zone.key == "Europe/Vilnius"
    assert brand.query[0].expression == '"Amber Roast" OR #amberroast'


def test_every_key_that_the_template_shows_in_comments_is_known(tmp_path: Path) -> None:
    text = re.sub(r"^# (?=\[|\w+ = )", "", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = settings_of(tmp_path, text)
    assert found.database_url.startswith("postgresql://")
    assert found.log_level == "warning"
    assert found.network.contact == "listening@example.org"
    assert found.brand[0].source[0].model_extra == {"base_url": "https://social.example", "tags": ["amberroast"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('datbase_url = "x"', "datbase_url is not a known key; did you mean 'database_url'?"),
        (BRAND + 'time_zone = "UTC"', "brand.0.time_zone is not a known key; did you mean 'timezone'?"),
        (BRAND + '[[brand.query]]\nname = "a"\nexpresion = "b"', "did you mean 'expression'?"),
        ('[network]\nkontact = "a"', "network.kontact is not a known key; did you mean 'contact'?"),
        ("zzzzzz = 1", "zzzzzz is not a known key"),
        ('[[brand]]\nname = "A"', "brand.0.slug is missing"),
        ('[[brand]]\nslug = "Amber Roast"\nname = "A"', "brand.0.slug "),
        (BRAND + 'timezone = "Europe/Vilnus"', "is no time zone; did you mean 'Europe/Vilnius'?"),
        (BRAND + 'promised_first_response = "24 hours"', "'24 hours' is no duration such as 90m, 24h or 7d"),
        (BRAND + "promised_first_response = 24", "24 is no duration such as 90m, 24h or 7d"),
        (BRAND + 'promised_first_response = "99999999999999d"', "brand.0.promised_first_response "),
        (BRAND + '[brand.owned]\nmastodon = "amberroast"', "brand.0.owned.mastodon "),
        ('log_level = "loud"', "log_level Input should be 'debug', 'info', 'warning' or 'error'"),
        ("log_level = = 1", "no valid TOML: Invalid value (at line 1, column 13)"),
        ('brand = "x"', "brand "),
        ('[classifier]\nsentimnt = "a/b"', "classifier.sentimnt is not a known key; did you mean 'sentiment'?"),
        ('[classifier.sentiment_labels]\nA = "good"', "classifier.sentiment_labels.A Input should be 'negative', "),
        ('[classifier]\nstage = "a"\n[classifier.stage_hypotheses]\nbuy = "b"', "classifier.stage_hypotheses.buy"),
        ('[classifier.stage_hypotheses]\nzmot = "b"', "classifier has stage_hypotheses but no stage"),
        ('[classifier]\ndevice = "a GPU"', "classifier.device "),
        ('[classifier]\nsentiment = ""', "classifier.sentiment "),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_of(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path / 'listener.toml'}: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_utf_8_is_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "listener.toml"
    file.write_bytes(b'log_level = "caf\xe9"')
    with pytest.raises(SettingsError, match="no valid TOML"):
        load_settings(file, {})


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert settings_of(tmp_path, '\ufefflog_level = "info"').log_level == "info"


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="write one with: listener init"):
        load_settings(tmp_path / "nowhere.toml", {})
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_settings(None, {"LISTENER_CONFIG": str(tmp_path / "nowhere.toml")})


@pytest.mark.parametrize(("written", "hours"), [("90m", 1.5), ("24h", 24), ("7d", 168), ("0h", 0)])
def test_durations(tmp_path: Path, written: str, hours: float) -> None:
    (brand,) = settings_of(tmp_path, f'{BRAND}promised_first_response = "{written}"').brand
    assert brand.promised_first_response == timedelta(hours=hours)


def test_the_environment_goes_over_the_file(tmp_path: Path) -> None:
    text = 'database_url = "sqlite:///file.db"\nlog_level = "info"\n'
    found = settings_of(tmp_path, text, {"LISTENER_DATABASE_URL": "sqlite:///env.db", "LISTENER_LOG_LEVEL": ""})
    assert (found.database, found.log_level) == ("sqlite:///env.db", "info")
    with pytest.raises(SettingsError, match="log_level"):
        settings_of(tmp_path, text, {"LISTENER_LOG_LEVEL": "loud"})


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = load_settings(None, {})
    assert found.brand == []
    assert found.database.startswith("sqlite:///")
    (tmp_path / "listener.toml").write_text('log_level = "info"', encoding="utf-8")
    assert load_settings(None, {}).log_level == "info"


def test_without_a_word_on_models_the_shipped_one_is_chosen(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "").model_choice == ModelChoice(heads=default_data_dir() / "heads")
    assert settings_of(tmp_path, '[classifier]\ndevice = "cuda:1"').model_choice.is_shipped


def test_the_classifier_section_becomes_a_choice(tmp_path: Path) -> None:
    text = """
        [classifier]
        sentiment = "owner/name"
        stage = "./nli"
        device = "cuda"
        heads = "/shared/heads"
        [classifier.sentiment_labels]
        LABEL_1 = "positive"
        LABEL_0 = "negative"
        [classifier.stage_hypotheses]
        none = "Something else."
    """
    assert settings_of(tmp_path, text).model_choice == ModelChoice(
        sentiment="owner/name",
        sentiment_labels=(("LABEL_0", "negative"), ("LABEL_1", "positive")),
        stage="./nli",
        stage_hypotheses=((Stage.NONE, "Something else."),),
        device="cuda",
        heads=Path("/shared/heads"),
    )


def test_listener_model_goes_over_the_sentiment_of_the_file_and_over_labels_meant_for_it(tmp_path: Path) -> None:
    labels = '[classifier.sentiment_labels]\nA = "negative"\nB = "positive"\n'
    own = {"LISTENER_MODEL": "owner/mine"}
    for text, environ, sentiment, kept in [
        ('model = "owner/file"', {}, "owner/file", 0),
        ('model = "owner/file"', own, "owner/mine", 0),
        (labels, own, "owner/mine", 2),
        (f'[classifier]\nsentiment = "owner/mine"\n{labels}', own, "owner/mine", 2),
        (f'[classifier]\nsentiment = "owner/other"\n{labels}', own, "owner/mine", 0),
        (f'[classifier]\nsentiment = "owner/other"\n{labels}', {}, "owner/other", 2),
    ]:
        choice = settings_of(tmp_path, text, environ).model_choice
        assert (choice.sentiment, len(choice.sentiment_labels)) == (sentiment, kept)


def test_every_key_of_the_classifier_is_documented() -> None:
    docs = Path("docs/settings.md").read_text(encoding="utf-8")
    for key in ClassifierSettings.model_fields:
        assert f"| `{key}` |" in docs or f"| `[classifier.{key}]` |" in docs, key


@pytest.mark.parametrize("arguments", [[], ["--input", "posts.jsonl", "--output", "labels.jsonl"]])
def test_classify_takes_the_model_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "posts.jsonl").write_text('{"id": 1, "text": "hello"}\n')
    environ = {"LISTENER_MODEL": "owner/name", "LISTENER_DATABASE_URL": f"sqlite:///{tmp_path / 'a.sqlite3'}"}
    done = CliRunner().invoke(app, ["classify", *arguments], env=environ)
    assert isinstance(done.exception, ModelError)
    assert str(done.exception).endswith("pip install 'moment-listener[hub]'")
    assert not (tmp_path / "labels.jsonl").exists()
