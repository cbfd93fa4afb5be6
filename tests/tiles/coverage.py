"""What a coverage on tiles must keep: decoded tiles, borders, areas, families."""

import gzip
from collections import Counter, defaultdict
from itertools import pairwise

import mapbox_vector_tile

BUFFER, EXTENT = 64, 4096


def decoded(tile):
    """A gzipped tile as the independent decoder reads it, y down."""
    return mapbox_vector_tile.decode(gzip.decompress(tile), default_options={"y_coord_down": True})


def rings(feature):
    geometry = feature["geometry"]
    several = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def segments(features):
    return [pair for feature in features for ring in rings(feature) for pair in pairwise(ring)]


def on_the_frame(a, b):
    """Cutting adds segments along the frame of the margin; they are nobody's border."""
    return any(a[k] == b[k] and a[k] in (-BUFFER, EXTENT + BUFFER) for k in (0, 1))


def border(features):
    """Segments of the borders, those that are walked both ways cancelled."""
    net = Counter()
    for a, b in segments(features):
        if not on_the_frame(a, b):
            net[tuple(sorted((tuple(a), tuple(b))))] += 1 if a < b else -1
    return {segment: count for segment, count in net.items() if count}


def area(features):
    """Twice the signed area, by the surveyor's formula."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in segments(features))


def features_of(tile, level):
    return tile[level]["features"] if level in tile else []


def families(tile, levels):
    """Each area of the tile with children on this zoom, and the children of it on this tile."""
    shown = {f["id"]: f for level in levels for f in features_of(tile, level)}
    children = defaultdict(list)
    for feature in shown.values():
        parent = feature["properties"].get("parent_id")
        if parent in shown:
            children[parent].append(feature)
    return [(shown[parent], kids) for parent, kids in children.items()]


def mismatches(tiles, levels):
    """Address and parent wherever children do not fill their parent exactly.

    The segments of the children's borders that don't cancel are the parent's border, and the
    areas sum to the parent's area, in whole numbers.
    """
    return [
        (address, parent["id"])
        for address, tile in tiles.items()
        for parent, children in families(decoded(tile), levels)
        if border(children) != border([parent]) or area(children) != area([parent])
    ]
