"""An index answers as its model after any order of commits, seals, merges, crashes and openings."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dedup.index.records import Change
from dedup.index.store import Store
from tests.helpers.index_making import SETTINGS, SMALL, Model, answers, sketch


class Machine(RuleBasedStateMachine):
    """An index, open in a writer and a reader, beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dedup-machine-"))
        self.model, self.lives = Model(), 0

    @property
    def path(self) -> Path:
        """The folder of the index since the last crash."""
        return self.folder / f"{self.lives}.dedup"

    @initialize()
    def begin(self) -> None:
        """Open a new index."""
        self.open()

    def open(self) -> None:
        """Open a writer and a reader."""
        self.store = Store.open(self.path, SETTINGS, "w", policy=SMALL, durable=False)
        self.reader = Store.open(self.path)

    def close(self) -> None:
        """Close the writer and the reader."""
        self.reader.close()
        self.store.close()

    @rule(seeds=st.lists(st.integers(0, 2**32), min_size=1, max_size=4))
    def commit(self, seeds: list[int]) -> None:
        """Commit changes."""
        for seed in seeds:
            change = self.model.draw(seed)
            self.store.commit(change)
            self.model.apply(change)

    @rule()
    def seal(self) -> None:
        """Write the postings in memory to a segment."""
        self.store.seal()

    @rule()
    def expire(self) -> None:
        """Remove the documents that were not seen for long."""
        expired = self.store.before(20)
        remaining = [stored for stored in self.model.documents.values() if stored.number not in expired]
        change = Change(removed=expired)
        self.model.settle(change, {stored.number: stored.story for stored in remaining})
        self.store.commit(change)
        self.model.apply(change)

    @rule()
    def rebuild_postings(self) -> None:
        """Rebuild all segments from the documents."""
        numbers = self.store.all_numbers().tolist()
        self.store.commit(Change(), [sketch(self.store.documents(numbers))])

    @rule()
    def reopen(self) -> None:
        """Close the index and open it again."""
        self.close()
        self.open()

    @rule()
    def crash(self) -> None:
        """Go on with a copy of the files, as after a crash."""
        old = self.path
        self.lives += 1
        shutil.copytree(old, self.path)
        self.close()
        self.open()

    @invariant()
    def agree(self) -> None:
        """Check that writer and reader answer as the model."""
        if hasattr(self, "store"):
            expected = self.model.answers()
            assert expected == answers(self.store)
            assert expected == answers(self.reader)

    def teardown(self) -> None:
        """Check that the index is sound, and close it."""
        if hasattr(self, "store"):
            assert [] == self.store.check()
            self.close()
        shutil.rmtree(self.folder)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
