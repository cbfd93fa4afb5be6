"""`wangge roster`, `wangge member`, and a roster by address at the command line."""

import pytest

from tests.publish import hamlet

ROSTER = "编号,姓名,手机号,居住地址\nM1,王秘密,13812345678,竹岭苑1号楼2单元\nM2,李隐私,13987654321,竹林苑1号楼3单元\n"


@pytest.fixture(scope="module")
def lived_in(install):
    """The hamlet with one edition, one building and a roster whose second row has a typo."""
    with install() as installed:
        installed.does("init", installed.home / "site.toml")
        installed.does("import", "areas", hamlet.write(installed.home, hamlet.whole()), "--commit")
        house = {
            "key": "B1",
            "compound": "竹岭苑",
            "number": "1号楼",
            "geometry": hamlet.box(5, 5, 10, 10),
        }
        houses = hamlet.write(installed.home, [house], "buildings")
        installed.does("import", "buildings", houses, "--commit")
        installed.does("publish", "--title", "第一版", "--effective", "2020-01-01")
        (installed.home / "roster.csv").write_text(ROSTER, "utf-8")
        yield installed


def test_a_roster_is_mended_by_an_alias_and_members_are_forgotten(lived_in):
    roster = lived_in.home / "roster.csv"
    report = lived_in.does("import", "members", roster, "--json")
    (reject,) = report.json["rejects"]
    assert (reject["row"], reject["code"]) == (3, "address_unknown_compound")
    assert [c["key"] for c in reject["facts"]["candidates"]] == ["B1"]
    for secret in ("王秘密", "李隐私", "13812345678", "竹林苑", "2单元"):
        assert secret not in report.out

    assert "竹林苑#1 → B1" in lived_in.does("roster", "alias", "竹林苑1号楼", "B1").out
    assert "竹林苑#1" in lived_in.does("roster", "aliases").out
    assert lived_in.does("import", "members", roster, "--commit", "--json").json["placed"] == 2

    assert "M1" not in lived_in.does("member", "forget", "M1").out
    assert lived_in.does("import", "members", roster, "--json").json["new"] == 1
    lived_in.does("roster", "unalias", "竹林苑#1")
    assert "竹林苑" not in lived_in.does("roster", "aliases").out
