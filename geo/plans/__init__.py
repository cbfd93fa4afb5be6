"""Redrawing the lines: drafts, what can be done to them, what it does, and who does it."""

from geo.plans.draft import Change, Draft, Place
from geo.plans.ground import Ground
from geo.plans.survey import Survey

__all__ = ["Change", "Draft", "Ground", "Place", "Survey"]
