"""JSON Schemas (draft 2020-12) of every record that a report or an index prints, made from the types of the rows.

The files in the folder ``schemas`` hold them for programs that do not run Python. ``python -m dedup.report.schemas``
writes the files again, and a test holds them equal to the types. The schemas admit keys that they do not know, because
keys are only added.
"""

from pathlib import Path
from typing import Any, Final

import msgspec

from dedup.formats.typed.overrides import SCHEMA as BOILERPLATE
from dedup.json_rows import DecisionRow, EventRow, StoryRecord
from dedup.report import index_rows, score_rows
from dedup.report.boilerplate import BlockRow, BoilerplateFooter, BoilerplateHeader
from dedup.report.comparison import SCHEMA as COMPARISON
from dedup.report.comparison import ComparisonObject
from dedup.report.difference import SCHEMA as DIFFERENCE
from dedup.report.difference import DifferenceObject
from dedup.report.index_rows import IndexInfo
from dedup.report.schema import SCHEMA as REPORT
from dedup.report.schema import (
    CoverageRow,
    ExplainedReportObject,
    ExplainedStoryRecord,
    PairRow,
    ReportFooter,
    ReportHeader,
    ReportObject,
    TextRow,
)
from dedup.report.score_rows import ScoresObject

EXPLAINED: Final = (ExplainedStoryRecord, TextRow, PairRow, ExplainedReportObject)
"""The rows and the object of an explained report."""

RECORDS: Final[dict[str, tuple[type[msgspec.Struct], ...]]] = {
    REPORT: (ReportHeader, StoryRecord, CoverageRow, ReportFooter, ReportObject, *EXPLAINED),
    BOILERPLATE: (BoilerplateHeader, BlockRow, BoilerplateFooter),
    score_rows.SCHEMA: (ScoresObject,),
    DIFFERENCE: (DifferenceObject,),
    COMPARISON: (ComparisonObject,),
    index_rows.SCHEMA: (IndexInfo,),
    "dedup.decision/1": (DecisionRow,),
    "dedup.event/1": (EventRow,),
}
"""The name of each schema and the types of its records: the rows of a file, or one object."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FOLDER: Final = Path(__file__).with_suffix("")


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas by name. A schema admits each type of record that has its name in `RECORDS`."""
    return {name: _make_schema(name, types) for name, types in RECORDS.items()}


def file_of(name: str) -> Path:
    """Return the file of the schema ``name``."""
    return _FOLDER / f"{name.replace('/', '-')}.json"


def encode_schema(schema: dict[str, Any]) -> bytes:
    """Return ``schema`` as the bytes of its file: JSON with an indent of two, and a line end."""
    return msgspec.json.format(msgspec.json.encode(schema)) + b"\n"


def _make_schema(name: str, types: tuple[type[msgspec.Struct], ...]) -> dict[str, Any]:
    records, definitions = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    return {"$schema": _DIALECT, "title": name, "anyOf": list(records), "$defs": definitions}


if __name__ == "__main__":
    for name, schema in schemas().items():
        file_of(name).write_bytes(encode_schema(schema))
