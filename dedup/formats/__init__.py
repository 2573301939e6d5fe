"""Bytes -> `dedup.types.Document`, as a stream. One file a format behind one registry; all caps in ``limits``.

`discover` finds the places that paths name, `read_all` reads them; for a progress bar, the bytes to come are the sizes
of the places. `document` is one row, for mappings that a program hands over.
"""

from dedup.formats.read import read_all
from dedup.formats.record import FIELDS, document
from dedup.formats.registry import KNOWN
from dedup.formats.source import Place
from dedup.formats.walk import discover

__all__ = ["FIELDS", "KNOWN", "Place", "discover", "document", "read_all"]
