"""What the statements about plans, editions and areas promise."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.access import operator
from geo.boundaries import init_site, store
from geo.errors import NotFound
from tests.publish import hamlet


@pytest.fixture
def tx(transaction):
    init_site(transaction, hamlet.SITE, actor=operator("tester"))
    return transaction


def add_edition(tx, number):
    row = {"number": number, "title": "x", "effective": dt.date(2020, 1, number)}
    store.insert_edition(tx, {**row, "published_by": "tester"})


def add_versions(tx, first_edition, *rows):
    """Open versions: place, code, parent, outline."""
    frame = pd.DataFrame(rows, columns=["place_id", "code", "parent_id", "geom"])
    frame = frame.assign(
        level="grid", name="x", area_m2=1.0, first_edition=first_edition,
        label=shapely.point_on_surface(frame["geom"].to_numpy()),
        parent_id=frame["parent_id"].astype("Int64"),
    )  # fmt: skip
    store.insert_versions(tx, frame, epsg=hamlet.EPSG)
    figures = pd.DataFrame(
        {"edition": first_edition, "place_id": frame["place_id"], "households_complete": True,
         "buildings": 0}
    )  # fmt: skip
    store.insert_figures(tx, figures)


def staged_rows(*codes):
    rows = [{"code": code, "level": "grid", "name": code, "geometry": hamlet.box(0, 0)}
            for code in codes]  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=hamlet.EPSG)


def test_before_init_the_remedy_is_named(transaction):
    assert not store.has_site(transaction)
    with pytest.raises(NotFound, match="wangge init"):
        store.load_site(transaction)


def test_a_site_comes_back_as_it_was_kept(tx):
    assert store.load_site(tx) == hamlet.SITE


def test_place_ids_are_never_drawn_twice(tx):
    drawn = [*store.new_place_ids(tx, 3), *store.new_place_ids(tx, 2)]
    assert len(set(drawn)) == 5
    assert len(store.new_place_ids(tx, 0)) == 0


def test_a_code_belongs_to_its_place_for_ever(tx):
    store.own_codes(tx, pd.DataFrame({"code": ["a", "b"], "place_id": [7, 8]}))
    assert store.code_owners(tx).to_dict() == {"a": 7, "b": 8}


def test_units_are_the_areas_without_children_by_the_bytes_of_their_codes(tx):
    add_edition(tx, 1)
    add_versions(
        tx, 1, (1, "T", None, hamlet.box(0, 0, 300)), (2, "b", 1, hamlet.box(0, 0)),
        (3, "B", 1, hamlet.box(100, 0)), (4, "é", 1, hamlet.box(200, 0)),
    )  # fmt: skip
    units = store.unit_versions(tx, 1, epsg=hamlet.EPSG)
    assert units["code"].tolist() == ["B", "b", "é"]


def test_an_edition_sees_the_versions_that_were_open_in_it(tx):
    add_edition(tx, 1)
    add_versions(tx, 1, (1, "a", None, hamlet.box(0, 0)), (2, "b", None, hamlet.box(100, 0)))
    add_edition(tx, 2)
    store.close_versions(tx, [2], last_edition=1)
    add_versions(tx, 2, (3, "c", None, hamlet.box(200, 0)))
    assert store.unit_versions(tx, 1, epsg=hamlet.EPSG)["code"].tolist() == ["a", "b"]
    assert store.unit_versions(tx, 2, epsg=hamlet.EPSG)["code"].tolist() == ["a", "c"]
    assert store.places_by_code(tx)["code"].tolist() == ["a", "c"]


def test_areas_are_indexed_by_plain_numbers(tx):
    # Frames of areas are compared with computed ones: their labels must be of one kind.
    add_edition(tx, 1)
    add_versions(tx, 1, (1, "a", None, hamlet.box(0, 0)))
    areas = store.areas(tx, 1, epsg=hamlet.EPSG)
    assert areas.index.dtype == np.int64
    assert areas.geometry.iloc[0].equals(hamlet.box(0, 0))
    assert areas.crs.to_epsg() == hamlet.EPSG


def test_a_staged_row_replaces_the_one_of_the_same_code(tx):
    plan = store.create_plan(tx, based_on=None, actor="tester")
    store.stage(tx, plan, staged_rows("a", "b"), epsg=hamlet.EPSG)
    store.stage(tx, plan, staged_rows("b", "c").assign(name="new"), epsg=hamlet.EPSG)
    staged = store.staged(tx, plan, epsg=hamlet.EPSG)
    rows = dict(zip(staged["code"], staged["name"], strict=True))
    assert rows == {"a": "a", "b": "new", "c": "new"}


def test_a_plan_is_open_until_it_is_published(tx):
    assert store.open_plan(tx) is None
    plan = store.create_plan(tx, based_on=None, actor="tester")
    store.set_plan(tx, plan, complete_levels=["grid"])
    opened = store.open_plan(tx)
    assert (opened.id, opened.based_on, opened.complete_levels) == (plan, None, ["grid"])
    store.set_plan(tx, plan, status="published")
    assert store.open_plan(tx) is None


def test_one_publishes_at_a_time_and_not_beside_an_import(engine):
    with engine.connect() as one, engine.connect() as other:
        with one.begin(), other.begin():
            assert store.lock_publishing(one)
            assert not store.lock_publishing(other)
        with one.begin(), other.begin():
            store.lock_import(one)
            assert not store.lock_publishing(other)
        with other.begin():
            assert store.lock_publishing(other)


def test_the_units_of_an_area_are_those_of_the_edition_that_is_asked(tx):
    # 1 > 2 > (4, 5) and 1 > 3; in edition 2 place 5 moves to 3.
    add_edition(tx, 1)
    add_versions(
        tx, 1, (1, "t", None, hamlet.box(0, 0, 300)), (2, "a", 1, hamlet.box(0, 0, 200)),
        (3, "b", 1, hamlet.box(200, 0)), (4, "a1", 2, hamlet.box(0, 0)),
        (5, "a2", 2, hamlet.box(100, 0)),
    )  # fmt: skip
    add_edition(tx, 2)
    store.close_versions(tx, [5], last_edition=1)
    add_versions(tx, 2, (5, "a2", 3, hamlet.box(100, 0)))
    assert store.units_within(tx, 1, [2]).tolist() == [4, 5]
    assert store.units_within(tx, 2, [2]).tolist() == [4]
    assert store.units_within(tx, 1, [1]).tolist() == [3, 4, 5]
    assert store.units_within(tx, 1, [3, 4, 99]).tolist() == [3, 4]
    assert store.units_within(tx, 1, []).tolist() == []
    assert store.chain_of(tx, 1, 5) == [5, 2, 1]
    assert store.chain_of(tx, 2, 5) == [5, 3, 1]
    assert store.chain_of(tx, 2, 99) == []


def test_the_edition_of_a_day_is_the_last_one_in_force(tx):
    add_edition(tx, 1)
    add_edition(tx, 2)
    days = [dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2026, 1, 1)]
    assert [store.edition_on(tx, day) for day in days] == [None, 1, 2]
