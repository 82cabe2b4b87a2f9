"""What a brand's reply does, in every language that acceptance asks for."""

import pytest

from models.words import ReplyKind
from nlp.reply_kind import reply_kind

REDIRECTS = {
    "en": "Hi Anna! Please DM us your order number and we'll look into it.",
    "pl": "Prosimy o wiadomość prywatną z numerem zamówienia.",
    "lt": "Parašykite mums asmeninę žinutę su užsakymo numeriu.",
    "he": "היי, שלחו לנו הודעה פרטית עם מספר ההזמנה בבקשה",
    "zh": "您好，請私訊我們訂單編號，謝謝",
    "zh letter": "請來信客服，謝謝",
    "es": "Por favor, escríbenos por mensaje privado con tu número de pedido.",
    "de": "Schick uns bitte eine private Nachricht mit deiner Bestellnummer.",
    "link alone": "@anna https://help.example/form",
}
ACKNOWLEDGEMENTS = {
    "en": "We have received your message and will get back to you soon.",
    "pl": "Otrzymaliśmy Twoją wiadomość. Odpowiemy wkrótce.",
    "lt": "Gavome jūsų žinutę. Susisieksime artimiausiu metu.",
    "he": "קיבלנו את פנייתך ונחזור אליך בהקדם",
    "zh": "我們已收到您的訊息，將盡快與您聯繫。",
    "zh letter": "我們已收到您的來信，將盡快回覆。",
    "es": "Hemos recibido tu mensaje y te responderemos pronto.",
    "de": "Wir haben Ihre Nachricht erhalten und melden uns in Kürze.",
    "emoji alone": "👍",
    "handle alone": "@anna",
}
ANSWERS = {
    "en": "We're sorry! The roaster was down on Tuesday, your bag leaves tomorrow and we added a free one.",
    "en short": "Yes, it is dishwasher safe.",
    "en with a link": "It is back in stock, two per person: https://shop.example/fjord",
    "en that also redirects": (
        "Please DM us. The filter is a number four and fits every jug made since 2019, so yours is fine."
    ),
    "pl": "Przepraszamy, młynek wymienimy na nowy, kurier odbierze stary jutro między dziewiątą a dwunastą.",
    "lt": "Atsiprašome, pakelis išsiųstas šiandien ryte, jis turėtų jus pasiekti rytoj iki pietų.",
    "he": "מצטערים על התקלה, המשלוח יצא הבוקר ויגיע מחר עד הצהריים, והוספנו גם שקית קפה במתנה",
    "zh": "很抱歉造成不便，新的咖啡豆今天早上已經寄出，明天中午以前會送到您家。",
    "es": "Lo sentimos, el molino se cambia gratis: hoy sale uno nuevo y el mensajero recoge el viejo mañana.",
    "de": "Das tut uns leid, die Mühle tauschen wir kostenlos um und der Kurier holt die alte morgen ab.",
}


@pytest.mark.parametrize("text", REDIRECTS.values(), ids=REDIRECTS)
def test_redirects(text: str) -> None:
    assert reply_kind(text) is ReplyKind.REDIRECT


@pytest.mark.parametrize("text", ACKNOWLEDGEMENTS.values(), ids=ACKNOWLEDGEMENTS)
def test_acknowledgements(text: str) -> None:
    assert reply_kind(text) is ReplyKind.ACKNOWLEDGEMENT


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_answers(text: str) -> None:
    assert reply_kind(text) is ReplyKind.ANSWER


@pytest.mark.parametrize("text", [text for name, text in REDIRECTS.items() if name != "link alone"])
def test_a_redirect_stays_one_under_a_greeting_and_a_signature(text: str) -> None:
    assert reply_kind(f"@anna {text}\n/Rasa") is ReplyKind.REDIRECT


def test_a_form_of_coffee_is_no_form_to_fill_in() -> None:
    assert reply_kind("The reformed blend is called Former Glory.") is ReplyKind.ANSWER
