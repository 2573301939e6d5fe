"""A `dedup.types.Report` as bytes: table, jsonl, json, csv.

This room only writes what a report says, to a stream it is given. It computes nothing, opens no file and reads no
clock. Every format is one file with a function ``write(report, stream, singletons)``, named once, in ``registry``.
"""

from dedup.report.registry import FORMATS, format_of, write
from dedup.report.summary import summary

__all__ = ["FORMATS", "format_of", "summary", "write"]
