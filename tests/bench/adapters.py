"""Our row in the redraw harness: `split(task)` and `redraw(task)` give one label per unit."""

import time

BEGAN = time.monotonic()

import numpy as np  # noqa: E402 (the clock runs first)

from geo.plans import proposals  # noqa: E402

FLOOR = 1_500  # households, where the harness asks for 1,000
STREET = 2  # the harness's kinds of border: 0 wall, 1 lane, 2 street, 3 arterial


def graph(task):
    """A task of the harness as a graph of units."""
    n = task["n"]
    return proposals.Graph(
        households=task["households"],
        area_m2=task["area"],
        xy=task["xy"],
        outer_m=task["outer"],
        edges=task["edges"],
        shared_m=task["shared"],
        street_m=np.where(task["road"] >= STREET, task["shared"], 0.0),
        passable=np.ones(len(task["edges"]), dtype=bool),
        grid=task["grid"],
        compound=np.full(n, -1),
        today=task["today"],
        fixed=np.zeros(n, dtype=bool),
    )


def split(task):
    """One labelling of an oversized community, within the task's seconds."""
    found = proposals.split(
        graph(task),
        cap=task["cap"],
        floor=task["floor"],
        parts=task["k"],
        seed=task["seed"],
        budget_s=_left_s(task),
    )
    return found.labels


def redraw(task):
    """The county, each community with FLOOR households at least, within the task's seconds."""
    found = proposals.redraw(
        graph(task),
        cap=task["cap"],
        floor=max(task["floor"], FLOOR),
        parts=task["k"],
        seed=task["seed"],
        budget_s=_left_s(task),
    )
    return found.labels


def _left_s(task):
    """The seconds left of a task's budget, for loading this program counts; at least half of it."""
    return max(task["budget_s"] - (time.monotonic() - BEGAN), task["budget_s"] / 2)
