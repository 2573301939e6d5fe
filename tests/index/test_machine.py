"""Any order of commits, seals, merges, crashes and openings gives what dictionaries give."""

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
    """An index that a writer and a reader have open, beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dedup-machine-"))
        self.model, self.lives = Model(), 0

    @property
    def path(self) -> Path:
        """Where the index is in this life."""
        return self.folder / f"{self.lives}.dedup"

    @initialize()
    def begin(self) -> None:
        """Open a new one."""
        self.open()

    def open(self) -> None:
        """Open it to write, and to read."""
        self.store = Store.open(self.path, SETTINGS, "w", policy=SMALL, durable=False)
        self.reader = Store.open(self.path)

    def close(self) -> None:
        """Close both."""
        self.reader.close()
        self.store.close()

    @rule(seeds=st.lists(st.integers(0, 2**32), min_size=1, max_size=4))
    def commit(self, seeds: list[int]) -> None:
        """Some changes."""
        for seed in seeds:
            change = self.model.draw(seed)
            self.store.commit(change)
            self.model.apply(change)

    @rule()
    def seal(self) -> None:
        """Postings in memory go to a segment."""
        self.store.seal()

    @rule()
    def expire(self) -> None:
        """All that was not seen for long goes."""
        from dedup.index.records import StoryRow

        gone = self.store.before(20)
        homes = {each.story for each in self.model.documents.values() if each.number not in gone}
        members = {each.story: each.number for each in self.model.documents.values() if each.number not in gone}
        stories = [
            StoryRow(row.number, members[row.number] if row.number in homes else 0)
            for row in self.model.stories.values()
            if row.canonical in gone
        ]
        change = Change(removed=gone, stories=stories)
        self.store.commit(change)
        self.model.apply(change)

    @rule()
    def make_postings_anew(self) -> None:
        """Segments are made from documents."""
        numbers = self.store.all_numbers().tolist()
        self.store.commit(Change(), [sketch(self.store.documents(numbers))])

    @rule()
    def reopen(self) -> None:
        """Another process goes on."""
        self.close()
        self.open()

    @rule()
    def crash(self) -> None:
        """The files as they are at this moment are all that is left."""
        old = self.path
        self.lives += 1
        shutil.copytree(old, self.path)
        self.close()
        self.open()

    @invariant()
    def agree(self) -> None:
        """Writer and reader answer as the model."""
        if hasattr(self, "store"):
            expected = self.model.answers()
            assert expected == answers(self.store)
            assert expected == answers(self.reader)

    def teardown(self) -> None:
        """It is sound in the end."""
        if hasattr(self, "store"):
            assert [] == self.store.check()
            self.close()
        shutil.rmtree(self.folder)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
