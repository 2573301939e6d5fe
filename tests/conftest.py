"""What holds for all tests: nothing is timed, so that a busy machine fails none; and new indexes draw one seed."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import settings

from dedup.index import open_index

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def drawn_seed() -> Iterator[None]:
    """New indexes draw one seed, so that each run of a test is like the others. It is not the seed of `cluster`."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(open_index, "secrets", SimpleNamespace(randbits=lambda _bits: 7))
        yield
