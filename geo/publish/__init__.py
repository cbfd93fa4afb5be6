"""Editions made and read: publishing, imports from files, sealed folders, questions to them."""

from geo.publish.actions import (
    Published,
    missing_files,
    publish,
    published_folder,
    refresh,
    repair,
)
from geo.publish.ask import Answer, Located, locate
from geo.publish.backup import Backup, backup, restore
from geo.publish.books import NOWHERE, AreaBook, AreaFacts, Link, RegisterBook
from geo.publish.folder import EditionRef, PublishedFolder
from geo.publish.intake import ImportOrder, import_file
from geo.publish.points import answer_columns, locate_file
from geo.publish.seal import seal_areas, seal_registers, tool_versions, write_current
from geo.publish.search import Thing, best, typed_point

__all__ = [
    "NOWHERE",
    "Answer",
    "AreaBook",
    "AreaFacts",
    "Backup",
    "EditionRef",
    "ImportOrder",
    "Link",
    "Located",
    "Published",
    "PublishedFolder",
    "RegisterBook",
    "Thing",
    "answer_columns",
    "backup",
    "best",
    "import_file",
    "locate",
    "locate_file",
    "missing_files",
    "publish",
    "published_folder",
    "refresh",
    "repair",
    "restore",
    "seal_areas",
    "seal_registers",
    "tool_versions",
    "typed_point",
    "write_current",
]
