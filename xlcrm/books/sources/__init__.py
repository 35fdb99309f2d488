"""Shops' own files as plain grids: workbooks of every kind and text files; nothing is ever written to them."""

from __future__ import annotations

from xlcrm.books.sources.files import files_of, read_source, read_sources
from xlcrm.books.sources.mapping import read_mapping, write_mapping

__all__ = ["files_of", "read_mapping", "read_source", "read_sources", "write_mapping"]
