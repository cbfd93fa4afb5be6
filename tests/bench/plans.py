"""What a planner waits for: an operation with its metrics and checks, a whole check, publishing.

Operations are drawn at random in the sample county and in a town of ten times as many units: units
brushed over a border, areas split, units cut. The time of one is that of its change, the survey
after it, and the metrics and checks of all it touched. What publishing takes and what twenty
planners at once lose is measured by `plans_publish` and `plans_planners`.
"""

import random
import time
from dataclasses import dataclass
from itertools import count
from statistics import median

import numpy as np
import shapely

from geo.errors import Refused
from geo.plans import Survey, metrics
from geo.plans.checks import CheckContext, check, touched
from geo.plans.operations import Cut, Move, Split
from tests.bench import plans_planners, plans_publish
from tests.plans.lattice import town
from tests.plans.sample_county import county

OPERATIONS, SEED, FIRST_NEW = 200, 20_261_122, 10_000_000
#: Units a brush takes at a time; shares of operations that are splits and cuts.
BRUSH, SPLITS, CUTS = 6, 0.15, 0.25


def bench():
    """Drawing in both towns, publishing, and many planners at once."""
    drawing = [measured("sample county", *county()), measured("lattice", *town(250, 140))]
    return [*drawing, *plans_publish.bench(), *plans_planners.bench()]


def measured(name, draft, ground):
    """Draw about in a town, one operation after the other; each is measured as a request does."""
    begun = time.perf_counter()
    base = survey = Survey.of(draft, ground)
    survey_s = time.perf_counter() - begun
    hand = Hand(random.Random(SEED), count(FIRST_NEW))  # noqa: S311 - drawn for no secret
    times = {}
    while sum(map(len, times.values())) < OPERATIONS:
        operation = hand.next(survey)
        begun = time.perf_counter()
        try:
            after = done(survey, operation, hand.ids, base)
        except Refused:
            continue
        times.setdefault(operation.kind, []).append(time.perf_counter() - begun)
        survey = after
    each = sorted(second for seconds in times.values() for second in seconds)
    checks = []
    for _ in range(3):
        begun = time.perf_counter()
        check(survey, base=base, context=CheckContext())
        checks.append(time.perf_counter() - begun)
    return {
        "name": name,
        "ours": True,
        "units": len(base.by_unit),
        "operation_p95_ms": 1000 * float(np.percentile(each, 95)),
        "operation_p50_ms": 1000 * median(each),
        **{f"{kind}_p95_ms": 1000 * float(np.percentile(s, 95)) for kind, s in times.items()},
        "check_all_s": median(checks),
        "survey_s": survey_s,
    }


def done(survey, operation, ids, base):
    """Apply an operation; measure and check all it touched."""
    change = operation.apply(survey, ids)
    after = survey.after(change)
    places = touched(survey, after, change)
    metrics(after, [n for n in places if n in after.draft.places], base)
    check(after, places, base=base, context=CheckContext())
    return after


@dataclass
class Hand:
    """Draws at random: brushes units over a border, splits areas, cuts units."""

    rng: random.Random
    ids: count

    def next(self, survey):
        """Give the next operation."""
        dice = self.rng.random()
        if dice < SPLITS:
            return self._split(survey)
        return self._cut(survey) if dice < SPLITS + CUTS else self._move(survey)

    def _move(self, survey):
        places = survey.draft.places
        while True:
            unit = self._unit(survey)
            others = sorted({places[n].parent for n in survey.fabric.neighbours(unit)})
            to = self.rng.choice(others)
            if to == places[unit].parent:
                continue
            beside = [n for n in survey.fabric.neighbours(unit) if places[n].parent != to]
            return Move(units=(unit, *beside[: BRUSH - 1]), to=to)

    def _split(self, survey):
        grid_or_community = self.rng.choice((1, 2))
        area = survey.draft.chain(self._unit(survey))[grid_or_community]
        return Split(area=area.id, line=self._line(survey.draft.outline(area.id)))

    def _cut(self, survey):
        unit = self._unit(survey)
        return Cut(unit=unit, line=self._line(survey.draft.places[unit].shape))

    def _unit(self, survey):
        units = list(survey.by_unit)
        return units[self.rng.randrange(len(units))]

    def _line(self, shape):
        """A line right through the middle of a shape."""
        x, y = shapely.get_coordinates(shape.centroid)[0]
        turn = self.rng.uniform(0, np.pi)
        east, north = shape.length * np.cos(turn), shape.length * np.sin(turn)
        ends = [(x - east, y - north), (x + east, y + north)]
        return shapely.LineString(np.round(ends, 3))
