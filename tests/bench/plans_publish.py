"""A drawn plan published in a county of 100,000 members and a million incidents.

The sample county with its 3,822 micro-grids; the worker begins with nothing at hand, as after its
start. The memory is that of its process at its highest.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from geo import plans
from geo.access import operator
from geo.boundaries import change_site, load_site
from geo.cli.demo import fill
from geo.db import migrate
from geo.errors import ChecksFailed
from geo.plans.operations import Unite
from geo.publish import publish, publish_plan
from geo.settings import Settings
from tests.bench._database import new_database

MEMBERS, INCIDENTS, UNITED = 100_000, 1_000_000, 15
_ACTOR = operator("bench")
_PROJECT = Path(__file__).parents[2]

_PEOPLE = """
SELECT setseed(0.5);
CREATE TEMP TABLE home AS SELECT row_number() OVER (ORDER BY id) AS n, id, key, inner_point
    FROM building WHERE valid_to IS NULL;
INSERT INTO member (source, key, row_hash, name, home_building, home_id)
    SELECT 'bench', k, k, 'M' || k, home.key, home.id
    FROM generate_series(1, :members) k
    JOIN home ON n = 1 + k * 7919::bigint % (SELECT count(*) FROM home);
INSERT INTO incident (source, key, row_hash, kind, state, reported_at, geom)
    SELECT 'bench', k, k, 'x', (ARRAY['reported', 'closed', 'closed', 'closed'])[1 + k % 4],
        '2026-01-01'::timestamptz + k * interval '20 seconds',
        ST_Translate(home.inner_point, round(random() * 80 - 40), round(random() * 80 - 40))
    FROM generate_series(1, :incidents) k
    JOIN home ON n = 1 + k * 7919::bigint % (SELECT count(*) FROM home);
DROP TABLE home;
"""


def bench():
    """One row: how long, how much memory, and how many found another unit."""
    return [measure()]


def measure():
    """Fill a database, draw and approve a plan, and let a fresh process publish it."""
    with new_database() as (url, home):
        return _measured(url, home)


def _measured(url, home):
    engine, settings = sa.create_engine(url), Settings(home=home, database_url=url)
    migrate(engine)
    fill(engine, settings)
    with engine.begin() as tx:
        _without_limits(tx)
        for statement in _PEOPLE.split(";\n"):
            if statement.strip():
                values = {"members": MEMBERS, "incidents": INCIDENTS}
                wanted = {k: v for k, v in values.items() if f":{k}" in statement}
                tx.execute(sa.text(statement), wanted)
    publish(engine, settings, title="everybody placed", actor=_ACTOR)
    with engine.begin() as tx:
        plan = _drawn(tx)
    reasons = _reasons(engine, settings, plan)
    engine.dispose()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench.plans_publish",
            url,
            home,
            str(plan),
            json.dumps(reasons),
        ],
        cwd=_PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    told = json.loads(done.stdout)
    with engine.connect() as tx:
        moved = tx.scalar(sa.text("SELECT count(*) FROM placement WHERE first_edition = 3"))
        placed = tx.scalar(
            sa.text(
                "SELECT count(*) FROM placement WHERE last_edition IS NULL"
                " AND subject_kind IN ('incident', 'member')"
            )
        )
        size = tx.scalar(sa.text("SELECT count(*) FROM area_version WHERE last_edition IS NULL"))
    engine.dispose()
    return {
        "name": "publish a plan", "ours": True, "areas": size, "incidents": INCIDENTS,
        "members": MEMBERS, "placed": placed, "placed_anew": moved, **told,
    }  # fmt: skip


def _without_limits(tx):
    """The sample county has communities that are too large to be published: here they may be."""
    site = load_site(tx)
    levels = tuple(
        replace(level, household_limit=None, household_floor=None) for level in site.levels
    )
    change_site(tx, replace(site, levels=levels), actor=_ACTOR)


def _drawn(tx):
    """A plan that unites pairs of neighbouring micro-grids of one grid, and is approved."""
    plan = plans.create_plan(tx, title="bench", actor=_ACTOR).id
    survey = plans.survey_of(tx, plan, actor=_ACTOR)
    draft, used, done = survey.draft, set(), 0
    for unit in draft.units():
        near = [
            other for other in survey.fabric.neighbours(unit)
            if draft.place(other).parent == draft.place(unit).parent and other not in used
        ]  # fmt: skip
        if unit in used or not near:
            continue
        used |= {unit, near[0], *draft.children[draft.place(unit).parent]}
        plans.edit(
            tx, plan, Unite(units=(near[0],), into=unit), expects_revision=done, actor=_ACTOR
        )
        done += 1
        if done == UNITED:
            break
    plans.submit(tx, plan, actor=_ACTOR)
    plans.approve(tx, plan, actor=_ACTOR)
    return plan


def _reasons(engine, settings, plan):
    """A reason for every warning there is."""
    try:
        publish_plan(engine, settings, plan, title="x", actor=_ACTOR)
    except ChecksFailed as refused:
        if "missing" not in refused.facts:
            raise
        return dict.fromkeys(refused.facts["missing"], "bench")
    raise AssertionError("the sample county without any warning")


def _publish(url, home, plan, reasons):
    """Publish in this process and say how it went."""
    engine = sa.create_engine(url)
    began = time.perf_counter()
    publish_plan(
        engine, Settings(home=Path(home), database_url=url), int(plan), title="bench",
        reasons=json.loads(reasons), actor=_ACTOR,
    )  # fmt: skip
    taken = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"publish_s": round(taken, 1), "publish_mb": round(peak)}, sys.stdout)


if __name__ == "__main__":
    _publish(*sys.argv[1:])
