"""Languages of short posts, in every language that acceptance asks for, with brand names inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.language import LANGUAGES, UNKNOWN, detect_language

SENTENCES = {
    "en": ["Where is my order? It should have arrived on Tuesday.", "This grinder broke after two weeks, not happy"],
    "pl": ["Gdzie jest moje zamówienie? Miało przyjść we wtorek.", "Młynek Amber Roast zepsuł się po dwóch tygodniach"],
    "lt": ["Kur mano užsakymas? Turėjo atvykti antradienį.", "Kavos malūnėlis sugedo po dviejų savaičių, nusivyliau"],
    "he": [
        "איפה ההזמנה שלי? היא הייתה אמורה להגיע ביום שלישי",
        "הקפה של Amber Roast פשוט מעולה",
        "מזמינים מ-Kettle & Crow כבר שנה",
    ],
    "zh": ["我的訂單在哪裡？應該星期二就到了", "Amber Roast 的咖啡豆真的很好喝", "North Beans 客服完全不回"],
    "es": ["¿Dónde está mi pedido? Tenía que llegar el martes.", "El molinillo se rompió a las dos semanas, qué rabia"],
    "de": ["Wo bleibt meine Bestellung? Sie sollte am Dienstag kommen.", "Die Mühle ist nach zwei Wochen kaputt"],
    "ja": ["コーヒー、とても美味しいです", "注文が届きません"],
    "ko": ["주문한 커피가 아직 안 왔어요"],
    "el": ["Πού είναι η παραγγελία μου;"],
    "ru": ["Где мой заказ? Он должен был прийти во вторник."],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_sentences(code: str, text: str) -> None:
    assert detect_language(text) == code
    assert detect_language(f"@amberroast {text} https://x.example/en/the-shop-and-the-news") == code


@pytest.mark.parametrize(
    "text", ["👍😍", "12345 !!!", "", "@amberroast", "@amberroast https://x.example/the/shop", "—"]
)
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_language(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "hint", "code"),
    [
        ("👍", "pt-BR", "pt"),
        ("👍", "zh_Hant", "zh"),
        ("ok", "de", "de"),
        ("👍", "xx", UNKNOWN),
        ("👍", "", UNKNOWN),
        ("Where is my order? It was to come on Tuesday", "de", "en"),
        ("איפה ההזמנה שלי", "en", "he"),
        ("好", "en", "zh"),
    ],
)
def test_a_hint_decides_only_where_the_text_says_too_little(text: str, hint: str, code: str) -> None:
    assert detect_language(text, hint) == code


@given(st.text(), st.none() | st.text())
def test_any_text_and_any_hint_give_a_known_code(text: str, hint: str | None) -> None:
    assert detect_language(text, hint) in {*LANGUAGES, UNKNOWN}
