"""Proposals: lawful ways to draw the lines, searched for within a budget."""

from geo.plans.proposals.graph import Graph, pieces
from geo.plans.proposals.law import Breach, lawful
from geo.plans.proposals.measures import Measures, measure
from geo.plans.proposals.proposal import Proposal, check_room
from geo.plans.proposals.redraw import redraw
from geo.plans.proposals.split import EMPHASES, Emphasis, alternatives, split

__all__ = [
    "EMPHASES",
    "Breach",
    "Emphasis",
    "Graph",
    "Measures",
    "Proposal",
    "alternatives",
    "check_room",
    "lawful",
    "measure",
    "pieces",
    "redraw",
    "split",
]
