"""A few seconds of each target on mutations of its seeds, the same in each run."""

import random
import time

import pytest

from tests.fuzz.targets import TARGETS

SECONDS = 2.0
LENGTH = 4096


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Return bytes with a few changes: bytes set, cut out, repeated or put in."""
    result = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        place, size = draw.randint(0, len(result)), draw.randint(1, 16)
        match draw.randint(0, 4):
            case 0:
                result[place : place + 1] = bytes([draw.randint(0, 255)])
            case 1:
                del result[place : place + size]
            case 2:
                result[place:place] = result[place : place + size] * draw.randint(1, 20)
            case 3:
                result[place:place] = draw.choice((b"\0", b"\xff", b"\n", b'"', b"<", b"\xed\xa0\x80", b"9" * 400))
            case _:
                result[place:place] = draw.randbytes(size)
    return bytes(result[:LENGTH])


@pytest.mark.parametrize("name", TARGETS)
def test_target_keeps_its_promise(name):
    """No mutation of a seed breaks what the target promises."""
    target, draw = TARGETS[name], random.Random(name)
    for seed in target.seeds:
        target.run(seed)
    end = time.process_time() + SECONDS
    while time.process_time() < end:
        target.run(mutated(draw.choice(target.seeds), draw))
