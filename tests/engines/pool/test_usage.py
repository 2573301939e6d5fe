"""Usage of processes: memory and processor time."""

from dedup.engines.pool.usage import NOTHING, Usage, total_usage, usage_now


def test_usage_of_processes():
    """A process has used memory and time, and several processes have used the sum."""
    mine = usage_now()
    assert mine.memory > 1 << 20
    assert mine.processor > 0
    assert Usage(3.0, 5) == total_usage([Usage(1.0, 2), Usage(2.0, 3)])
    assert NOTHING == total_usage([])
