"""Who is within a walk of a facility: circles of service and covered households."""

from geo.reach.actions import (
    coverage_frame,
    coverage_of,
    public_circles,
    refresh_circles,
    refresh_coverage,
    uncovered,
)
from geo.reach.coverage import coverage, summed_upward
from geo.reach.discs import GB_50180, DiscProfile, discs, minutes_needed, nearest_m, walking

__all__ = [
    "GB_50180",
    "DiscProfile",
    "coverage",
    "coverage_frame",
    "coverage_of",
    "discs",
    "minutes_needed",
    "nearest_m",
    "public_circles",
    "refresh_circles",
    "refresh_coverage",
    "summed_upward",
    "uncovered",
    "walking",
]
