"""The sizes of the Spark engine: bytes of packets and batches, bounds of the driver. None of them decides a story."""

from typing import Final

PACKET_BYTES: Final = 1 << 20
"""Bytes of the rows of one packet. A larger row is a packet of its own."""

BATCH_BYTES: Final = 4 << 20
"""Bytes of rows of a frame that come from the JVM together."""

PART_BYTES: Final = 32 << 20
"""Bytes of rows that one call takes where any rows will do: where a table is cut, and in `Operator.MAP`."""

BATCH_ROWS: Final = 4096
"""Rows of a frame that come from the JVM together, at most."""

DRIVER_EDGES: Final = 4_000_000
"""Edges whose components the driver finds, at most. They take 64 MB."""

PARTS_A_CORE: Final = 2
"""Parts of a table for each core, where its bytes do not ask for less or more."""

SMALL_PART_BYTES: Final = 4 << 20
"""Bytes of a part of a small table. A table of fewer bytes is one part: its rows take less time than another task."""

LARGE_PART_BYTES: Final = 64 << 20
"""Bytes of a part of a large table."""

SAMPLES_A_PART: Final = 64
"""Keys of each task for each part, of which the bounds of an order are made."""

MOST_ROUNDS: Final = 100
"""Rounds of a search for components, at most. A chain of 10^5 edges takes 18."""

POLL_SECONDS: Final = 0.5
"""Seconds between two looks at the tasks of a stage."""

TELL_SECONDS: Final = 10.0
"""Seconds between two lines of progress."""

READ_BYTES: Final = 32 << 20
"""Bytes of inputs of one task that reads, where there are more tasks than parts."""

MASTER_SECONDS: Final = 10.0
"""Seconds in which a machine of a master must answer."""

LISTED_SKIPS: Final = 100
"""Skipped inputs that the driver gets, at most: the first ones."""

CHECKSUM_BITS: Final = 64
"""Bits of the checksum of a frame."""
