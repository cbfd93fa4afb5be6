"""The numbers of a sample county, counted from its frames."""

from __future__ import annotations

from dataclasses import dataclass

from geo.samples.areas import LIMIT
from geo.samples.county import County

SLAB_MIN_HOUSEHOLDS = 3  # self-built houses have one or two


@dataclass(frozen=True)
class Figure:
    """One number with its name in both languages."""

    key: str
    zh: str
    en: str
    value: int


def figures(county: County) -> list[Figure]:
    """Count what the county has: areas, households, buildings, services, people, streets."""
    return [*_areas(county), *_buildings(county), *_services(county), *_ground(county)]


def _areas(county: County) -> list[Figure]:
    levels = county.areas["level"]
    communities = county.areas[levels == "community"]["households"]
    return [
        Figure("communities", "社区", "communities", int((levels == "community").sum())),
        Figure(
            "communities_over_limit", "超过3000户的社区", "communities over 3,000 households",
            int((communities > LIMIT).sum()),
        ),
        Figure(
            "largest_community_households", "最大社区户数", "households of the largest community",
            int(communities.max()),
        ),
        Figure("grids", "网格", "grids", int((levels == "grid").sum())),
        Figure("microgrids", "微网格", "micro-grids", int((levels == "microgrid").sum())),
    ]  # fmt: skip


def _buildings(county: County) -> list[Figure]:
    houses = county.buildings
    slabs = houses[houses["households"] >= SLAB_MIN_HOUSEHOLDS]
    building = houses["status"] == "under_construction"
    return [
        Figure("households", "户数", "households", int(houses["households"].sum())),
        Figure("buildings", "楼栋", "buildings", len(houses)),
        Figure("slabs", "单元楼", "blocks of flats", len(slabs)),
        Figure(
            "slab_households", "单元楼户数", "households in blocks of flats",
            int(slabs["households"].sum()),
        ),
        Figure("under_construction", "在建楼栋", "buildings under construction",
               int(building.sum())),
        Figure(
            "planned_households", "在建规划户数", "planned households",
            int(houses["planned_households"].sum()),
        ),
        Figure("compounds", "院落", "compounds", len(county.compounds)),
        Figure("walled_compounds", "封闭院落", "walled compounds",
               int(county.compounds["walled"].sum())),
    ]  # fmt: skip


def _services(county: County) -> list[Figure]:
    kinds, states = county.facilities["kind"], county.facilities["state"]
    return [
        Figure("facilities", "设施", "facilities", len(kinds)),
        Figure("stations", "党群服务站", "service stations", int((kinds == "党群服务站").sum())),
        Figure("posts", "党员驿站", "posts", int((kinds == "党员驿站").sum())),
        Figure(
            "under_standard", "未达标设施", "facilities under standard",
            int((states == "under_standard").sum()),
        ),
        Figure("incidents", "事件", "incidents", len(county.incidents)),
        Figure("members", "党员", "members", len(county.members)),
        Figure("positions", "岗位", "positions", len(county.positions)),
        Figure("vacancies", "空缺岗位", "vacant positions",
               int(county.positions["holder"].isna().sum())),
        Figure("branches", "网格党支部", "grid branches", len(county.branches)),
    ]  # fmt: skip


def _ground(county: County) -> list[Figure]:
    kinds = county.features["kind"]
    return [
        Figure("streets", "道路", "streets", len(county.streets)),
        Figure("street_km", "道路公里", "kilometres of street",
               round(county.streets.geometry.length.sum() / 1_000)),
        Figure("bridges", "桥梁", "bridges", int((kinds == "bridge").sum())),
        Figure("gates", "大门", "gates", int((kinds == "gate").sum())),
    ]  # fmt: skip
