"""What the words of a weekly report mean, at its end; docs/metrics.md says it in full."""

from listener.weekly.blocks import Block, Bullets, Heading
from listener.wording import Wording


def definitions(w: Wording) -> list[Block]:
    """The section, in the reader's language."""
    return [Heading(1, w._("What the words mean")), Bullets([*_of_posts(w), *_of_figures(w)])]


def _of_posts(w: Wording) -> list[str]:
    return [
        w._("Stages: ZMOT before buying, FMOT while buying, SMOT in use, UMOT sharing the experience."),
        w._(
            "A post needs a response if it complains, asks or requests something of the brand, as a model says unless "
            "a person corrected it."
        ),
        w._(
            "Answered: an account of the brand replied in public. Only redirected: it sent people elsewhere. "
            "Unanswered: nobody did within the time that is waited for, and the thread was checked. "
            "Unknown is not unanswered."
        ),
        w._(
            "A theme is a group of posts that lie close together by what they say; its ratio compares its posts with "
            "those of the week before."
        ),
        w._("Quoted posts are shown as they stand now; posts that are gone are shown no more."),
    ]


def _of_figures(w: Wording) -> list[str]:
    return [
        w._("Response rate: answered and redirected posts among those old enough to tell and whose state is known."),
        w._(
            "Median wait: half of the posts, those that still wait included, got a response within it; not reached: "
            "fewer than half did."
        ),
        w._("Counted shares hold the model's mistakes; corrected ones take its known confusions into account."),
        w._(
            "A rise or fall is called where counted and corrected shares both show it, the p-value adjusted for all "
            "comparisons is small, and no interval holds zero. All else is no change beyond noise."
        ),
        w._("An interval is the range that would hold the true value in 19 of 20 such weeks."),
        w._("The range of four weeks is the lowest and the highest weekly share, as counted."),
    ]
