"""Corrected shares: nearer the truth than counting in simulations where it is known, with intervals that hold it."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.errors import ModelError
from nlp import prevalence
from nlp.prevalence import Reference, References, ShareEstimate, estimate_shares
from nlp.prevalence_joint import Group, draw_shares
from nlp.training import prevalence_error, prevalence_reference
from nlp.training.prevalence_reference import measure

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

NAMES = ("zmot", "fmot", "smot", "umot", "none")


def simulated(truth: Numbers, random: np.random.Generator, signal: float = 2.0) -> Floats:
    """What a middling model, too sure of itself and with a liking for the last class, says of posts of these classes.

    Scores are the class plus normal noise, so that the calibrated probabilities are known to be of the fitted form.
    """
    scores = signal * np.eye(5)[truth] + random.normal(size=(len(truth), 5))
    scores = 1.5 * signal * scores + np.array([0, 0, 0, 0, 2.0])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Floats = powers / powers.sum(axis=1, keepdims=True)
    return found


@pytest.fixture(scope="module")
def reference() -> Reference:
    random = np.random.default_rng(1)
    truth = random.choice(5, 900, p=[0.15, 0.1, 0.25, 0.3, 0.2])
    return measure(NAMES, simulated(truth, random), truth)


def figures(shares: list[ShareEstimate]) -> Floats:
    """Rows of raw share, share, low, high."""
    return np.array([(one.raw_share, one.share, one.low, one.high) for one in shares], float).T


def test_corrected_shares_err_by_half_as_much_and_intervals_hold_the_truth_19_times_in_20() -> None:
    """Both the reference and the posts are drawn anew each time: 60 worlds, mixes from a flat Dirichlet."""
    random = np.random.default_rng(2)
    errors, holds = [], []
    for _ in range(60):
        known = random.choice(5, 500, p=[0.15, 0.1, 0.25, 0.3, 0.2])
        measured = measure(NAMES, simulated(known, random), known, resamples=80)
        mix = random.dirichlet(np.ones(5))
        truth = random.choice(5, 300, p=mix)
        raw, share, low, high = figures(estimate_shares(simulated(truth, random), measured))
        own = np.bincount(truth, minlength=5) / 300
        errors.append((abs(raw - own).mean(), abs(share - own).mean()))
        holds.append((low <= mix) & (mix <= high))
    raw_error, corrected = np.mean(errors, axis=0)
    assert corrected < raw_error / 2
    assert 0.90 <= np.mean(holds) <= 0.99


def test_a_class_that_is_not_there_is_found_not_to_be(reference: Reference) -> None:
    """Nobody speaks from the last class, yet the model names it."""
    random = np.random.default_rng(3)
    truth = random.choice(4, 2000)
    last = estimate_shares(simulated(truth, random), reference)[-1]
    assert last.raw_share is not None
    assert last.raw_share > 0.05
    assert last.share == pytest.approx(0, abs=0.01)
    assert last.low == pytest.approx(0, abs=0.005)


def test_with_a_perfect_model_the_interval_is_jeffreys() -> None:
    """Beta(20.5, 81) at 2.5 and 97.5 %, as scipy has it: the posts' own uncertainty and none of the reference's."""
    sure = np.eye(3)[[0] * 20 + [1] * 30 + [2] * 50]
    known = np.repeat(np.arange(3), 500)
    raw, share, low, high = figures(estimate_shares(sure, measure(("a", "b", "c"), np.eye(3)[known], known, 400)))
    assert raw == pytest.approx([0.2, 0.3, 0.5])
    assert share == pytest.approx([20.5 / 101.5, 30.5 / 101.5, 50.5 / 101.5], abs=1e-3)
    from scipy.stats import beta

    assert low[0] == pytest.approx(beta.ppf(0.025, 20.5, 81), abs=0.01)
    assert high[0] == pytest.approx(beta.ppf(0.975, 20.5, 81), abs=0.01)


def test_fewer_posts_and_a_smaller_reference_both_widen_the_interval(reference: Reference) -> None:
    random = np.random.default_rng(4)
    truth = random.choice(5, 2000)
    said = simulated(truth, random)
    known = random.choice(5, 150)
    small = measure(NAMES, simulated(known, random), known)

    def width(posts: Floats, by: Reference) -> float:
        _, _, low, high = figures(estimate_shares(posts, by))
        return float((high - low).mean())

    assert width(said, reference) < width(said[:200], reference) < width(said[:20], reference)
    assert width(said, reference) < width(said, small)


def test_many_posts_are_counted_together_with_the_same_result(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(5)
    said = simulated(random.choice(5, 6000, p=[0.5, 0.2, 0.1, 0.1, 0.1]), random)
    together = figures(estimate_shares(said, reference))
    monkeypatch.setattr(prevalence, "MANY", 10_000)
    assert together == pytest.approx(figures(estimate_shares(said, reference)), abs=0.012)


def test_no_posts_have_no_shares(reference: Reference) -> None:
    nothing = [ShareEstimate(name, None, None, None, None, 0) for name in NAMES]
    assert estimate_shares([], reference) == nothing
    assert estimate_shares(np.empty((0, 5)), reference) == nothing


def test_one_post_says_little(reference: Reference) -> None:
    shares = estimate_shares([[0.9, 0.1, 0, 0, 0]], reference)
    assert [one.raw_share for one in shares] == [1, 0, 0, 0, 0]
    assert all(one.n == 1 and one.high - one.low > 0.3 for one in shares if one.high and one.low is not None)
    assert max(shares, key=lambda one: one.share or 0).name == "zmot"


def test_of_a_class_without_labelled_posts_nothing_is_known() -> None:
    random = np.random.default_rng(6)
    truth = random.choice(4, 300)
    shares = estimate_shares(simulated(random.choice(5, 100), random), measure(NAMES, simulated(truth, random), truth))
    assert (shares[4].low, shares[4].high) == (0, 1)
    assert sum(one.share or 0 for one in shares) == pytest.approx(1)
    assert all(one.share is not None and math.isfinite(one.share) for one in shares)


@pytest.mark.parametrize("given", [[[0.5, 0.5]], [0.2] * 5, [[[0.2] * 5]], [[1.1, 0, 0, 0, 0]], [[math.nan] * 5]])
def test_what_is_not_probabilities_is_refused(reference: Reference, given: list[object]) -> None:
    with pytest.raises(ValueError, match="probabilities must"):
        estimate_shares(np.array(given, float), reference)


_POSTS = st.lists(
    st.one_of(
        st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(lambda row: sum(row) > 0),
        st.sampled_from(np.eye(5).tolist()),
    ),
    min_size=1,
    max_size=30,
)


@settings(deadline=None, max_examples=60)
@given(_POSTS)
def test_any_posts_give_shares_that_sum_to_1_inside_their_intervals(rows: list[list[float]]) -> None:
    random = np.random.default_rng(7)
    truth = np.repeat(np.arange(5), 20)
    measured = measure(NAMES, simulated(truth, random), truth, resamples=20)
    said = np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    shares = estimate_shares(np.minimum(said, 1), measured)
    raw, share, low, high = figures(shares)
    assert raw.sum() == pytest.approx(1)
    assert share.sum() == pytest.approx(1)
    assert ((low >= 0) & (low <= share) & (share <= high) & (high <= 1)).all()
    assert estimate_shares(np.minimum(said, 1), measured) == shares


def test_a_reference_comes_back_as_it_was_saved(reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "prevalence.npz"
    References("moments-e5 0.1.0", {"stage": reference}).save(path)
    found = References.load(path)
    said = simulated(np.arange(5), np.random.default_rng(8))
    assert found.model == "moments-e5 0.1.0"
    assert estimate_shares(said, found.tasks["stage"]) == estimate_shares(said, reference)
    assert path.stat().st_size < 100_000


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "text", "of another shape", "an array"])
def test_a_damaged_reference_is_said_to_be_so(reference: Reference, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "prevalence.npz"
    References("x 1", {"stage": reference}).save(path)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "of another shape":
        np.savez(path, **{**dict(np.load(path)), "stage.prior": np.ones((2, 5))})
    elif damage == "an array":
        with path.open("wb") as file:
            np.save(file, np.ones(3))
    else:
        path.write_bytes({"empty": b"", "truncated": whole[: len(whole) // 2], "text": b"nothing"}[damage])
    with pytest.raises(ModelError, match=r"prevalence\.npz: .*cannot be read \(.*reinstall"):
        References.load(path)


def test_samples_share_no_post_with_what_is_learnt_from_and_repeat_only_when_they_must() -> None:
    truth = np.repeat(np.arange(3), [100, 50, 10])
    wanted = np.array([50, 10, 40])
    sample = prevalence_error.draw(truth, wanted, np.random.default_rng(9))
    assert np.bincount(truth[sample]).tolist() == wanted.tolist()
    rest = np.setdiff1d(np.arange(len(truth)), sample)
    assert np.bincount(truth[rest]).tolist()[:2] == [50, 40]
    assert (truth[rest] == 2).sum() >= 5


def test_posts_of_less_trust_count_less() -> None:
    """A post that counts nearly nothing changes nothing, and one that counts twice stands for two."""
    random = np.random.default_rng(16)
    truth = random.choice(5, 400)
    said = simulated(truth, random)
    strange = np.roll(truth, 1)
    alone = measure(NAMES, said, truth, 2)
    beside = measure(
        NAMES, np.vstack([said, said]), np.append(truth, strange), 2, trust=np.repeat([1.0, 1e-9], [400, 400])
    )
    assert beside.weights[0] == pytest.approx(alone.weights[0], abs=1e-3)
    assert beside.prior[0] == pytest.approx(alone.prior[0], abs=1e-3)
    assert beside.counts.sum() == 800
    double = measure(NAMES, said, truth, 2, trust=np.repeat([2.0, 1.0], [100, 300]))
    copied = measure(NAMES, np.vstack([said[:100], said]), np.append(truth[:100], truth), 2)
    assert double.weights[0] == pytest.approx(copied.weights[0], abs=1e-3)


def test_temperature_and_constants_are_free_and_all_else_is_held() -> None:
    """The model of ``simulated`` is 1.5 times too sure and likes the last class by 2: 600 posts find both."""
    random = np.random.default_rng(17)
    truth = random.choice(5, 600)
    fit = measure(NAMES, simulated(truth, random), truth, 2).weights[0]
    slopes = fit[:5] - fit[:5].mean(axis=1, keepdims=True)
    own = slopes.diagonal().mean()
    assert own / 0.8 == pytest.approx(1 / 1.5, abs=0.12)
    assert np.abs(slopes - own / 0.8 * (np.eye(5) - 0.2)).max() < 0.05
    assert fit[5, :4].mean() - fit[5, 4] == pytest.approx(2 / 1.5, abs=0.4)


def test_the_measured_error_is_that_of_a_known_model() -> None:
    random = np.random.default_rng(10)
    truth = random.choice(5, 600)
    found = prevalence_error.prevalence_error(NAMES, simulated(truth, random), truth, samples=15)
    assert found.ratio == found.corrected / found.raw
    assert found.ratio < 0.6
    assert found.coverage > 0.85
    assert (found.coverage_of_mix or 0) > 0.85
    assert 0 < found.width < 0.3


def test_groups_are_measured_alone_where_there_are_two_large_enough() -> None:
    random = np.random.default_rng(11)
    truth = random.choice(5, 200)
    said = simulated(truth, random)
    found = prevalence_error.error_of_groups(NAMES, said, truth, ["en"] * 100 + ["pl"] * 90 + ["he"] * 10)
    assert found is not None
    assert found.coverage_of_mix is None
    assert str(found).count(" | ") == 4
    assert prevalence_error.error_of_groups(NAMES, said, truth, ["en"] * 190 + ["he"] * 10) is None


def nobody(posts: Numbers) -> Group:
    """Posts of which no person has said anything."""
    return Group(posts, [0] * 5)


def test_groups_drawn_together_are_estimated_as_each_alone(reference: Reference) -> None:
    random = np.random.default_rng(12)
    said = np.vstack([simulated(random.choice(5, 600, p=mix), random) for mix in random.dirichlet(np.ones(5), 3)])
    groups = [nobody(np.arange(600 * at, 600 * at + 600)) for at in range(3)]
    for group, draws in zip(groups, draw_shares(said, np.arange(1800), reference, groups), strict=True):
        _, share, low, high = figures(estimate_shares(said[group.posts], reference))
        assert draws.n == 600
        assert draws.shares[0] == pytest.approx(share, abs=0.01)
        spread = np.ptp(np.quantile(draws.shares[1:], (0.025, 0.975), axis=0), axis=0)
        assert spread.mean() == pytest.approx((high - low).mean(), rel=0.2)


def test_what_is_drawn_does_not_hang_on_the_other_groups(reference: Reference) -> None:
    random = np.random.default_rng(13)
    said = simulated(random.choice(5, 400), random)
    halves = [nobody(np.arange(200)), nobody(np.arange(200, 400))]
    first, second = draw_shares(said, np.arange(400), reference, halves)
    other, *_ = draw_shares(said, np.arange(400), reference, [nobody(np.arange(100, 300)), *halves])[1:]
    assert np.abs(first.shares - second.shares).max() > 0.02
    assert first.shares[0] == pytest.approx(other.shares[0], abs=1e-6)
    assert first.of([0, 1]) == pytest.approx(first.shares[:, 0] + first.shares[:, 1])


def test_posts_of_few_authors_say_less(reference: Reference) -> None:
    random = np.random.default_rng(14)
    said = simulated(np.repeat(random.choice(5, 50), 8), random)
    group = [nobody(np.arange(400))]

    def spread(authors: Numbers) -> float:
        return float(draw_shares(said, authors, reference, group)[0].shares[1:].std(axis=0).mean())

    assert spread(np.repeat(np.arange(50), 8)) > 1.5 * spread(np.arange(400))


def test_what_the_reference_does_not_know_drops_out_of_a_difference() -> None:
    """With a reference of 60 posts and two groups of one mix most of each interval is the reference's."""
    random = np.random.default_rng(15)
    truth = np.repeat(np.arange(5), 12)
    small = measure(NAMES, simulated(truth, random), truth)
    said = simulated(random.choice(5, 4000), random)
    one, other = draw_shares(said, np.arange(4000), small, [nobody(np.arange(2000)), nobody(np.arange(2000, 4000))])
    apart = np.sqrt(one.shares[1:].var(axis=0) + other.shares[1:].var(axis=0))
    assert ((one.shares - other.shares)[1:].std(axis=0) < 0.7 * apart).all()


def test_what_people_said_and_nothing_at_all_are_groups_too(reference: Reference) -> None:
    nothing = Group(np.zeros(0, np.int64), [0] * 5)
    people = Group(np.zeros(0, np.int64), [30, 10, 0, 0, 0])
    none, known = draw_shares([], [], reference, [nothing, people])
    assert (none.n, len(none.shares), known.n) == (0, 0, 40)
    assert known.shares[0] == pytest.approx(np.array([30.5, 10.5, 0.5, 0.5, 0.5]) / 42.5)


def test_draws_need_an_author_a_post_and_enough_resamples(reference: Reference) -> None:
    with pytest.raises(ValueError, match="an author each"):
        draw_shares(np.full((3, 5), 0.2), [1, 2], reference, [])
    with pytest.raises(ValueError, match="probabilities must"):
        draw_shares(np.full((3, 4), 0.25), [1, 2, 3], reference, [])
    with pytest.raises(ValueError, match="resamples"):
        draw_shares(np.full((3, 5), 0.2), [1, 2, 3], reference, [], draws=500)


_LABELS = "\n".join(
    f'{{"text": "{text} {number}", "stage": "{stage}", "sentiment": "{sentiment}"}}'
    for number in range(6)
    for text, stage, sentiment in [
        ("Where is my order? It should be here.", "smot", "negative"),
        ("Best coffee in town, will buy again!", "umot", "positive"),
        ("Which grinder should I get?", "zmot", "neutral"),
        ("Just ordered one in the shop", "fmot", "neutral"),
        ("It rains", "none", "neutral"),
    ]
)


def test_the_commands_write_a_reference_for_the_current_model_and_print_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels, output = tmp_path / "labels.jsonl", tmp_path / "prevalence.npz"
    labels.write_text(_LABELS, encoding="utf-8")
    prevalence_reference.main([str(labels), str(output)])
    references = References.load(output)
    assert set(references.tasks) == {"stage", "sentiment"}
    assert references.tasks["stage"].counts.tolist() == [6] * 5
    prevalence_error.main([str(labels), "--samples", "2", "--size", "10"])
    printed = capsys.readouterr().out
    assert printed.startswith(references.model)
    assert [line.split(" | ")[0] for line in printed.splitlines()[4:8]] == ["| stage"] * 2 + ["| sentiment"] * 2
