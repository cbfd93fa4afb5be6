"""The guide's redraw, run command by command as it stands there; then everybody is counted."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
import sqlalchemy as sa

from api.app import create_app
from geo.cli.demo import fill
from geo.db.schema import placement
from geo.publish import PublishedFolder
from tests.api.conftest import serving
from tests.cli.running import Installation, installation

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parents[2] / "docs/guide"
BASE = "http://127.0.0.1:8017"
SIX = {f"621122099{n:03}" for n in (1, 4, 6, 7, 9, 12)}
TAKING_OVER = {"621122099005", "621122099017"}


def commands(name):
    blocks = re.findall(r"```sh\n(.*?)```", (GUIDE / name).read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@dataclass
class Story:
    """What came of each line of the guide."""

    town: Installation
    said: list[tuple[str, str]] = field(default_factory=list)
    told: dict[str, dict] = field(default_factory=dict)

    def areas(self, edition):
        """The areas of an edition by place id."""
        folder = self.town.folder
        return folder.areas(folder.edition_for(edition)).frame

    def units(self, edition):
        """The communities of all units of an edition, by unit."""
        frame = self.areas(edition)
        units = frame.index[~frame.index.isin(frame["parent_id"].dropna())]
        parent = frame["parent_id"]
        return {int(unit): int(parent[parent[unit]]) for unit in units}

    def communities(self, edition):
        frame = self.areas(edition)
        return frame[frame["level"] == "community"]


@pytest.fixture(scope="module")
def story(cluster, template, tmp_path_factory):
    home = tmp_path_factory.mktemp("county")
    with installation(cluster, "redraw_guide", home, template=template) as town:
        fill(town.engine, town.settings)
        app = create_app(town.settings, PublishedFolder(town.published), town.engine)
        found = Story(town)
        with serving(app) as url, pytest.MonkeyPatch.context() as here:
            here.chdir(home)
            for line in commands("redraw.md"):
                program, *arguments = shlex.split(line)
                if program == "curl":
                    answer = httpx.get(arguments[0].replace(BASE, url), timeout=30)
                    found.told[line] = answer.raise_for_status().json()
                else:
                    found.said.append((line, town.does(*arguments).out))
        yield found


def test_both_languages_have_the_same_commands():
    assert commands("redraw.md") == commands("redraw.zh.md")


def test_seven_communities_are_new_and_eight_adjusted(story):
    before, after = story.communities(1), story.communities(2)
    assert (len(before), len(after)) == (18, 25)
    assert len(after.index.difference(before.index)) == 7
    assert before.index.difference(after.index).empty
    was, now = story.units(1), story.units(2)
    assert was.keys() == now.keys()
    lost = {was[unit] for unit in was if was[unit] != now[unit]}
    won = {now[unit] for unit in was if was[unit] != now[unit]} & set(before.index)
    assert set(before.loc[sorted(lost | won), "code"]) == SIX | TAKING_OVER


def test_no_community_is_over_the_limit_and_none_of_the_new_under_the_floor(story):
    before, after = story.communities(1), story.communities(2)
    assert set(before[before["households"] > 3000]["code"]) == SIX
    assert after["households"].max() <= 3000
    new = after.loc[after.index.difference(before.index)]
    assert new["households"].min() >= 1500
    assert new["code"].str.fullmatch(r"621122099\d{3}").all()
    assert "金阳东社区" in set(new["name"])


def test_every_household_is_accounted_for(story):
    for edition in (1, 2, 3):
        frame = story.areas(edition)
        by_level = frame.groupby("level")["households"].sum()
        assert set(by_level) == {64_754}
    was, now = (story.areas(n)["households"] for n in (1, 2))
    units = list(story.units(1))
    assert was[units].equals(now[units]), "no unit was cut, so each keeps its households"


@pytest.mark.parametrize("kind", ["member", "incident", "building", "facility"])
def test_everybody_has_a_place_in_every_edition_and_it_is_the_same_unit(story, kind):
    p = placement.c

    def placed(edition):
        rows = story.town.rows(
            sa.select(p.subject_id, p.place_id).where(
                p.subject_kind == kind,
                p.first_edition <= edition,
                sa.or_(p.last_edition.is_(None), p.last_edition >= edition),
            )
        )
        assert len(rows) == len({row[0] for row in rows}), "each is in one place"
        return dict(rows)

    first = placed(1)
    assert len(first) > 0
    assert placed(2) == first
    assert placed(3) == first


def test_the_impact_counts_every_move_once(story):
    done = story.town.run("plan", "impact", "6", "--json")
    flows = [row for row in done.json["flows"] if row["level"] == "community"]
    was, now = story.units(1), story.units(2)
    households = story.areas(1)["households"]
    moved = sum(int(households[unit]) for unit in was if was[unit] != now[unit])
    assert sum(row["households"] for row in flows if row["from_id"] != row["to_id"]) == moved


def test_the_day_before_and_the_day_after_are_answered_by_their_own_lines(story):
    locates = [out for line, out in story.said if line.startswith("wangge locate")]
    before, after = locates[:2]
    assert "edition 1" in before
    assert "金阳社区" in before
    assert "edition 2" in after
    assert "明晖社区" in after
    assert "edition 3" in locates[2]
    assert "金阳社区" in locates[2]
    was, now = story.units(1), story.units(2)
    folder = story.town.folder
    shapes = story.areas(1).geometry
    changed = [unit for unit in was if was[unit] != now[unit]]
    points = shapes[changed].representative_point()
    for edition, homes in ((1, was), (2, now)):
        book = folder.areas(folder.edition_for(edition))
        found = book.unit_ids(book.index.assign(np.column_stack([points.x, points.y])))
        assert [homes[int(unit)] for unit in found] == [homes[unit] for unit in changed]


def test_old_codes_answer_with_who_took_their_place(story):
    old, new = story.told.values()
    assert old["area"]["code"] == "621122099001052"
    assert new["area"] is None
    (heir,) = new["successors"]
    assert (heir["share_area"], heir["share_households"]) == (1, 1)
    # The grid goes on with a code of the community that it has come to, or of a part of that.
    after = story.areas(2).loc[old["area"]["id"]]
    assert (heir["id"], heir["code"]) == (old["area"]["id"], after["code"])
    community = story.communities(2).loc[after["parent_id"]]
    assert community["name"].startswith("明晖社区")
    assert heir["code"].startswith(community["code"])


def test_every_code_that_is_gone_has_successors_with_all_of_its_ground(story):
    gone = set(story.areas(1)["code"]) - set(story.areas(2)["code"])
    assert len(gone) > 10
    app = create_app(story.town.settings, PublishedFolder(story.town.published), story.town.engine)
    with serving(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        for code in sorted(gone):
            answer = client.get(f"/areas/by-code/{code}", params={"edition": 2}).json()
            shares = [heir["share_area"] for heir in answer["successors"]]
            assert sum(shares) == pytest.approx(1), code


def test_the_plan_names_its_edition_and_the_edition_its_withdrawal(story):
    head = story.town.run("plan", "show", "6", "--json").json
    assert head["state"] == "published"
    assert [event["what"] for event in head["events"]][-1] == "published"
    first, third = story.areas(1), story.areas(3)
    assert first["code"].equals(third["code"])
    assert first["parent_id"].equals(third["parent_id"])
