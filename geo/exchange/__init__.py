"""Files to frames and back: one reader for every format, one way to a contract's columns."""

from geo.exchange.columns import map_columns
from geo.exchange.conform import Conformed, conform
from geo.exchange.encodings import settle_encoding
from geo.exchange.keys import source_key
from geo.exchange.mend import RowFormat, rejected_rows, write_rows
from geo.exchange.place import Placed, to_working
from geo.exchange.read import READABLE, layers_of, read_file
from geo.exchange.records import read_records
from geo.exchange.source import require_crs
from geo.exchange.table import Table
from geo.exchange.templates import template, template_name
from geo.exchange.vector_out import write_gpkg, write_shapefiles
from geo.exchange.workbook import Sheet, write_xlsx
from geo.exchange.write import write_csv, write_geojson, write_parquet

__all__ = [
    "READABLE",
    "Conformed",
    "Placed",
    "RowFormat",
    "Sheet",
    "Table",
    "conform",
    "layers_of",
    "map_columns",
    "read_file",
    "read_records",
    "rejected_rows",
    "require_crs",
    "settle_encoding",
    "source_key",
    "template",
    "template_name",
    "to_working",
    "write_csv",
    "write_geojson",
    "write_gpkg",
    "write_parquet",
    "write_rows",
    "write_shapefiles",
    "write_xlsx",
]
