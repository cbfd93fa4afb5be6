"""How good the proposals are, beside GerryChain, METIS and spopt on the same tasks.

WANGGE_REDRAW_HARNESS names the folder with the tasks and the peers: `make_data.py`, `peers.py`
and `requirements.txt`. Without it only ours are measured, on a town of square blocks.
"""

import json
import os
import subprocess
import sys
import sysconfig
from hashlib import sha256
from pathlib import Path
from statistics import fmean

import numpy as np

from geo.plans.proposals import alternatives
from tests.bench._peers import PEERS
from tests.plans.proposal_towns import town

PROJECT = Path(__file__).parents[2]
SPLIT_S, REDRAW_S, HARD_STOP_S = 8, 58, 90
SEEDS = range(1, 6)
BESIDE = {
    "split": "gerrychain tree,metis (contig),grow + local search,spopt skater",
    "redraw": "gerrychain recom,metis (contig),grow + local search,cp-sat nearer-root",
}


def bench() -> list[dict]:
    harness = os.environ.get("WANGGE_REDRAW_HARNESS")
    return _beside_peers(Path(harness)) if harness else _alone()


def _alone() -> list[dict]:
    """Ours on 18 × 12 blocks with uneven households, five to a grid."""
    rng = np.random.default_rng(7)
    columns, rows = 18, 12
    households = rng.integers(0, 60, columns * rows)
    at = np.arange(columns * rows)
    grid = at % columns // 3 * 100 + at // columns // 3
    found = alternatives(
        town(columns, rows, households=households, grid=grid, streets=range(0, columns, 3)),
        cap=int(households.sum() * 0.36),
    )
    return [
        {
            "name": f"split, {emphasis}",
            "ours": True,
            "worst_deviation": one.measures.worst_deviation,
            "mean_compactness": one.measures.mean_compactness,
            "street_share": one.measures.street_share,
            "grids_cut": one.measures.grids_cut,
            "seconds": one.seconds,
        }
        for emphasis, one in found.items()
    ]


def _beside_peers(harness: Path) -> list[dict]:
    data = PEERS.parent / "redraw-data"
    python = _python(harness)
    subprocess.run([python, harness / "make_data.py", "--out", data], check=True)
    bound = json.loads((data / "summary.json").read_text())["excess_over_3000"]

    def run(task: str, budget_s: int, seed: int, *, peers: bool) -> list[dict]:
        answer = data / "answer.json"
        command = [
            python, harness / "peers.py", "--task", task, "--data", data, "--json", answer,
            "--budget", str(budget_s), "--seed", str(seed), "--limit", str(HARD_STOP_S),
            "--func", f"tests.bench.adapters:{task}",
        ]  # fmt: skip
        subprocess.run(command + ["--peers", BESIDE[task]] * peers, check=True, cwd=PROJECT)
        return json.loads(answer.read_text())

    rows = [_split_row(one) for one in run("split", SPLIT_S, 1, peers=True)]
    for seed in SEEDS:
        found = run("redraw", REDRAW_S, seed, peers=seed == SEEDS[0])
        rows += [_redraw_row(one, bound, seed) for one in found]
    return rows


def _python(harness: Path) -> Path:
    """The interpreter of an environment with the peers and what this project needs."""
    wanted = harness / "requirements.txt"
    home = PEERS / f"redraw-{sha256(wanted.read_bytes()).hexdigest()[:12]}"
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([home / "bin/pip", "install", "--quiet", "-r", wanted], check=True)
        (packages,) = home.glob("lib/python*/site-packages")
        (packages / "project.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
        (home / "ready").touch()
    return home / "bin/python"


def _named(task: str, peer: str) -> dict:
    ours = peer.startswith("tests.bench.adapters")
    return {"name": f"{task}, {'wangge' if ours else peer}", "ours": ours}


def _split_row(found: dict) -> dict:
    tried = found["rows"]
    done = [row for row in tried if "ok" in row]
    row = _named("split", found["peer"]) | {
        "solved": f"{sum(row['ok'] for row in done)}/{len(tried)}",
        "seconds": max(row["s"] for row in tried),
    }
    if done:
        row |= {
            "worst_deviation": max(row["dev"] for row in done),
            "mean_compactness": fmean(row["pp"] for row in done),
            "street_share": fmean(row["street"] for row in done),
            "grids_cut": sum(row["grids_cut"] for row in done),
        }
    return row


def _redraw_row(found: dict, bound: int, seed: int) -> dict:
    (result,) = found["rows"]
    row = _named("redraw", found["peer"]) | {"seed": seed, "seconds": result["s"]}
    if "ok" in result:
        row |= {
            "solved": "1/1" if result["ok"] else "0/1",
            "moved_per_bound": result["moved"] / bound,
            "fewest_households": result["min"],
            "mean_compactness": result["pp"],
            "street_share": result["street"],
            "grids_cut": result["grids_cut"],
        }
    return row
