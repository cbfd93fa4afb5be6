"""`./run bench [NAME …]`: measure, print a table, write `.bench/NAME.json`.

A bench is a file of this folder whose name has no underscore in front. It has a function
`bench() -> list of rows`; a row is a mapping with `name`, `ours` and measures with the unit in
their names. The first line of its docstring says what it measures. Without a name the benches
are listed.
"""

import importlib
import json
import os
import platform
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
RESULTS = PROJECT / ".bench"


def names():
    """The benches there are."""
    files = sorted(HERE.glob("[!_]*.py"))
    return [file.stem for file in files if file.name != Path(__file__).name]


def machine():
    """What the figures depend on, as far as the machine tells."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0].partition(":")[2].strip() if models else cpu
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_1_min": round(os.getloadavg()[0], 2),
    }


def table(name, rows):
    """The rows as people read them; ours stand out."""
    columns = list(dict.fromkeys(key for row in rows for key in row if key != "ours"))
    drawn = Table(title=name)
    for column in columns:
        drawn.add_column(column, justify="left" if column == "name" else "right")
    for row in rows:
        cells = [_cell(row.get(column)) for column in columns]
        drawn.add_row(*cells, style="bold" if row["ours"] else None)
    return drawn


def _cell(value):
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def main(chosen):
    console = Console(width=None if sys.stdout.isatty() else 140)
    known = names()
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        for name in known:
            about = (importlib.import_module(f"tests.bench.{name}").__doc__ or "").splitlines()
            console.print(f"{name:12} {about[0] if about else ''}")
        return f"There is no bench named {', '.join(unknown)}." if unknown else 0
    for name in chosen:
        before = machine()
        rows = importlib.import_module(f"tests.bench.{name}").bench()
        console.print(table(name, rows))
        RESULTS.mkdir(exist_ok=True)
        result = {"bench": name, "machine": before, "rows": rows}
        text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    sys.exit(main(sys.argv[1:]))
