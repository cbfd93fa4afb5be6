"""Who serves the county and what happens in it: incidents, members, positions, branches."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import snap
from geo.samples.areas import Areas, shares
from geo.samples.names import people, phones
from geo.samples.plan import CRS_EPSG, some

MEMBERS, BRANCHES = 2_280, 58  # at scale 1
LAST_DAY = pd.Timestamp("2026-11-15")
_DAYS = 730
_KINDS = {
    "公共设施": (92, ("路灯不亮", "井盖破损", "路面坑洼", "健身器材损坏")),
    "物业服务": (86, ("电梯停运", "楼道照明损坏", "垃圾清运不及时", "门禁失灵")),
    "供水供暖": (80, ("暖气不热", "水管渗漏", "停水咨询")),
    "邻里纠纷": (84, ("楼上漏水争议", "噪声扰邻", "占用公共通道")),
    "物业纠纷": (68, ("物业费争议", "停车位争议", "装修押金争议")),
    "消防隐患": (74, ("楼道堆放杂物", "电动车入户充电", "消防通道占用")),
    "市容环境": (96, ("垃圾堆积", "占道经营", "河道漂浮物", "乱贴广告")),
    "违章搭建": (46, ("院内私搭", "屋顶加建")),
    "噪声扰民": (64, ("夜间施工", "广场音响", "商铺喇叭")),
}  # 690 at scale 1
_POSTS = ("网格长", "楼栋长", "单元长", "专职网格员", "兼职网格员", "网格指导员", "社区民警")
_BEATS = 8  # grids that share one police officer


def incidents(
    houses: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, scale: float, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Two years of incidents at the doors and on the streets; columns of `INCIDENTS`."""
    counts = np.array([round(count * scale) for count, _ in _KINDS.values()])
    kinds = np.repeat(list(_KINDS), counts)
    kinds = kinds[rng.permutation(len(kinds))]
    titles = [_KINDS[kind][1][int(rng.integers(len(_KINDS[kind][1])))] for kind in kinds]
    chance = houses["households"].to_numpy() + 0.15
    at = rng.choice(len(houses), len(kinds), p=chance / chance.sum())
    doors = shapely.point_on_surface(houses.geometry.to_numpy()[at])
    lines = streets.geometry.to_numpy()
    nearest = lines[shapely.STRtree(lines).query_nearest(doors, all_matches=False)[1]]
    kerb = shapely.line_interpolate_point(nearest, shapely.line_locate_point(nearest, doors))
    outdoors = np.isin(kinds, ["公共设施", "市容环境", "噪声扰民"])
    points = np.where(outdoors, kerb, doors)
    # More happens lately and by day; what is new is still open.
    days = np.sort(_DAYS * (1 - rng.beta(1.0, 1.3, len(kinds))))
    start = LAST_DAY - pd.Timedelta(days=_DAYS)
    minutes = np.floor(days) * 1_440 + np.round(rng.normal(840, 210, len(kinds)).clip(360, 1_380))
    reported = start + pd.to_timedelta(minutes, unit="min")
    taken = rng.gamma(1.4, 5.5, len(kinds)) * 1_440
    closed = reported + pd.to_timedelta(np.round(taken), unit="min")
    done = (closed <= LAST_DAY) & some(0.97, len(kinds), rng)
    waiting = np.where(reported > LAST_DAY - pd.Timedelta(days=3), "待受理", "处理中")
    return gpd.GeoDataFrame(
        {
            "key": [f"E{i + 1:05d}" for i in range(len(kinds))],
            "kind": kinds,
            "title": titles,
            "state": np.where(done, "已办结", waiting),
            "reported_at": reported,
            "closed_at": pd.Series(closed).where(done),
            "address": houses["address"].to_numpy()[at],
        },
        geometry=snap(points),
        crs=CRS_EPSG,
    )


def members(
    houses: gpd.GeoDataFrame, areas: Areas, scale: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Members with their home building and duty grid; columns of `MEMBERS`.

    Most serve where they live; those in service report to a grid of any community.
    """
    count = round(MEMBERS * scale)
    chance = houses["households"].to_numpy(dtype=float)
    at = rng.choice(len(houses), count, p=chance / chance.sum())
    home_grid = houses["microgrid"].str[:15].to_numpy()[at]
    grids = np.unique(areas.grid)
    kinds = rng.choice(["resident", "in_service", "mobile"], count, p=[0.55, 0.33, 0.12])
    away = (kinds == "in_service") & some(0.7, count, rng)
    duty = np.where(away, rng.choice(grids, count), home_grid)
    idle = some(0.228, count, rng)  # 1,760 of 2,280 are sent to grids
    return pd.DataFrame(
        {
            "key": [f"M{i + 1:05d}" for i in range(count)],
            "name": people(count, rng),
            "phone": phones(count, 1),
            "kind": kinds,
            "home_building": houses["key"].to_numpy()[at],
            "duty_area": pd.Series(duty, dtype=object).mask(idle),
            "address": houses["address"].to_numpy()[at],
        }
    )


def positions(areas: Areas, rng: np.random.Generator) -> pd.DataFrame:
    """Seven posts in each grid, 一格三长三员一警, some of them vacant; columns of `POSITIONS`."""
    grids = np.unique(areas.grid)
    count = len(grids) * len(_POSTS)
    title = np.tile(_POSTS, len(grids))
    holder = np.array(people(count, rng), dtype=object)
    phone = np.array(phones(count, 50_001), dtype=object)
    officer = np.flatnonzero(title == _POSTS[-1])
    beat = officer[(np.arange(len(officer)) // _BEATS) * _BEATS]
    holder[officer], phone[officer] = holder[beat], phone[beat]
    vacant = some(0.05, count, rng)
    return pd.DataFrame(
        {
            "key": [f"W{i + 1:05d}" for i in range(count)],
            "area": np.repeat(grids, len(_POSTS)),
            "title": title,
            "holder": pd.Series(holder).mask(vacant),
            "phone": pd.Series(phone).mask(vacant),
        }
    )


def branches(areas: Areas, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Branches of members, each in one grid, most grids without; columns of `BRANCHES`."""
    frame = areas.frame
    grids = frame[frame["level"] == "grid"]
    by_community = grids.groupby("parent").groups
    counts = shares(
        np.array([len(rows) for rows in by_community.values()], dtype=float),
        max(len(by_community), round(BRANCHES * scale)),
    )
    chosen = [
        row
        for rows, count in zip(by_community.values(), counts, strict=True)
        for row in sorted(rng.choice(np.asarray(rows), count, replace=False))
    ]
    own = grids.loc[chosen]
    return pd.DataFrame(
        {
            "key": [f"Z{i + 1:04d}" for i in range(len(own))],
            "name": [f"{name}党支部" for name in own["name"]],
            "kind": "网格党支部",
            "area": own["code"].to_numpy(),
            "secretary": people(len(own), rng),
            "members": rng.integers(8, 62, len(own)),
        }
    )
