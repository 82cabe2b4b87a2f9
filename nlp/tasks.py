"""The five questions asked of a post and the answers to each, in the order of the shipped model's logits."""

from models.words import Addressee, Sentiment, Stage

CLASSES: dict[str, tuple[str, ...]] = {
    "stage": (Stage.NONE, Stage.ZMOT, Stage.FMOT, Stage.SMOT, Stage.UMOT),
    "sentiment": tuple(Sentiment),
    "complaint": ("0", "1"),
    "needs_response": ("0", "1"),
    "addressed_to": tuple(Addressee),
}
YES_OR_NO = ("complaint", "needs_response")
