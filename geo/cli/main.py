"""The command `wangge`: one thin command per use case."""

from __future__ import annotations

import signal
import sys

import typer
from typer._click.exceptions import UsageError

from geo.cli import (
    accounts,
    exporting,
    importing,
    jobs,
    keeping,
    locating,
    plan_jobs,
    plans,
    publishing,
    reporting,
    rosters,
    serving,
    setup,
    units,
)
from geo.cli.shell import complain, err
from geo.cli.usage import complain_of_usage
from geo.errors import BadInput, WanggeError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="网格 Wangge: the map that a town's grid governance runs on.",
)
app.command("init")(setup.init)
app.command("samples")(setup.samples)
app.command("doctor")(setup.doctor)
app.command("import")(importing.import_rows)
app.command("publish")(publishing.publish)
app.add_typer(plans.plan, name="plan")
app.add_typer(plan_jobs.edition, name="edition")
app.add_typer(exporting.exports, name="export")
app.command("template")(exporting.template)
app.add_typer(rosters.roster, name="roster")
app.add_typer(rosters.member, name="member")
app.command("locate")(locating.locate)
app.command("report")(reporting.report)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.add_typer(accounts.users, name="user")
app.add_typer(accounts.tokens, name="token")
app.command("audit")(accounts.audit)
app.add_typer(units.units, name="units")
app.command("worker")(jobs.worker)
app.add_typer(jobs.job, name="job")
app.command("serve")(serving.serve)
app.command("view")(serving.view)
app.command("demo")(serving.demo)


def _interrupt(number: int, frame: object) -> None:  # noqa: ARG001 - as signal.signal wants it
    raise KeyboardInterrupt


def main() -> None:
    """Run; known errors end with their remedy and exit status 1, never with a traceback."""
    # A closed terminal and a polite kill end the program as Ctrl-C does: what it started, stops.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) != signal.SIG_IGN:  # as under nohup
            signal.signal(ending, _interrupt)
    try:
        # Not by Typer alone: it would print its own errors, in English.
        ended = app(standalone_mode=False)
    except UsageError as error:
        complain_of_usage(error)
        sys.exit(error.exit_code)
    except WanggeError as error:
        complain(error)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        complain(
            BadInput(
                f"{error.filename} can't be used: {error.strerror}. Check the path and the rights.",
                f"{error.filename} 无法使用：{error.strerror}。请检查路径和权限。",
            )
        )
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        err.print("✗ interrupted / 已中断")
        sys.exit(130)
    sys.exit(ended if isinstance(ended, int) else 0)
