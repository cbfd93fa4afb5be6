"""Our row in the redraw harness: `split(task)` and `redraw(task)` give one label per unit."""

import numpy as np

from geo.plans import proposals

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
    """One labelling of an oversized community, within four fifths of the task's seconds."""
    found = proposals.split(
        graph(task),
        cap=task["cap"],
        floor=task["floor"],
        parts=task["k"],
        seed=task["seed"],
        budget_s=task["budget_s"],
    )
    return found.labels
