"""Makes the rows of a journey map, one a stage, with all its cells; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from listener.journeys.reading import Journey, JourneyStage
from listener.reports import journey_shape as shape
from listener.reports.figures import Figure, share
from listener.reports.journey_estimates import difference, mean_rating
from listener.reports.journey_flow import NOBODY, Entries, by_stage, entries_of, moves_on, watch_days
from listener.reports.journey_material import Material, Period
from listener.reports.journey_points import (
    NO_THEME,
    Draft,
    Texts,
    asking_of,
    draft,
    emotion_of,
    points_of,
    sample_of,
)
from listener.reports.journey_rows import Heard, Places
from models.words import Addressee, PostKind, Sentiment

COMPLAINT, PRAISE = "complaint", "praise"


@dataclass(frozen=True, slots=True)
class _Drafts:
    """Of one stage, what waits for words."""

    sample: Places
    delights: Draft
    pains: Draft
    barriers: Draft


class StageRows:
    """The rows of one map while they are made."""

    def __init__(
        self, journey: Journey, period: Period, material: Material, heard: Heard, stages: Sequence[Places], most: int
    ) -> None:
        self.journey, self.period, self.material, self.heard, self.most = journey, period, material, heard, most
        self.stages = dict(zip(journey.codes, stages, strict=True))
        self.spots, self.spot_names = _spots(heard)
        known = np.isin(heard.theme_ids, np.array(sorted(material.themes), dtype=np.int64))
        self.theme_ids = np.where(known, heard.theme_ids, -1)
        self.is_complaint = heard.is_("is_complaint", True)
        self.says = {word: heard.is_("sentiment", word.value) for word in Sentiment}

    def rows(self) -> list[shape.StageRow]:
        """One row a stage, in the journey's order."""
        drafts = {stage.code: self._drafts(stage) for stage in self.journey.stage}
        seen = {row.source: row.covers_until for row in self.material.sources}
        entries = {code: entries_of(self.heard, places, seen) for code, places in self.stages.items()}
        days = watch_days(list(entries.values()))
        texts = self.material.read_texts(self._wanted(drafts.values()))
        steps = by_stage(self.material.steps, self.heard if self.material.has_every_step else None)
        return [
            self._row(stage, drafts[stage.code], self._moves(stage, entries[stage.code], days, steps), texts)
            for stage in self.journey.stage
        ]

    def _moves(
        self, stage: JourneyStage, entries: Entries, days: int, steps: Mapping[str, NDArray[np.int64]]
    ) -> shape.Moves:
        following = self.journey.after(stage.code)
        later = steps.get(following or "", NOBODY)
        return moves_on(self.heard, entries, later, following, days, self.material.themes)

    def _wanted(self, drafts: Collection[_Drafts]) -> set[int]:
        places: set[int] = set()
        for some in drafts:
            places.update(some.sample.tolist())
            places.update(*(one.places for one in (some.delights, some.pains, some.barriers)))
        return {int(self.heard.ids[place]) for place in places}

    def _drafts(self, stage: JourneyStage) -> _Drafts:
        places, themes = self.stages[stage.code], self.material.themes
        positive, negative = (places[self.says[word][places]] for word in (Sentiment.POSITIVE, Sentiment.NEGATIVE))
        why = "no {} here in this period" if len(places) else "no post"
        in_the_way = negative if stage.barriers else places[:0]
        why_no_barrier = why.format("negative post") if stage.barriers else "asked of stages before buying only"
        return _Drafts(
            sample=sample_of(self.heard, places),
            delights=draft(self.heard, positive, themes, PRAISE, why.format("positive post")),
            pains=draft(self.heard, places[self.is_complaint[places]], themes, COMPLAINT, why.format("complaint")),
            barriers=draft(self.heard, in_the_way, themes, COMPLAINT, why_no_barrier),
        )

    def _row(self, stage: JourneyStage, drafts: _Drafts, moves: shape.Moves, texts: Texts) -> shape.StageRow:
        heard, themes, places = self.heard, self.material.themes, self.stages[stage.code]
        following = self.journey.after(stage.code)
        touchpoints, touchpoints_left = self._touchpoints(stage, places)
        theme_rows, themes_left = self._themes(stage, places)
        return shape.StageRow(
            n=len(places),
            post_ids=heard.evidence(places),
            why_empty=None if len(places) else "no post of this stage in this period",
            code=stage.code,
            name=stage.name,
            aliases=list(stage.aliases),
            question=stage.question,
            aim=stage.aim,
            success=stage.success,
            criticality=stage.criticality,
            audience=heard.audience(places),
            actions=self._actions(places, drafts.sample, texts),
            sentiment=heard.sentiment(places),
            emotion=emotion_of(heard, drafts.sample, texts),
            response=heard.response(places),
            delights=points_of(heard, drafts.delights, themes, texts),
            pains=points_of(heard, drafts.pains, themes, texts),
            barriers=points_of(heard, drafts.barriers, themes, texts),
            moves_on=moves,
            satisfaction=self._satisfaction(stage.code, following),
            change=self._change(stage.code),
            touchpoints=touchpoints,
            touchpoints_left_out=touchpoints_left,
            themes=theme_rows,
            themes_left_out=themes_left,
        )

    def _actions(self, places: Places, sample: Places, texts: Texts) -> shape.Feeling:
        """What customers do: in which form they write, to whom, and whether they ask or complain."""
        heard, n = self.heard, len(places)
        masks = {kind.value: heard.is_("kind", kind.value) for kind in PostKind}
        masks |= {f"to_{word.value}": heard.is_("addressed_to", word.value) for word in Addressee}
        masks["complaint"] = self.is_complaint
        cover = 1.0 if n else None
        shares = {name: share(int(mask[places].sum()), n, heard.as_of, cover) for name, mask in masks.items()}
        shares["question_mark"] = asking_of(heard, sample, texts)
        asking = places[masks[PostKind.QUESTION.value][places]]
        evidence = heard.evidence(asking if len(asking) else places)
        return shape.Feeling(n=n, post_ids=evidence, why_empty=None if n else "no post", shares=shares)

    def _touchpoints(self, stage: JourneyStage, places: Places) -> tuple[list[shape.Touchpoint], int]:
        groups = [(self.spot_names[code], some) for code, some in self.heard.split(self.spots, places)]
        groups.sort(key=lambda pair: (-len(pair[1]), pair[0][0], pair[0][1], pair[0][2] or ""))
        made = []
        for (source, kind, host), some in groups[: self.most]:
            customer, brand = stage.intent_of(source, kind, host)
            made.append(
                shape.Touchpoint(
                    n=len(some),
                    post_ids=self.heard.evidence(some),
                    source=source,
                    kind=kind,
                    host=host,
                    customer_wants=customer,
                    brand_wants=brand,
                    audience=self.heard.audience(some),
                    sentiment=self.heard.sentiment(some),
                    response=self.heard.response(some),
                )
            )
        return made, len(groups[self.most :])

    def _themes(self, stage: JourneyStage, places: Places) -> tuple[list[shape.ThemeRow], int]:
        """The themes of a stage; what lies near none of them stands last, and is never left out."""
        groups = sorted(
            self.heard.split(self.theme_ids, places), key=lambda pair: (pair[0] == -1, -len(pair[1]), pair[0])
        )
        if not self.material.themes:
            return [], 0
        named = [pair for pair in groups if pair[0] != -1]
        rest = [pair for pair in groups if pair[0] == -1]
        made = [self._theme(stage, code, some) for code, some in (*named[: self.most], *rest)]
        return made, len(named[self.most :])

    def _theme(self, stage: JourneyStage, code: int, places: Places) -> shape.ThemeRow:
        theme = self.material.themes.get(code)
        is_opportunity = theme is not None and theme.polarity != PRAISE
        return shape.ThemeRow(
            n=len(places),
            post_ids=self.heard.evidence(places),
            theme_id=theme.id if theme else None,
            name=theme.name if theme else NO_THEME,
            polarity=theme.polarity if theme else None,
            opportunity=f"{stage.code}/{code}" if is_opportunity else None,
            audience=self.heard.audience(places),
            sentiment=self.heard.sentiment(places),
            response=self.heard.response(places),
        )

    def _satisfaction(self, code: str, following: str | None) -> shape.Satisfaction:
        here, after = self._satisfied(code), self._satisfied(following) if following else None
        places = self.stages[code]
        is_empty = not len(places) and not here.surveys
        why = "no post and no survey score" if is_empty else None
        return shape.Satisfaction(
            n=len(places), post_ids=self.heard.evidence(places), why_empty=why, here=here, after=after
        )

    def _satisfied(self, code: str) -> shape.Satisfied:
        places, as_of = self.stages[code], self.period.as_of
        shares = self.heard.sentiment(places).shares
        ratings = self.heard.numbers("rating")[places]
        surveys = [
            shape.Survey(
                metric=row.metric,
                touchpoint=row.touchpoint,
                score=Figure(
                    value=row.value, unit=row.metric, n=row.n, interval=(None, None), as_of=as_of, coverage=None
                ),
                since=row.since,
                until=row.until,
            )
            for row in self.material.surveys
            if row.stage == code
        ]
        rating = mean_rating([float(value) for value in ratings[~np.isnan(ratings)]], len(places), as_of)
        return shape.Satisfied(
            stage=code, positive=shares["positive"], negative=shares["negative"], rating=rating, surveys=surveys
        )

    def _change(self, code: str) -> shape.Change:
        (since, until), as_of, places = self.period.before, self.period.as_of, self.stages[code]
        counts = {word: self.material.before.get((code, word.value), 0) for word in Sentiment}
        n = sum(counts.values())
        now = self.heard.sentiment(places)
        change = {
            word: difference(now.shares[word.value], share(counts[word], n, as_of, 1.0 if n else None))
            for word in (Sentiment.POSITIVE, Sentiment.NEGATIVE)
        }
        why = None if n and now.n else ("no post in the period before" if not n else "no post in this period")
        return shape.Change(
            n=n,
            post_ids=now.post_ids,
            why_empty=why,
            since=since,
            until=until,
            positive=change[Sentiment.POSITIVE],
            negative=change[Sentiment.NEGATIVE],
        )


def _spots(heard: Heard) -> tuple[NDArray[np.int64], list[tuple[str, str, str | None]]]:
    """The number of each post's touchpoint, and (source, kind, host) of each number."""
    codes, names = zip(*(heard.coded(name) for name in ("source", "kind", "host")), strict=True)
    sizes = tuple(len(some) or 1 for some in names)
    found, spots = np.unique(np.ravel_multi_index(codes, sizes), return_inverse=True)
    at = zip(*np.unravel_index(found, sizes), strict=True)
    return spots.astype(np.int64), [(names[0][source], names[1][kind], names[2][host]) for source, kind, host in at]
