"""Editions made and read: publishing, imports from files, sealed folders, questions to them."""

from geo.publish.actions import (
    Published,
    missing_files,
    publish,
    published_folder,
    refresh,
    repair,
)
from geo.publish.ask import REASONS, STATUSES, Answer, Located, locate
from geo.publish.books import NOWHERE, AreaBook, Link, RegisterBook
from geo.publish.folder import EditionRef, PublishedFolder
from geo.publish.intake import ImportOrder, import_file
from geo.publish.points import answer_columns, locate_file
from geo.publish.seal import seal_areas, seal_registers, tool_versions, write_current

__all__ = [
    "NOWHERE",
    "REASONS",
    "STATUSES",
    "Answer",
    "AreaBook",
    "EditionRef",
    "ImportOrder",
    "Link",
    "Located",
    "Published",
    "PublishedFolder",
    "RegisterBook",
    "answer_columns",
    "import_file",
    "locate",
    "locate_file",
    "missing_files",
    "publish",
    "published_folder",
    "refresh",
    "repair",
    "seal_areas",
    "seal_registers",
    "tool_versions",
    "write_current",
]
