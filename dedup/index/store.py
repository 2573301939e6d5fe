"""The public face of the storage: one index, opened to read or to write. `index.commit` writes the changes."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from dedup.comparison_types import HandPair
from dedup.core.stories.by_hand.words import HandWords
from dedup.errors import InputError
from dedup.index import check as checking
from dedup.index import export as exporting
from dedup.index import repair
from dedup.index.commit import commit_change, make_transaction, seal_postings
from dedup.index.disk.database import HAND, Mode
from dedup.index.disk.files import FILES, DurableFiles
from dedup.index.erase import erase_removed
from dedup.index.open_index import open_session
from dedup.index.reader import StoreReader
from dedup.index.records import POLICY, Change, NewIndex, Policy, Postings, Stored
from dedup.index_types import IdRule
from dedup.settings import InputLimits, Settings


class Store(StoreReader):
    """An open index; a context manager, for one thread at a time.

    Each call answers from one snapshot. A reader sees, at each call, all commits before it.

    Each call raises `IndexCorrupt` where it meets damage. After a failed write the store answers nothing more; the
    commits before are in the index when it is opened again.
    """

    @classmethod
    def open(
        cls,
        path: str | Path,
        settings: Settings | None = None,
        mode: Mode = "r",
        *,
        ids: IdRule | None = None,
        durable: bool = True,
        draws_seed: bool = False,
        policy: Policy = POLICY,
        files: DurableFiles = FILES,
        timeout: float = 0.0,
        limits: InputLimits | None = None,
    ) -> "Store":
        """Open the index in a folder, or create it.

        Args:
            path: the folder of the index.
            settings: the settings of a new index; those of an old index must be equal. None accepts any.
            ids: how a new index names documents; an old index must name them so. None accepts any.
            mode: ``"r"`` to read; ``"w"`` to read and write, and to create an index if there is none.
            durable: whether a commit survives a loss of power. Without it the last commits may be lost, never a part of
                one. A commit always survives the end of the process.
            draws_seed: whether ``settings`` name no seed. A new index draws a secret one, and an old one keeps its own.
            policy: the policy of the postings.
            files: writes, renames and syncs the files.
            timeout: seconds that a writer waits for the lock of another one.
            limits: the most that one input may have, None for the defaults. An index does not store them.

        Raises:
            IndexMissing: there is no index, or no folder for one.
            IndexExists: something else is there.
            IndexLocked: another process writes to the index.
            IndexMismatch: the index has another format or other settings.
            IndexCorrupt: the index is damaged.
        """
        new = NewIndex(settings, ids, draws_seed, limits or InputLimits())
        return cls(open_session(Path(path), new, mode, durable, policy, files, timeout))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_writer(self) -> bool:
        """Whether the index is open to write."""
        return self._session.is_writer

    @property
    def hand_words(self) -> HandWords:
        """The word of a person on pairs of documents, which are in the index or were once."""
        with self._session.reading_values("reading the pairs of a person") as state:
            commits = state.counters.commits if state.is_current else None
            if commits is None or self._last_words is None or self._last_words[0] != commits:
                pairs = self._session.database.get(HAND, tuple[HandPair, ...])
                self._last_words = -1 if commits is None else commits, HandWords(pairs)
            return self._last_words[1]

    @property
    def condition(self) -> str:
        """Whether the index is open to read, to write, or not open, and how many documents it has."""
        if self._session.end:
            return "closed"
        return f"{'writing' if self.is_writer else 'reading'}, {len(self):,} documents"

    def close(self) -> None:
        """Close the index; the next writer may open it."""
        self._session.close()

    def commit(self, change: Change, rebuilt_postings: Iterable[Postings] | None = None) -> None:
        """Write a change: all of it is in the index when this method returns.

        With ``rebuilt_postings``, the same transaction replaces all postings: those of bands and sampled shingles come
        from ``rebuilt_postings``, the others from the documents that remain after the change.

        `InputError` is raised, and nothing changes, if the change does not fit the index.
        """
        before, last, last_sites = self._session.state.counters, self._last_lookup, self._last_sites
        commit_change(self._session, change, rebuilt_postings, self._look_up_ids)
        after = self._session.state.counters
        is_true = last is not None and last.counters == before
        self._last_lookup = last.after(change, after) if last and is_true else None
        if last_sites is not None and last_sites[0] == before.commits:
            changes = (row.changed for row in change.sites)
            self._last_sites = after.commits, max(changes, default=last_sites[1])
        if self._last_words is not None and self._last_words[0] == before.commits and change.hand is None:
            self._last_words = after.commits, self._last_words[1]
        heads = self._heads_of_moment or {}
        for number in change.changed_documents():
            heads.pop(number, None)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the commits in this context one transaction. If an error leaves the context, none of them happens."""
        try:
            with make_transaction(self._session):
                yield
        except BaseException:
            self._last_lookup = self._last_sites = self._last_words = None
            raise

    def seal(self) -> None:
        """Write the postings in memory to a segment now."""
        seal_postings(self._session)

    def erase(self) -> None:
        """Leave no byte of the documents that were removed in any file, as `index.erase` explains."""
        erase_removed(self._session)

    def check(self, fix: bool = False, sketch: Callable[[list[Stored]], Postings] | None = None) -> list[str]:
        """Read the whole index and return its problems.

        Args:
            fix: whether to repair the index if there are problems: documents that cannot be read are removed, and all
                postings are rebuilt.
            sketch: a function that computes the postings of documents. A repair needs it.

        Raises:
            InputError: ``fix`` comes without ``sketch``, or the index is open to read.
            IndexCorrupt: the database is too damaged for a repair.
        """
        if fix and not sketch:
            raise InputError("to mend an index, say how its documents are sketched")
        with self._session.mapping_errors("checking"), self._session.snapshot():
            session, seed = self._session, self.settings.seed
            problems = checking.find_problems(session.database, session.state, self._rows, seed)
        if fix and sketch and problems:
            self._last_lookup = self._last_sites = None
            with self._session.changing("mending"):
                repair.repair(session.database, session.state, self._rows, session.files, sketch, seed)
        return problems

    def export(self, file: str | Path) -> None:
        """Write the whole index of this moment to one file for `index.export.import_index`."""
        with self._session.reading("exporting") as state:
            exporting.export_index(state, self._session.database.connection, Path(file), self._session.files)
