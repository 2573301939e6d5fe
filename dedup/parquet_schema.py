"""The schema of a report as Parquet: its columns, its facts as JSON, and the names in a folder of part files.

Every engine writes this schema. A report is one file, or a folder that an engine fills part by part:

- A row is a document. Names that begin with ``_`` or ``.`` are no parts.
- A file has the facts of the report (`ReportFacts`) as JSON in its metadata, under `FACTS_KEY`.
- A folder has the facts in `FACTS_FILE`, and skipped inputs as Parquet in `SKIPPED_FOLDER`. `COMPLETE_FILE` is written
  last: a folder without it is not complete.
- The rows of a story follow each other in one part, in the order of the canonical rule.
"""

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec

from dedup.result_tables import import_library
from dedup.types import Coverage, Note, Skip, Stats

if TYPE_CHECKING:
    import pyarrow

FACTS_KEY: Final = "dedup"
"""The key of the facts in the metadata of a file."""

FACTS_FILE: Final = "_report.json"
"""The file of the facts in a folder."""

COMPLETE_FILE: Final = "_SUCCESS"
"""The empty file that ends a folder, as Hadoop's committer of jobs writes it."""

SKIPPED_FOLDER: Final = "_skipped"
"""The folder of the skipped inputs in a folder."""

PART_SUFFIX: Final = ".parquet"
"""The suffix of a part file."""

ROW_GROUP: Final = 1 << 16
"""The most rows of a row group."""


class ParquetColumn(NamedTuple):
    """A column.

    - ``name``: its name.
    - ``type``: ``string`` is UTF-8, ``double`` has 64 bits, ``long`` is an integer of 64 bits, ``time`` is a number of
      microseconds since 1970 in UTC.
    - ``nullable``: whether a value may be null. An unknown text is empty, and never null.
    """

    name: str
    type: Literal["string", "double", "long", "time"] = "string"
    nullable: bool = False


COLUMNS: Final = (
    ParquetColumn("id"),
    ParquetColumn("story"),
    ParquetColumn("canonical"),
    ParquetColumn("relation"),
    ParquetColumn("containment", "double"),
    ParquetColumn("resemblance", "double"),
    ParquetColumn("decided"),
    ParquetColumn("source"),
    ParquetColumn("published", "time", nullable=True),
    ParquetColumn("title"),
    ParquetColumn("path"),
    ParquetColumn("credit"),
    ParquetColumn("no_article"),
    ParquetColumn("home"),
    ParquetColumn("weakest", "double"),
    ParquetColumn("number", "long", nullable=True),
    ParquetColumn("opening"),
)
"""The columns of a report. `dedup.types.Member` explains most of them.

- ``story``: the name of the story: the id of its canonical document; in an index a name that stays.
- ``canonical``: the id of the canonical document of the story.
- ``decided``: why the document is in its story, one of `GROUNDS`.
- ``weakest``: the lowest similarity with which a member joined the story.
- ``number``: the number of the document in the order of input, from 0; null if it is unknown.
- ``opening``: of a canonical document, as in `dedup.types.Story`; empty for other documents.
"""

EXPLAINED_COLUMNS: Final = (
    ParquetColumn("by"),
    ParquetColumn("link", "double"),
    ParquetColumn("rule"),
    ParquetColumn("boilerplate", "double"),
    ParquetColumn("canonical_rule"),
    ParquetColumn("over"),
)
"""The columns behind `COLUMNS` in a report with reasons. `dedup.comparison_types` explains them.

- ``rule``: `MemberReason.decided`. Its name is that of another column here.
- ``canonical_rule``, ``over``: why the canonical document leads the story of the row.
"""

SKIPPED_COLUMNS: Final = (
    ParquetColumn("path"),
    ParquetColumn("line", "long", nullable=True),
    ParquetColumn("reason"),
    ParquetColumn("count", "long"),
)
"""The columns of skipped inputs. `dedup.types.Skip` explains them."""

UNKNOWN, BY_TEXT, BY_ADDRESS, BY_HEADLINE, BY_HAND, ALONE = GROUNDS = (
    "",
    "text",
    "address",
    "headline",
    "by hand",
    "alone",
)
"""The grounds on which a document is in its story.

- `BY_TEXT`: its text is in the story with the text of another document.
- `BY_ADDRESS`: it joined the story by its address alone.
- `BY_HEADLINE`: it joined the story by its headline alone.
- `BY_HAND`: a person put it into the story.
- `ALONE`: no other document is in the story.
- `UNKNOWN`: the report does not say, as in a report of an index.
"""


class ReportFacts(msgspec.Struct, frozen=True):
    """The facts of a report in Parquet beside its rows: the keys of header and footer, ``rows``, and ``stats``.

    ``rows`` is the number of rows in all parts. It is less than ``documents`` if singletons are not listed. ``skipped``
    is empty in a folder, which has the skipped inputs as Parquet. ``stats`` has counts, times and memory of the job;
    None if the engine does not measure them. ``coverage`` is that of the report.
    """

    schema: Literal["dedup.report/1"]
    version: str
    settings: dict[str, Any]
    inputs: tuple[str, ...]
    thresholds: str
    rows: int
    documents: int
    stories: int
    copies: int
    singletons: int
    no_articles: int
    skipped: tuple[Skip, ...]
    notes: tuple[Note, ...]
    seconds: float
    stats: Stats | None
    complete: Literal[True] = True
    coverage: tuple[Coverage, ...] = ()


def arrow_schema(columns: tuple[ParquetColumn, ...]) -> "pyarrow.Schema":
    """Return the columns as a schema of pyarrow. Raises `dedup.errors.LibraryMissing`."""
    arrow = import_library("pyarrow", extra="parquet")
    types = {
        "string": arrow.string(),
        "double": arrow.float64(),
        "long": arrow.int64(),
        "time": arrow.timestamp("us", "UTC"),
    }
    return arrow.schema([arrow.field(column.name, types[column.type], column.nullable) for column in columns])
