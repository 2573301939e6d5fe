"""A report in one Parquet file to a folder of part files, as an engine writes it part by part."""

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.parquet_schema import (
    COMPLETE_FILE,
    FACTS_FILE,
    FACTS_KEY,
    SKIPPED_COLUMNS,
    SKIPPED_FOLDER,
    ReportFacts,
    arrow_schema,
)

STAGE = "_15_pairs"
"""The folder of a stage of the job."""


def split_report(file: Path, folder: Path, parts: int = 2) -> Path:
    """Split a report, and return the folder. A story is in one part. The last part has the first story.

    Args:
        file: the report in one file.
        folder: the folder to make.
        parts: the number of parts. A part may be empty.
    """
    table = pq.read_table(file)
    facts = msgspec.json.decode(table.schema.metadata[FACTS_KEY.encode()], type=ReportFacts)
    table = table.replace_schema_metadata(None)
    for name in ("", SKIPPED_FOLDER, STAGE):
        (folder / name).mkdir()
    stories = {name: number for number, name in enumerate(dict.fromkeys(table["story"].to_pylist()))}
    part = [parts - 1 - stories[name] % parts for name in table["story"].to_pylist()]
    for number in range(parts):
        pq.write_table(
            table.filter(pa.array([number == of_row for of_row in part], pa.bool_())), folder / f"part-{number}.parquet"
        )
    skips = [
        {"path": skip.path, "line": skip.line, "reason": skip.reason, "count": skip.count} for skip in facts.skipped
    ]
    skipped = pa.Table.from_pylist(skips, arrow_schema(SKIPPED_COLUMNS))
    pq.write_table(skipped, folder / SKIPPED_FOLDER / "part-0.parquet")
    pq.write_table(pa.table({"a": [1]}), folder / STAGE / "part-0.parquet")
    for name in ("_plan.parquet", ".part-0.parquet"):  # no parts
        (folder / name).write_bytes(b"")
    (folder / FACTS_FILE).write_bytes(msgspec.json.encode(msgspec.structs.replace(facts, skipped=())))
    (folder / COMPLETE_FILE).write_bytes(b"")
    return folder
