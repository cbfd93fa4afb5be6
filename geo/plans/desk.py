"""The desk: surveys of plans at hand, so that no request has to measure a town.

A survey is found by the digest of all that led to it: the base edition and every change since.
So a plan and its fork share what they have in common, other processes' operations are picked up
where this one left off, and what a transaction takes back can never be mistaken for what came in
its place.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from geo.boundaries import Site, areas, code_owners, highest_edition, load_site
from geo.db import Engine, Transaction
from geo.plans import store
from geo.plans.checks.context import CheckContext, Post
from geo.plans.draft import Change, Draft
from geo.plans.ground import Ground
from geo.plans.guards import require_revision
from geo.plans.heads import find_row, hold_row
from geo.plans.survey import Survey

#: Surveys of plans that are kept at most; they share nearly all they hold.
MOST_SURVEYS = 48
#: Surveys of editions that are kept at most; each stands alone.
MOST_BASES = 4
#: New incidents are looked at after this long: a town reports some every minute.
INCIDENTS_AGE_S = 600.0


def base_digest(edition: int) -> str:
    """Give the digest of a plan without operations."""
    return _hash(f"edition {edition}")


def next_digest(digest: str, change: Sequence[Mapping[str, Any]]) -> str:
    """Give the digest after a change (`Change.to_json`)."""
    return _hash(f"{digest} {json.dumps(change, sort_keys=True, ensure_ascii=False)}")


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, eq=False)
class _Footing:
    """The ground as it was loaded, and for which state of the registers."""

    site: Site
    state: store.GroundState
    loaded_at: float
    ground: Ground

    def holds(self, site: Site, state: store.GroundState) -> bool:
        young = time.monotonic() - self.loaded_at < INCIDENTS_AGE_S
        known = self.state.registers == state.registers and self.site == site
        return known and (young or self.state.incidents == state.incidents)


class _Shelf:
    """The surveys that were asked for last, by digest. Not for several threads at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._surveys: OrderedDict[str, Survey] = OrderedDict()

    def get(self, digest: str) -> Survey | None:
        found = self._surveys.get(digest)
        if found is not None:
            self._surveys.move_to_end(digest)
        return found

    def put(self, digest: str, survey: Survey) -> None:
        self._surveys[digest] = survey
        self._surveys.move_to_end(digest)
        while len(self._surveys) > self._most:
            self._surveys.popitem(last=False)


class Desk:
    """The surveys of one database that this process has at hand. Threads may share it."""

    def __init__(self, most: int = MOST_SURVEYS) -> None:
        self._most = most
        self._footing: _Footing | None = None
        self._shelves = self._cleared()
        self._context = "", CheckContext()
        self._lock = threading.Lock()
        self._loading = threading.Lock()

    def base(self, tx: Transaction, edition: int) -> Survey:
        """Give the survey of an edition."""
        footing = self._stand(tx)
        digest = base_digest(edition)
        found = self._get(footing, digest)
        if found is None:
            with self._loading:  # Only one thread measures; the others find what it has measured.
                found = self._get(footing, digest)
                if found is None:
                    frame = areas(tx, edition, epsg=footing.site.epsg)
                    found = Survey.of(Draft.of(frame, footing.site), footing.ground)
                    self._put(footing, digest, found, base=True)
        return found

    def at(self, tx: Transaction, plan: store.PlanRow, revision: int | None = None) -> Survey:
        """Give the survey of a plan at a revision; None: as it stands.

        Raises
        ------
        NotFound
            If the plan has no such revision yet.
        """
        wanted = plan.revision if revision is None else revision
        require_revision(plan, wanted)
        footing = self._stand(tx)
        if wanted == plan.revision and plan.digest is not None:
            found = self._get(footing, plan.digest)
            if found is not None:
                return found
        return self._caught_up(tx, footing, plan, wanted)

    def context(self, tx: Transaction) -> CheckContext:
        """Give the codes of all times, and the posts of today without their holders."""
        state = store.context_state(tx)
        with self._lock:
            known, context = self._context
        if known != state:
            posts: dict[int, list[Post]] = {}
            for row in store.posts(tx, highest_edition(tx) or 0):
                posts.setdefault(row.place_id, []).append(Post(row.title, row.held))
            owners = {str(code): int(place) for code, place in code_owners(tx).items()}
            context = CheckContext(owners, {place: tuple(at) for place, at in posts.items()})
            with self._lock:
                self._context = state, context
        return context

    def keep(self, survey: Survey, digest: str) -> None:
        """Lay a survey on the desk that a change has just led to."""
        with self._lock:
            footing = self._footing
        if footing is not None and footing.ground is survey.ground:
            self._put(footing, digest, survey)

    def _caught_up(
        self, tx: Transaction, footing: _Footing, plan: store.PlanRow, wanted: int
    ) -> Survey:
        digests = store.digests(tx, plan.id, upto=wanted)
        start, survey = 0, None
        for revision, digest in digests:
            survey = self._get(footing, digest)
            if survey is not None:
                start = revision
                break
        if survey is None:
            survey = self.base(tx, plan.base)
        if start < wanted:
            survey = replayed(survey, store.changes(tx, plan.id, after=start, upto=wanted))
            self._put(footing, digests[0][1], survey)
        return survey

    def _stand(self, tx: Transaction) -> _Footing:
        """Give the ground of today; what was measured on another one goes."""
        site, state = load_site(tx), store.ground_state(tx)
        with self._lock:
            footing = self._footing
        if footing is not None and footing.holds(site, state):
            return footing
        with self._loading:
            footing = self._footing
            if footing is None or not footing.holds(site, state):
                ground = store.load_ground(tx, site.epsg)
                footing = _Footing(site, state, time.monotonic(), ground)
                with self._lock:
                    self._footing = footing
                    self._shelves = self._cleared()
        return footing

    def _cleared(self) -> tuple[_Shelf, _Shelf]:
        # Editions keep a shelf of their own: plans must not push out what is dear to measure.
        return _Shelf(self._most), _Shelf(MOST_BASES)

    def _get(self, footing: _Footing, digest: str) -> Survey | None:
        with self._lock:
            if footing is not self._footing:
                return None
            plans, bases = self._shelves
            return plans.get(digest) or bases.get(digest)

    def _put(self, footing: _Footing, digest: str, survey: Survey, *, base: bool = False) -> None:
        with self._lock:
            if footing is self._footing:
                self._shelves[base].put(digest, survey)


_DESKS: WeakKeyDictionary[Engine, Desk] = WeakKeyDictionary()
_desks = threading.Lock()


def desk_of(tx: Transaction) -> Desk:
    """Give the desk of the database that a transaction is in."""
    with _desks:
        return _DESKS.setdefault(tx.engine, Desk())


def hold_measured(tx: Transaction, plan: int) -> tuple[store.PlanRow, Desk, Survey]:
    """Keep others from changing a plan, and give it, the desk, and the plan's survey.

    What takes long is done before anybody has to wait for it.
    """
    desk = desk_of(tx)
    desk.at(tx, find_row(tx, plan))
    row = hold_row(tx, plan)
    return row, desk, desk.at(tx, row)


def replayed(survey: Survey, changes: Iterable[Sequence[Mapping[str, Any]]]) -> Survey:
    """Bring a survey forward through logged changes, measuring once what they all come to."""
    draft, touched = survey.draft, set[int]()
    for rows in changes:
        change = Change.from_json(rows, draft)
        draft = draft.after(change)
        touched |= change.places
    return survey.after(difference(survey.draft, draft, touched))


def difference(before: Draft, after: Draft, places: Iterable[int]) -> Change:
    """Give the change between two drafts that differ at most in these places."""
    pairs = ((before.places.get(n), after.places.get(n)) for n in sorted(places))
    return Change(tuple(pair for pair in pairs if pair[0] != pair[1]))
