"""A `dedup.results.Report` to bytes: table, jsonl, json, csv or Parquet.

This room writes results to a stream that the caller gives. It computes nothing, opens no file and reads no clock. Each
format is one file of ``writers`` with a function ``write(report, stream, listing)``. `registry` lists the formats.
"""

from dedup.report.registry import FORMATS, check_library, format_of, write
from dedup.report.summary import summary
from dedup.report.writers import Listing

__all__ = ["FORMATS", "Listing", "check_library", "format_of", "summary", "write"]
