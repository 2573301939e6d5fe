"""The one door through which rows reach the driver. It counts all of them."""

from collections import Counter
from typing import Any

from pyspark.sql import DataFrame, Observation

from dedup.core.arrays.tables import Schema, Table
from dedup.engines.spark.packets import Packet, unpack

COUNTS = "counts"
CHECKSUMS = "checksums"
BOUNDS = "bounds"
EDGES = "edges"
NOTES = "notes"


class Driver:
    """Takes rows to the driver.

    Attributes:
        received: the rows of each kind: `COUNTS` of a stage or of its parts, `CHECKSUMS` of a round of components,
            `BOUNDS` between the parts of an order, `EDGES` of a search for components, and `NOTES`, one for a job.
    """

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()

    def observed(self, observation: Observation) -> dict[str, Any]:
        """Return the counts that Spark has made while it wrote a stage."""
        self.received[COUNTS] += 1
        return dict(observation.get)

    def counts(self, frame: DataFrame) -> list[tuple[int, int]]:
        """Return a frame of two whole numbers a part."""
        rows = [(int(row[0]), int(row[1])) for row in frame.collect()]
        self.received[COUNTS] += len(rows)
        return rows

    def surveys(self, frame: DataFrame) -> dict[int, bytes]:
        """Return the survey of each byte range of files, by its number. It is a count of lines."""
        rows = frame.select("number", "data").collect()
        self.received[COUNTS] += len(rows)
        return {int(number): bytes(data) for number, data in rows}

    def table(self, frame: DataFrame, schema: Schema, kind: str) -> Table:
        """Return the rows of packets.

        Args:
            frame: packets of one table.
            schema: the columns of the table.
            kind: what the rows are counted as.
        """
        packets = [Packet(*row) for row in frame.collect()]
        self.received[kind] += sum(packet.rows for packet in packets)
        return Table.joined([unpack(packet.data, schema) for packet in packets], schema)

    def table_bytes(self, frame: DataFrame, kind: str) -> bytes:
        """Return the data of the one packet of a frame.

        Args:
            frame: one packet.
            kind: what its rows are counted as.
        """
        (packet,) = (Packet(*row) for row in frame.collect())
        self.received[kind] += packet.rows
        return bytes(packet.data)
