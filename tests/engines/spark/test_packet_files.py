"""Files of packets: what is written comes back, part by part and share by share."""

import numpy as np
import pytest

from dedup.core.arrays.tables import I64, Table
from dedup.engines.spark.storage import packet_files, packets

SCHEMA = {"num": I64}


def numbers_in(found) -> list[int]:
    """The numbers in packets."""
    return [number for packet in found for number in packets.unpack(packet.data, SCHEMA)["num"].tolist()]


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """The counts of a table of 100 numbers that is cut into 4 parts of small packets, and its file."""
    monkeypatch.setattr(packets, "PACKET_BYTES", 40)
    table = Table({"num": np.arange(100)})
    cut = packets.cut_packets(table, 2, np.arange(100) % 4, 4)
    counts = packet_files.write_packets(
        str(tmp_path), "file", [*cut, packets.Packet(0, packets.COUNT_TAG, 7, Table({}))], True
    )
    return counts, str(tmp_path / "2" / "file")


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_each_part_of_a_file_has_its_rows(stored, parts):
    """A reader gets the rows of its part, or of several parts, under the tag and the part that it asks for."""
    counts, path = stored
    assert ({2: 100}, {0: 25, 1: 25, 2: 25, 3: 25}, 7) == (counts.rows, counts.parts, counts.read)
    for part in range(parts):
        found = list(packet_files.Parts((packet_files.StoredFile(path, 1),), parts).packets(part))
        assert {(part, 1)} == {(packet.part, packet.tag) for packet in found}
        assert list(range(part, 100, parts)) == sorted(numbers_in(found))


@pytest.mark.parametrize("tasks", [1, 2, 5])
def test_tasks_share_the_packets_of_files(stored, tasks):
    """All tasks together read each packet once, whether there are more files or more tasks."""
    shares = packet_files.share_files([(stored[1], 0), (stored[1], 1)], tasks)
    found = [number for task in range(tasks) for number in numbers_in(shares.packets(task))]
    assert sorted([*range(100)] * 2) == sorted(found)


def test_a_file_at_an_address_is_that_of_its_path(tmp_path):
    """Files are written and read at addresses as at paths."""
    table = Table({"num": np.arange(5)})
    address = f"file://{tmp_path}/stage"
    packet_files.write_packets(address, "file", packets.packets_of(table, SCHEMA, 0))
    at_address = packet_files.read_packets(f"{address}/0/file", 0, 0, None)
    at_path = packet_files.read_packets(f"{tmp_path}/stage/0/file", 0, 0, None)
    assert [0, 1, 2, 3, 4] == numbers_in(at_address) == numbers_in(at_path)
