"""Input that makes a program work too long: the largest sizes of the bench, in seconds of processor time."""

import pytest
from hostile_time import KINDS

from tests.helpers.limited import run_limited

SLOW = {"entities": 30, "reports of a template": 30, "broken JSON": 30, "bad rows": 30}
"""Seconds of the kinds that take longer than 10, for each byte of them is an element or a row."""


@pytest.mark.parametrize("name", KINDS)
def test_work_is_linear(tmp_path, name):
    """Each kind of adversarial input ends with a result or a named skip, where time in its square would not end."""
    kind = KINDS[name]
    path = tmp_path / kind.file
    path.write_bytes(kind.make(kind.size * 4))
    done = run_limited("cluster", path, "--workers", 1, seconds=SLOW.get(name, 10), megabytes=6_000)
    assert done.code in {0, 3}
    assert "Traceback" not in done.err
    told = done.out + done.err
    assert (done.code == 3) == ("Skipped" in told or "There is no document" in told)
