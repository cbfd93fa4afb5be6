"""The seeded sample county: a fictional town in a real place's coordinates.

>>> from geo.samples import generate, write
>>> county = generate(scale=0.1)
>>> len(county.members)
228
"""

from geo.samples.county import SEED, County, generate
from geo.samples.figures import Figure, figures
from geo.samples.files import COUNTY_EN, LAYERS, Layer, site_toml, write
from geo.samples.names import COUNTY

__all__ = [
    "COUNTY",
    "COUNTY_EN",
    "LAYERS",
    "SEED",
    "County",
    "Figure",
    "Layer",
    "figures",
    "generate",
    "site_toml",
    "write",
]
