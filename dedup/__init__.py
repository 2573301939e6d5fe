"""Finds copies of news articles. `cluster` groups a stream of documents into stories.

``__all__`` and ``__version__`` are the public names. Python imports the module of a name when the name is first used,
so that ``import dedup`` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dedup.comparison_types import Comparison as Comparison
    from dedup.comparison_types import Difference as Difference
    from dedup.comparison_types import Ground as Ground
    from dedup.comparison_types import HandPair as HandPair
    from dedup.comparison_types import Met as Met
    from dedup.comparison_types import Passage as Passage
    from dedup.comparison_types import Side as Side
    from dedup.engines.compare import compare as compare
    from dedup.engines.local import boilerplate as boilerplate
    from dedup.engines.local import cluster as cluster
    from dedup.engines.online.index import Index as Index
    from dedup.engines.service.client import connect as connect
    from dedup.engines.sketches import Similarity as Similarity
    from dedup.engines.sketches import signatures as signatures
    from dedup.engines.sketches import similarity as similarity
    from dedup.engines.sketches import to_datasketch as to_datasketch
    from dedup.errors import DedupError as DedupError
    from dedup.errors import IndexCorrupt as IndexCorrupt
    from dedup.errors import IndexExists as IndexExists
    from dedup.errors import IndexLocked as IndexLocked
    from dedup.errors import IndexMismatch as IndexMismatch
    from dedup.errors import IndexMissing as IndexMissing
    from dedup.errors import IndexProblem as IndexProblem
    from dedup.errors import InputError as InputError
    from dedup.errors import LibraryMissing as LibraryMissing
    from dedup.errors import ReadError as ReadError
    from dedup.errors import SettingsError as SettingsError
    from dedup.formats.program.paths import read as read
    from dedup.index_types import Decision as Decision
    from dedup.index_types import Event as Event
    from dedup.index_types import IndexedStory as IndexedStory
    from dedup.index_types import Match as Match
    from dedup.report.load import load as load
    from dedup.results import Report as Report
    from dedup.settings import Settings as Settings
    from dedup.types import Block as Block
    from dedup.types import Boilerplate as Boilerplate
    from dedup.types import Document as Document
    from dedup.types import Look as Look
    from dedup.types import Member as Member
    from dedup.types import Note as Note
    from dedup.types import Ruling as Ruling
    from dedup.types import Skip as Skip
    from dedup.types import Source as Source
    from dedup.types import Stage as Stage
    from dedup.types import Stats as Stats
    from dedup.types import Story as Story

    __version__: str

_HOMES: Final = {
    "Block": "dedup.types",
    "Boilerplate": "dedup.types",
    "Comparison": "dedup.comparison_types",
    "Decision": "dedup.index_types",
    "DedupError": "dedup.errors",
    "Difference": "dedup.comparison_types",
    "Document": "dedup.types",
    "Event": "dedup.index_types",
    "Ground": "dedup.comparison_types",
    "HandPair": "dedup.comparison_types",
    "Index": "dedup.engines.online.index",
    "IndexCorrupt": "dedup.errors",
    "IndexExists": "dedup.errors",
    "IndexLocked": "dedup.errors",
    "IndexMismatch": "dedup.errors",
    "IndexMissing": "dedup.errors",
    "IndexProblem": "dedup.errors",
    "IndexedStory": "dedup.index_types",
    "InputError": "dedup.errors",
    "LibraryMissing": "dedup.errors",
    "Look": "dedup.types",
    "Match": "dedup.index_types",
    "Member": "dedup.types",
    "Met": "dedup.comparison_types",
    "Note": "dedup.types",
    "Passage": "dedup.comparison_types",
    "ReadError": "dedup.errors",
    "Report": "dedup.results",
    "Ruling": "dedup.types",
    "Settings": "dedup.settings",
    "SettingsError": "dedup.errors",
    "Side": "dedup.comparison_types",
    "Similarity": "dedup.engines.sketches",
    "Skip": "dedup.types",
    "Source": "dedup.types",
    "Stage": "dedup.types",
    "Stats": "dedup.types",
    "Story": "dedup.types",
    "boilerplate": "dedup.engines.local",
    "cluster": "dedup.engines.local",
    "compare": "dedup.engines.compare",
    "connect": "dedup.engines.service.client",
    "load": "dedup.report.load",
    "read": "dedup.formats.program.paths",
    "signatures": "dedup.engines.sketches",
    "similarity": "dedup.engines.sketches",
    "to_datasketch": "dedup.engines.sketches",
}

__all__ = [
    "Block",
    "Boilerplate",
    "Comparison",
    "Decision",
    "DedupError",
    "Difference",
    "Document",
    "Event",
    "Ground",
    "HandPair",
    "Index",
    "IndexCorrupt",
    "IndexExists",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexProblem",
    "IndexedStory",
    "InputError",
    "LibraryMissing",
    "Look",
    "Match",
    "Member",
    "Met",
    "Note",
    "Passage",
    "ReadError",
    "Report",
    "Ruling",
    "Settings",
    "SettingsError",
    "Side",
    "Similarity",
    "Skip",
    "Source",
    "Stage",
    "Stats",
    "Story",
    "boilerplate",
    "cluster",
    "compare",
    "connect",
    "load",
    "read",
    "signatures",
    "similarity",
    "to_datasketch",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from dedup.version import version

        return version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
