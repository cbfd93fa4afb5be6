"""Health: whether the process is alive, and whether it can answer questions."""

from __future__ import annotations

from api.deps import TheService, current_edition, site_without_edition
from api.strict import router
from api.wire import Live, Ready

routes = router("health")


@routes.get("/health/live", summary="Is the process alive?")
def live() -> Live:
    """Answer, and nothing else."""
    return Live(status="live")


@routes.get("/health/ready", summary="Can questions be answered?")
def ready(service: TheService) -> Ready:
    """Read the current edition, or where there is none yet, the place from the database.

    What is wrong comes as a problem document (503).
    """
    edition = current_edition(service)
    if edition is None:
        site_without_edition(service)
    else:
        edition.areas.index.one(0.0, 0.0)
    mode = "live" if service.engine else "view"
    return Ready(status="ready", edition=edition.ref.number if edition else None, mode=mode)
