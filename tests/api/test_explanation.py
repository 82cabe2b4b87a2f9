"""Why a label: the route, its problems, and the page that marks the words; with the shipped model."""

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from api.routes.explanation import Explained, pieces_of
from models.words import CorrectedField
from nlp.explanation import Explanation, WordEffect
from nlp.moments import load_classifier
from tests.api.service import HOSTILE, Client, add, check_problem, post

BRAND = "amber-roast"


def _id(client: Client, words: str) -> int:
    found: int = client.posts(q=words)[0]["id"]
    return found


def _why(client: Client, id: int, task: CorrectedField = CorrectedField.STAGE) -> str:
    return client.page(f"/posts/{id}/why?brand={BRAND}&task={task}")


@pytest.mark.parametrize("task", list(CorrectedField))
@pytest.mark.parametrize("words", ["machine leaks", "המשלוח", "不錯喝"])
def test_a_post_is_explained_word_by_word(client: Client, words: str, task: CorrectedField) -> None:
    id = _id(client, words)
    body = client.get(f"/api/v1/posts/{id}/explanation", brand=BRAND, task=task).json()
    assert (body["post_id"], body["brand"], body["task"]) == (id, BRAND, task)
    assert body["model"] == load_classifier().model
    assert 0 <= body["probability"] <= 1
    assert all(body["text"][word["start"] : word["end"]] == word["text"] for word in body["words"])
    assert len(body["words"]) >= 5
    assert any(word["effect"] for word in body["words"])


def test_stage_is_explained_unless_asked_otherwise_and_a_title_is_read_too(client: Client) -> None:
    body = client.get(f"/api/v1/posts/{_id(client, 'voucher')}/explanation", brand=BRAND).json()
    assert body["task"] == "stage"
    assert body["text"].startswith("Voucher\nthe voucher fails") or body["text"].startswith("<b>Voucher</b>\nthe")


def test_what_cannot_be_explained_is_a_problem(client: Client) -> None:
    id = _id(client, "machine leaks")
    path = f"/api/v1/posts/{id}/explanation"
    problem = check_problem(client.get(path, brand=BRAND, task="mood"), 422, "needs_response")
    assert problem["errors"][0]["parameter"] == "task"
    check_problem(client.get(path), 422, "brand")
    check_problem(client.get(path, brand="amber-rost"), 404, "amber-roast")
    check_problem(client.get("/api/v1/posts/999999/explanation", brand=BRAND), 404, "999999")
    own = client.get(f"/api/v1/posts/{id}").json()["thread"][1]["id"]
    check_problem(client.get(f"/api/v1/posts/{own}/explanation", brand=BRAND), 422, "own")
    add(client.engine, [post("r1", "where is my order", "11-01 10:00")], "north-beans")
    check_problem(client.get(path, brand="north-beans"), 404, "no mention of 'north-beans'")


def test_the_example_is_a_true_one(client: Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/api/v1/posts/{id}/explanation"]["get"]
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert all(example["text"][word["start"] : word["end"]] == word["text"] for word in example["words"])
    body = client.get(f"/api/v1/posts/{_id(client, 'machine leaks')}/explanation", brand=BRAND).json()
    assert example.keys() == body.keys()


@pytest.mark.parametrize(("words", "language"), [("machine leaks", "en"), ("המשלוח", "he"), ("不錯喝", "zh")])
def test_the_page_marks_words_and_lists_them(client: Client, words: str, language: str) -> None:
    tree = HTMLParser(_why(client, _id(client, words)))
    (said,) = tree.css("p.explained")
    assert (said.attributes["dir"], said.attributes["lang"]) == ("auto", language)
    assert words in said.text()
    marked = [node.text() for node in said.css("mark")]
    assert marked
    assert sorted(marked) == sorted(node.text() for node in tree.css("tbody th"))
    assert all((node.attributes["class"] or "").split()[0] in ("for", "against") for node in said.css("mark"))


def test_the_page_shows_the_whole_text_escaped(client: Client) -> None:
    page = _why(client, _id(client, "voucher"))
    assert "<script" not in page
    assert "<b>Voucher" not in page
    assert " style=" not in page
    (said,) = HTMLParser(page).css("p.explained")
    assert said.text().endswith("the voucher fails, help! <script>alert(1)</script> & so on"), HOSTILE


def test_the_thread_leads_to_the_page_and_the_page_to_the_other_labels_and_back(client: Client) -> None:
    id = _id(client, "machine leaks")
    why = f"/posts/{id}/why?brand={BRAND}&task="
    assert f"{why}stage" in _links(client.page(f"/posts/{id}"))
    tree = HTMLParser(_why(client, id, CorrectedField.COMPLAINT))
    assert {f"{why}{task}" for task in CorrectedField} | {f"/posts/{id}"} <= set(_links(tree.html or ""))
    assert [node.text() for node in tree.css("nav.tabs a[aria-current=page]")] == ["Complaint"]
    assert len(tree.css("h1")) == 1


def test_the_page_says_what_counts_where_that_is_another_label(client: Client) -> None:
    id = _id(client, "machine leaks")
    said = client.get(f"/api/v1/posts/{id}/explanation", brand=BRAND, task="complaint").json()["label"]
    other = "false" if said == "true" else "true"
    correction = {"brand": BRAND, "field": "complaint", "value": other}
    assert client.post(f"/api/v1/posts/{id}/corrections", json=correction).status_code == 201
    counts = "What counts is complaint" if other == "true" else "What counts is no complaint"
    assert counts in _why(client, id, CorrectedField.COMPLAINT)
    assert client.post(f"/api/v1/posts/{id}/corrections", json=correction | {"value": said}).status_code == 201
    assert "What counts" not in _why(client, id, CorrectedField.COMPLAINT)


def test_a_browser_gets_problems_as_a_page(client: Client) -> None:
    answer = client.call("GET", f"/posts/999999/why?brand={BRAND}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_weak_words_stay_unmarked_and_nothing_of_the_text_is_lost() -> None:
    text = "it really leaks, but so nice"
    words = (
        WordEffect(0, 2, "it", 0.05),
        WordEffect(3, 9, "really", 0.4),
        WordEffect(10, 15, "leaks", 1.5),
        WordEffect(24, 28, "nice", -0.8),
    )
    said = Explanation(CorrectedField.COMPLAINT, "true", 0.9, "model 1", words)
    pieces = pieces_of(Explained(1, "en", text, said, None))
    assert "".join(piece.text for piece in pieces) == text
    marks = [(piece.text, piece.mark) for piece in pieces if piece.mark]
    assert marks == [("really", "for"), ("leaks", "for strong"), ("nice", "against strong")]


def _links(page: str) -> list[str]:
    return [node.attributes.get("href") or "" for node in HTMLParser(page).css("a")]
