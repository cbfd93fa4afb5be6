"""Editions made and read: publishing, imports from files, sealed folders, questions to them."""

from geo.publish.actions import (
    missing_files,
    publish,
    published_folder,
    refresh,
    repair,
)
from geo.publish.ask import Answer, Located, locate
from geo.publish.backup import Backup, backup, restore
from geo.publish.books import NOWHERE, AreaBook, AreaFacts, Link, RegisterBook
from geo.publish.changes import list_changes
from geo.publish.export import (
    FORMATS,
    ExportFormat,
    cached_export,
    export_edition,
    export_name,
    format_of,
)
from geo.publish.folder import EditionRef, PublishedFolder
from geo.publish.intake import ImportOrder, import_file
from geo.publish.issue import Published
from geo.publish.plans import publish_plan, require_publishable, withdraw_edition
from geo.publish.points import answer_columns, locate_file
from geo.publish.preview import Preview, crs_title, preview_file
from geo.publish.seal import seal_areas, seal_registers, tool_versions, write_current
from geo.publish.search import Thing, best, typed_point
from geo.publish.tries import (
    IMPORT_RIGHTS,
    check_upload,
    commit_upload,
    rows_to_mend,
    state_of,
    with_homes,
)
from geo.publish.uploads import (
    MAX_FILE_BYTES,
    Upload,
    data_file,
    drop_upload,
    find_upload,
    open_upload,
    receiving,
    sweep_uploads,
    uploads_of,
)

__all__ = [
    "FORMATS",
    "IMPORT_RIGHTS",
    "MAX_FILE_BYTES",
    "NOWHERE",
    "Answer",
    "AreaBook",
    "AreaFacts",
    "Backup",
    "EditionRef",
    "ExportFormat",
    "ImportOrder",
    "Link",
    "Located",
    "Preview",
    "Published",
    "PublishedFolder",
    "RegisterBook",
    "Thing",
    "Upload",
    "answer_columns",
    "backup",
    "best",
    "cached_export",
    "check_upload",
    "commit_upload",
    "crs_title",
    "data_file",
    "drop_upload",
    "export_edition",
    "export_name",
    "find_upload",
    "format_of",
    "import_file",
    "list_changes",
    "locate",
    "locate_file",
    "missing_files",
    "open_upload",
    "preview_file",
    "publish",
    "publish_plan",
    "published_folder",
    "receiving",
    "refresh",
    "repair",
    "require_publishable",
    "restore",
    "rows_to_mend",
    "seal_areas",
    "seal_registers",
    "state_of",
    "sweep_uploads",
    "tool_versions",
    "typed_point",
    "uploads_of",
    "with_homes",
    "withdraw_edition",
    "write_current",
]
