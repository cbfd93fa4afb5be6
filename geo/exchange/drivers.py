"""Which drivers of GDAL may open a file: those that read nothing but the file itself.

GDAL goes by what is in a file, not by its ending. Others of its drivers would follow a small text
under the name of a GeoPackage to any address of the network or any file of this machine (a VRT, a
description of a web service, a schema to fetch). Files come from strangers, so only those that
are needed stay, for the whole process.
"""

from __future__ import annotations

import pyogrio
from pyogrio._ogr import _register_drivers

#: What we read and write; GeoJSON, PMTiles and MVT to look at what is written here.
ALLOWED = frozenset(
    {
        "ESRI Shapefile", "GPKG", "FlatGeobuf", "LIBKML", "KML", "MEM", "GeoJSON", "PMTiles", "MVT",
    }
)  # fmt: skip


def keep_allowed() -> None:
    """Let GDAL forget all other drivers."""
    others = sorted(pyogrio.list_drivers().keys() - ALLOWED)
    if others:
        # GDAL looks at this option whenever drivers are registered, and only then.
        pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(others)})
        _register_drivers()
        pyogrio.set_gdal_config_options({"GDAL_SKIP": None})
