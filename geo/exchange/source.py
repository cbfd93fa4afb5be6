"""Which system the coordinates of a file are in, and whether that can be true.

Nothing is guessed: the user's word wins (and is noted where the file contradicts it), then the
file's; numbers that can't be in the system that was named are refused with a remedy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import shapely

from geo.crs import SourceCrs, proj_text
from geo.errors import WrongCrs
from geo.exchange.table import Table
from geo.findings import Note

_MIN_CONFIDENCE = 50
_LOCAL_DATUMS = ("Beijing 1954", "Xian 1980", "New Beijing")
_DEGREES_X, _DEGREES_Y = 180.0, 90.0
_ZONE_WIDTH_M = 1_000_000.0


def epsg_of(text: str | None) -> SourceCrs | None:
    """Find the registered system of a file's own words (`EPSG:4490` or WKT); None if unnamed.

    Raises
    ------
    WrongCrs
        If the file names a system that the registry does not know.
    """
    if not text:
        return None
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise _unregistered(text) from error
    if "undefined" in crs.name.lower() or "unknown" in crs.name.lower():
        return None
    if crs.to_authority() == ("OGC", "CRS84"):
        return SourceCrs("epsg")
    epsg = (crs.to_2d() if len(crs.axis_info) > 2 else crs).to_epsg(_MIN_CONFIDENCE)  # noqa: PLR2004
    if epsg is None:
        raise _unregistered(crs.name)
    return SourceCrs("epsg", epsg)


def _unregistered(name: str) -> WrongCrs:
    return WrongCrs(
        f"The file's coordinate system “{name[:80]}” is not a registered one. "
        "Declare the EPSG code, for example --crs 4490.",
        f"文件的坐标系“{name[:80]}”不是已登记的坐标系。请声明 EPSG 代号，例如 --crs 4490。",
    )


def settle_crs(table: Table, declared: SourceCrs | None) -> Table:
    """Put the user's word over the file's and say so when they differ.

    Raises
    ------
    WrongCrs
        If the numbers can't be in the declared system.
    """
    if not table.has_geometry:
        return table
    settled = _believed(table) if declared is None else _declared(table, declared)
    return replace(settled, notes=(*settled.notes, *_doubts(settled.source_crs)))


def _declared(table: Table, declared: SourceCrs) -> Table:
    _check_numbers(table, declared)
    stated, notes = table.source_crs, table.notes
    if stated is not None and stated != declared and _can_be(table, stated):
        note = Note.of("crs_overruled", file=stated.name, declared=declared.name)
        notes = (*notes, note)
    return replace(table, source_crs=declared, crs_origin="declared", notes=notes)


def _believed(table: Table) -> Table:
    """Take the file's word, unless its numbers belie it (GeoJSON in metres)."""
    if table.source_crs is None or _can_be(table, table.source_crs):
        return table
    return replace(table, source_crs=None, crs_origin="missing")


def _doubts(crs: SourceCrs | None) -> list[Note]:
    """Warn of the old Chinese systems, whose parameters are not public."""
    if crs is None or crs.kind != "epsg":
        return []
    base = pyproj.CRS.from_epsg(crs.epsg).geodetic_crs
    datum = base.datum if base is not None else None
    if datum is None or datum.name not in _LOCAL_DATUMS:
        return []
    return [Note.of("crs_ballpark", crs=crs.name, name=datum.name)]


def require_crs(table: Table) -> SourceCrs:
    """Give the system of a table's coordinates.

    Raises
    ------
    WrongCrs
        If nobody has named it; the remedy names the likely ones.
    """
    if table.source_crs is not None:
        return table.source_crs
    if _degrees(table):
        raise WrongCrs(
            "The coordinates are degrees, but nothing says in which system. "
            "Say --crs 4490 (CGCS2000), --crs 4326 (GPS), --crs gcj02 (AMap, Tencent) or "
            "--crs bd09 (Baidu): a wrong choice moves everything by up to a kilometre.",
            "坐标是经纬度，但未声明坐标系。请声明 --crs 4490（CGCS2000）、--crs 4326（GPS）、"
            "--crs gcj02（高德、腾讯）或 --crs bd09（百度）：选错会整体偏移数百米到一公里。",
        )
    en, zh = likely_zones(*_middle(table))
    raise WrongCrs(
        f"The coordinates are not degrees (they look like metres), and nothing says in which "
        f"system. {en}",
        f"坐标不是经纬度（像是以米为单位），且未声明坐标系。{zh}",
    )


def likely_zones(x: float, y: float) -> tuple[str, str]:
    """Name the systems that metres like these are usually in, English and Chinese."""
    zone = int(x // _ZONE_WIDTH_M)
    if 25 <= zone <= 45:  # noqa: PLR2004 - 3-degree zones of China by their prefix
        epsg = 4513 + zone - 25
        return (
            f"The easting begins with zone {zone}: say --crs {epsg} ({proj_text(epsg)}).",
            f"东坐标带有带号 {zone}：请声明 --crs {epsg}（{proj_text(epsg)}）。",
        )
    if 13 <= zone <= 23:  # noqa: PLR2004 - 6-degree zones of China by their prefix
        epsg = 4491 + zone - 13
        return (
            f"The easting begins with zone {zone}: say --crs {epsg} ({proj_text(epsg)}).",
            f"东坐标带有带号 {zone}：请声明 --crs {epsg}（{proj_text(epsg)}）。",
        )
    if 1e5 <= x <= 9e5 and 1.8e6 <= y <= 6e6:  # noqa: PLR2004 - China without a zone prefix
        return (
            "The easting has no zone number: say the CGCS2000 3-degree zone of the place by its "
            "central meridian, --crs 4534 (75°E) to --crs 4554 (135°E), for example --crs 4543 (102°E), "
            "--crs 4544 (105°E) or --crs 4549 (120°E).",
            "东坐标不带带号：请按当地中央经线声明 CGCS2000 三度带，--crs 4534（75°E）至 "
            "--crs 4554（135°E），例如 --crs 4543（102°E）、--crs 4544（105°E）、--crs 4549（120°E）。",
        )
    return (
        "Say the EPSG code of the file's system, for example --crs 4544.",
        "请声明文件坐标系的 EPSG 代号，例如 --crs 4544。",
    )


def _middle(table: Table) -> tuple[float, float]:
    """Take the middle value of the shapes' corners, which a few bad rows can't move."""
    corners = shapely.bounds(table.shapes)
    corners = corners[np.isfinite(corners).all(axis=1)]
    if not len(corners):
        return 0.0, 0.0
    left, low, right, high = np.median(corners, axis=0)
    return (left + right) / 2.0, (low + high) / 2.0


def _degrees(table: Table) -> bool:
    """Are the numbers degrees, apart from single bad rows? Swapped degrees count too."""
    x, y = _middle(table)
    return abs(x) <= _DEGREES_X and abs(y) <= _DEGREES_X


def _can_be(table: Table, crs: SourceCrs) -> bool:
    """Can numbers of this size be in the system? 0, 0 can be in any."""
    return crs.is_lonlat == _degrees(table) or _middle(table) == (0.0, 0.0)


def _check_numbers(table: Table, crs: SourceCrs) -> None:
    if _can_be(table, crs):
        return
    x, y = _middle(table)
    if crs.is_lonlat:
        en, zh = likely_zones(x, y)
        raise WrongCrs(
            f"{crs.name} means degrees, but the coordinates are numbers like {x:.0f}, {y:.0f}. {en}",
            f"{crs.name} 以度为单位，但坐标是 {x:.0f}, {y:.0f} 这样的数。{zh}",
        )
    raise WrongCrs(
        f"{crs.name} means metres, but the coordinates are degrees ({x:.4f}, {y:.4f}). "
        "Say --crs 4490, --crs 4326, --crs gcj02 or --crs bd09.",
        f"{crs.name} 以米为单位，但坐标是经纬度（{x:.4f}, {y:.4f}）。"
        "请声明 --crs 4490、--crs 4326、--crs gcj02 或 --crs bd09。",
    )
