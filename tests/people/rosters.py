"""A roster by address only, as people write them, each row marked with the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.samples.names import numeral

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
MARKS = ("号楼", "栋", "幢", "#", "#楼", "号楼")

#: What is said of a row: how it is spelled, and how many of a hundred are like that.
SPELLINGS = {
    "plain": 22, "unit": 14, "hyphens": 8, "full width": 6, "numeral": 6, "long": 10, "spaces": 4,
    "zeros": 3, "note": 3, "no such number": 5, "typo": 7, "no number": 5, "no compound": 3,
    "elsewhere": 2, "beside": 2,
}  # fmt: skip
GOOD = frozenset(
    {"plain", "unit", "hyphens", "full width", "numeral", "long", "spaces", "zeros", "note"}
)


def twin_compounds(buildings: pd.DataFrame, pairs: int = 4) -> pd.DataFrame:
    """Give some compounds the name of another one, as towns do."""
    sizes = buildings.groupby("compound").size().sort_values(ascending=False, kind="stable")
    names = sizes.index.to_numpy()
    same = {names[2 * n + 1]: names[2 * n] for n in range(1, pairs + 1)}
    renamed = buildings["compound"].replace(same)
    address = [
        f"示例县{compound}{number}" if old in same else address
        for old, compound, number, address in zip(
            buildings["compound"], renamed, buildings["number"], buildings["address"], strict=True
        )
    ]
    return buildings.assign(compound=renamed, address=address)


def roster(
    members: pd.DataFrame, buildings: pd.DataFrame, communities: list[str], *, seed: int
) -> pd.DataFrame:
    """Write the members' addresses anew.

    Returns
    -------
    DataFrame
        Columns key, name, address, truth (key of the building; None where the address means
        none) and spelling (one of `SPELLINGS`).
    """
    rng = np.random.default_rng(seed)
    by_key = buildings.set_index("key")
    roads = (
        buildings["address"]
        .dropna()
        .str.removeprefix("示例县")
        .str.replace(r"\d+号楼?$", "", regex=True)
    )
    known = {*buildings["compound"].dropna(), *roads}
    numbers = buildings.groupby("compound")["number"].agg(set).to_dict()
    shares = np.array(list(SPELLINGS.values()), dtype=float)
    spellings = rng.choice(list(SPELLINGS), len(members), p=shares / shares.sum())
    rows = []
    for member, spelling in zip(members.itertuples(), spellings, strict=True):
        home = by_key.loc[member.home_building]
        writer = _Writer(rng, home, known, numbers, communities)
        address = writer.write(str(spelling))
        truth = None if spelling in ("no such number", "elsewhere", "beside") else home.name
        rows.append((member.key, member.name, address, truth, spelling))
    return pd.DataFrame(rows, columns=["key", "name", "address", "truth", "spelling"])


class _Writer:
    """Writes the address of one home in one of the ways of `SPELLINGS`."""

    def __init__(self, rng, home, known, numbers, communities):
        self.rng, self.known, self.communities = rng, known, communities
        self.in_compound = isinstance(home["compound"], str)
        self.number = int("".join(c for c in home["number"] if c.isdigit()))
        bare = home["address"].removeprefix("示例县")
        self.place = home["compound"] if self.in_compound else bare[: bare.rindex(home["number"])]
        self.numbers = numbers.get(home["compound"], set())
        self.mark = home["number"].lstrip("0123456789")

    def write(self, spelling: str) -> str:
        return getattr(self, "_" + spelling.replace(" ", "_"))()

    def _marked(self, number: object) -> str:
        # Houses on roads and in villages have a 号 only; a name that ends in a number keeps its
        # register's mark, or the two would run together.
        mark = str(self.rng.choice(MARKS)) if self.mark == "号楼" else self.mark
        return f"{number}{mark}"

    def _inside(self) -> str:
        unit, floor, door = (
            self.rng.integers(1, 5),
            self.rng.integers(1, 7),
            self.rng.integers(1, 5),
        )
        ways = [f"{unit}单元{floor}0{door}室", f"{unit}单元{floor}0{door}", f"{floor}0{door}室",
                f"{unit}单元{floor}层东户"]  # fmt: skip
        return str(self.rng.choice(ways))

    def _plain(self) -> str:
        county = "示例县" if self.rng.random() < 0.5 else ""
        return f"{county}{self.place}{self._marked(self.number)}"

    def _unit(self) -> str:
        return self._plain() + self._inside()

    def _hyphens(self) -> str:
        if self.mark != "号楼":
            return self._plain()
        return f"{self.place}{self.number}-{self.rng.integers(1, 5)}-{self.rng.integers(1, 7)}02"

    def _full_width(self) -> str:
        return self._unit().translate(FULL)

    def _numeral(self) -> str:
        return f"{self.place}{self._marked(numeral(self.number))}{self._inside()}"

    def _long(self) -> str:
        community = str(self.rng.choice(self.communities))
        road = "仁达路81号" if self.in_compound and self.rng.random() < 0.5 else ""
        above = str(self.rng.choice(["甘肃省定西市示例县", "示例县", ""]))
        return f"{above}{community}{road}{self.place}{self._marked(self.number)}{self._inside()}"

    def _spaces(self) -> str:
        return f" 示例县 {self.place} {self._marked(self.number)}，{self._inside()} "

    def _zeros(self) -> str:
        return f"{self.place}{self._marked(f'{self.number:03d}')}"

    def _note(self) -> str:
        return f"{self._plain()}（原县医院旁）"

    def _no_such_number(self) -> str:
        return f"{self.place}{self._marked(self.number + 400)}"

    def _typo(self) -> str:
        while True:
            at = int(self.rng.integers(len(self.place) - 1))
            other = str(self.rng.choice(["", "宁", "苑", "福", "林", "元"]))
            place = self.place[:at] + other + self.place[at + 1 :]
            # A slip that gives another place's name can't be told from that place's address.
            if len(place) > 1 and place not in self.known and place != self.place:
                return f"{place}{self._marked(self.number)}"

    def _no_number(self) -> str:
        return str(self.rng.choice([self.place, f"示例县{self.place}", f"{self.place}2单元501"]))

    def _no_compound(self) -> str:
        return f"{self.number}号楼{self._inside()}"

    def _elsewhere(self) -> str:
        return f"{self.rng.choice(['安定区', '邻县', '兰州市城关区'])}{self.place}{self._marked(self.number)}"

    def _beside(self) -> str:
        return (
            f"{self.place}{self._marked(self.number)}{self.rng.choice(['对面', '旁平房', '后面'])}"
        )
