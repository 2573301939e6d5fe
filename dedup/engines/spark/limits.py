"""The sizes of the Spark engine: bytes of packets and batches, bounds of the driver. None of them decides a story."""

from typing import Final

PACKET_BYTES: Final = 1 << 18
"""Bytes of the rows of one packet. A larger row is a packet of its own. The JVM copies larger ones again and again."""

BATCH_BYTES: Final = 4 << 20
"""Bytes of packets that go to the JVM together."""

READ_PACKETS: Final = 16
"""Packets of a file that the JVM decodes together."""

CHECKED_PACKETS: Final = 4
"""Packets after which the writer of a file looks whether a page is full. It would look after 100 of them."""

FILE_BLOCK_BYTES: Final = 16 << 20
"""Bytes of a row group of a file of packets. The writer keeps one in memory."""

PART_BYTES: Final = 32 << 20
"""Bytes of rows that one call takes where any rows will do: where a table is cut, and in `Operator.MAP`."""

BATCH_PACKETS: Final = 4096
"""Packets that come from the JVM together, at most. `BATCH_BYTES` bounds their bytes."""

DRIVER_EDGES: Final = 4_000_000
"""Edges whose components the driver finds, at most. They take 64 MB."""

PARTS_A_CORE: Final = 2
"""Parts of a table for each core, where its bytes do not ask for less or more."""

SMALL_PART_BYTES: Final = 1 << 20
"""Bytes of a part of a small table. A table of fewer bytes is one part, which needs no shuffle."""

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
