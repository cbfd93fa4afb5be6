"""The guide and the program name the same things."""

from pathlib import Path

import pytest
from typer.main import get_command

from geo.cli.main import app
from geo.frames import CONTRACTS

GUIDE = Path(__file__).parents[1] / "docs/guide"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guide_names_every_kind_and_column_of_imports(language):
    rows = {
        line.split("|")[1].strip().split(" ")[0].strip("`"): line
        for line in (GUIDE / f"{language}.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    }
    assert set(rows) == set(CONTRACTS)
    for kind, contract in CONTRACTS.items():
        cells = rows[kind].split("|")[3]
        named = [cell.strip().split(" ")[0] for cell in cells.split(",")]
        wanted = [f"**{c.name}**" if c.required else c.name for c in contract.columns]
        assert named == wanted


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guide_names_every_command_and_every_option_of_import(language):
    text = (GUIDE / f"{language}.md").read_text("utf-8")
    commands = get_command(app).commands
    missing = [name for name in commands if name != "demo" and f"wangge {name}" not in text]
    options = [
        option
        for parameter in commands["import"].params
        for option in parameter.opts
        if option.startswith("--") and option not in text
    ]
    assert missing == []
    assert options == []
