"""Who holds what was bound to places that an edition retired."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd


def heirs(passed_on: pd.DataFrame, gone: Collection[int]) -> dict[int, int]:
    """Give the heir of each retired place: who got most of it.

    Households decide; the area where they are unknown or none, and between equals; then the
    smaller id. A place of whose ground nobody got any has no heir.

    Parameters
    ----------
    passed_on
        `geo.boundaries.lineage.lineage` from the edition before.
    gone
        Ids of the places that the edition has no longer.
    """
    rows = passed_on[passed_on["from_place"].isin(list(gone))]
    # 0 for all of a place whose households are unknown: the area decides.
    weight = rows["share_households"].astype("Float64").fillna(0.0)
    ranked = rows.assign(weight=weight).sort_values(
        ["from_place", "weight", "share_area", "to_place"], ascending=[True, False, False, True]
    )
    first = ranked.drop_duplicates("from_place")
    return dict(zip(first["from_place"].tolist(), first["to_place"].tolist(), strict=True))


def handed_on(
    open_heirs: Mapping[int, int], heirs_now: Mapping[int, int], alive: Collection[int]
) -> tuple[set[int], dict[int, int]]:
    """Bring the heirs of earlier editions into a new one.

    Parameters
    ----------
    open_heirs
        By retired place, its heir until now.
    heirs_now
        The heirs of what the new edition retires.
    alive
        The places of the new edition.

    Returns
    -------
    tuple of set and dict
        The places whose heir changes or ends with the edition before (they are back, or the heir
        is retired), and the heirs that begin with the new one.
    """
    back = {place for place in open_heirs if place in alive}
    orphans = {
        place for place, heir in open_heirs.items() if place not in back and heir not in alive
    }
    again = {
        place: heirs_now[open_heirs[place]] for place in orphans if open_heirs[place] in heirs_now
    }
    return back | orphans, {**again, **heirs_now}
