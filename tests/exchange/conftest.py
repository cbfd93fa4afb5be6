"""Small files as people make them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.exchange import Table, read_file


@pytest.fixture
def read_text(tmp_path: Path) -> Callable[..., Table]:
    """Write a text to a file and read it."""

    def read(text: str | bytes, *, name: str = "file.csv", **options: object) -> Table:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_file(path, **options)

    return read


@pytest.fixture
def read_features(read_text: Callable[..., Table]) -> Callable[..., Table]:
    """Write (properties, geometry) pairs as GeoJSON and read them."""

    def read(
        *features: tuple[object, object],
        members: dict[str, object] | None = None,
        **options: object,
    ) -> Table:
        root = {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in features],
            **(members or {}),
        }
        return read_text(json.dumps(root), name="file.geojson", **options)

    return read
