"""``GET /posts/{id}/explanation``: which words moved the model's label of a post; and the same for the page."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api import examples
from api.dependencies import SessionDep, SharedDep
from api.parameters import Slug
from api.problems import ParameterError, problem_responses
from api.routes.posts import PostId
from api.shapes import Shape
from api.texts import stage_text
from models.errors import NotFoundError
from models.headings import with_title
from models.reads.brands import brand_by_slug, post_by_id
from models.reads.mentions import mention_of_post
from models.tables import Mention
from models.words import CorrectedField, Relation
from nlp.explanation import Explanation, explain
from nlp.moments import ModelChoice, load_classifier

router = APIRouter(tags=["posts"])
LEAST_EFFECT = 0.1
"""In log-odds; what moves the label less is not marked."""
STRONG = 0.5
WEAK = 0.2
"""Shares of the strongest effect, from which on a word is marked strongly, or at all."""
TASKS = {
    CorrectedField.STAGE: "Stage",
    CorrectedField.SENTIMENT: "Sentiment",
    CorrectedField.COMPLAINT: "Complaint",
    CorrectedField.NEEDS_RESPONSE: "Needs a response",
    CorrectedField.ADDRESSED_TO: "Speaks to",
}
_LABELS = {
    (CorrectedField.COMPLAINT, "true"): "complaint",
    (CorrectedField.COMPLAINT, "false"): "no complaint",
    (CorrectedField.NEEDS_RESPONSE, "true"): "needs a response",
    (CorrectedField.NEEDS_RESPONSE, "false"): "needs no response",
    (CorrectedField.ADDRESSED_TO, "brand"): "speaks to the brand",
    (CorrectedField.ADDRESSED_TO, "people"): "speaks to other people",
}
_EXAMPLE = {
    "post_id": 17,
    "brand": "amber-roast",
    "task": "needs_response",
    "label": "true",
    "probability": 0.93,
    "model": "moments-e5 0.3.0",
    "text": "@amberroast who do I talk to?",
    "words": [
        {"start": 0, "end": 11, "text": "@amberroast", "effect": 1.5831},
        {"start": 12, "end": 15, "text": "who", "effect": 0.2104},
        {"start": 16, "end": 18, "text": "do", "effect": -0.0517},
        {"start": 19, "end": 20, "text": "I", "effect": 0.5089},
        {"start": 21, "end": 25, "text": "talk", "effect": 0.1244},
        {"start": 26, "end": 28, "text": "to", "effect": 0.0652},
        {"start": 28, "end": 29, "text": "?", "effect": 0.8426},
    ],
}


class ExplanationQuery(BaseModel):
    """Which label to explain."""

    model_config = ConfigDict(extra="forbid")
    brand: Slug
    task: CorrectedField = Field(CorrectedField.STAGE, description="Which of the labels.")


class WordEffectOut(Shape):
    """A word, or in a text of more than 60 words a passage, and what it did for the label."""

    start: int = Field(description="first character in `text`, in code points")
    end: int = Field(description="after its last character")
    text: str
    effect: float = Field(
        description="fall of the label's log-odds when the word is left out: positive speaks for the label. "
        "Where probability is null: 1 if the label changes, else 0."
    )


class ExplanationOut(Shape):
    """What the current model says of a post, and the words in reading order; corrections do not change it."""

    post_id: int
    brand: str
    task: CorrectedField
    label: str = Field(description="`true` or `false` for complaint and needs_response")
    probability: float | None = Field(description="of the label; null: the model gives none for this task")
    model: str
    text: str = Field(description="what the model read: the title, if there is one, on a line of its own")
    words: list[WordEffectOut]


@router.get(
    "/posts/{id}/explanation",
    summary="Why the model says so: the words that moved a label",
    description="Each word is left out in turn and the text classified anew, so it takes up to a few seconds.",
    response_model=ExplanationOut,
    responses={200: examples.answer(_EXAMPLE, "The label and its words."), **problem_responses(404, 422)},
)
def get_explanation(
    id: PostId, query: Annotated[ExplanationQuery, Query()], session: SessionDep, shared: SharedDep
) -> ExplanationOut:
    """Explain a label."""
    explained = explain_post(session, id, query, shared.choice)
    said = explained.explanation
    words = [
        WordEffectOut(start=word.start, end=word.end, text=word.text, effect=round(word.effect, 4))
        for word in said.words
    ]
    return ExplanationOut(
        post_id=id,
        brand=query.brand,
        task=said.task,
        label=said.label,
        probability=said.probability,
        model=said.model,
        text=explained.text,
        words=words,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text as the page shows it; ``mark`` is the classes of a marked word, None elsewhere."""

    text: str
    mark: str | None = None
    effect: float = 0.0
    without: float | None = None
    """The label's probability if this is left out; None where the model gives none."""

    @property
    def size(self) -> float:
        """How much it moves the label, either way."""
        return abs(self.effect)


@dataclass(frozen=True, slots=True)
class Explained:
    """A post, the text that the model read, and what moved its label."""

    post_id: int
    language: str
    text: str
    explanation: Explanation
    counted: str | None
    """What counts for the brand, as a person or an earlier model said; None before any label."""

    @property
    def label(self) -> str:
        """The model's label in words."""
        return label_text(self.explanation.task, self.explanation.label)


def explain_post(session: Session, id: int, query: ExplanationQuery, choice: ModelChoice | None) -> Explained:
    """Explain a customer's post. Raises NotFoundError, and ParameterError for a brand's own post."""
    brand = brand_by_slug(session, query.brand)
    post = post_by_id(session, id)
    mention = mention_of_post(session, id, brand)
    if mention is None:
        raise NotFoundError(f"post {id} is no mention of {brand.slug!r}")
    if mention.relation == Relation.OWN:
        raise ParameterError("id", f"post {id} is the brand's own, so it carries no labels to explain", "path")
    text = with_title(post.title, post.text)
    return Explained(
        id, post.language, text, explain(text, load_classifier(choice), query.task), _counted(mention, query.task)
    )


def label_text(task: CorrectedField, label: str) -> str:
    """A label in words."""
    return stage_text(label) if task is CorrectedField.STAGE else _LABELS.get((task, label), label)


def pieces_of(explained: Explained) -> list[Piece]:
    """The whole text in order, its words that count marked for or against, weakly or strongly."""
    said = explained.explanation
    most = max((abs(word.effect) for word in said.words), default=0.0)
    pieces: list[Piece] = []
    at = 0
    for word in said.words:
        size = abs(word.effect)
        if size < max(LEAST_EFFECT, WEAK * most):
            continue
        mark = f"{'for' if word.effect > 0 else 'against'}{' strong' if size >= STRONG * most else ''}"
        pieces.append(Piece(explained.text[at : word.start]))
        pieces.append(Piece(word.text, mark, word.effect, said.probability_without(word)))
        at = word.end
    return [piece for piece in (*pieces, Piece(explained.text[at:])) if piece.text]


def _counted(mention: Mention, task: CorrectedField) -> str | None:
    name = "is_complaint" if task is CorrectedField.COMPLAINT else task.value
    value = getattr(mention, name)
    if value is None:
        return None
    return label_text(task, str(value).lower())
