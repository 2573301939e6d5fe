"""A change -> one transaction of the database; then postings that are due go to a segment.

The commit of the transaction is the only point at which a change enters the index. The postings of the change are in
the same transaction. They go to segments later, and the rows of the database are enough to rebuild every segment.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from dedup.index.changes import Counters, IdLookup, make_batch
from dedup.index.disk.database import HAND
from dedup.index.disk.dictionaries import SAMPLE, train_dictionary
from dedup.index.disk.items import items_of
from dedup.index.records import Change, Postings
from dedup.index.session import Session
from dedup.index.state import State


def commit_change(
    session: Session,
    change: Change,
    rebuilt_postings: Iterable[Postings] | None,
    look_up_ids: Callable[[list[str]], IdLookup],
) -> None:
    """Write a change, and seal postings and train a dictionary where these are due.

    Args:
        session: the session of a writer.
        change: the change.
        rebuilt_postings: the postings of bands and sampled shingles of all documents, to replace all postings in the
            same transaction; None to add the postings of the change.
        look_up_ids: looks up ids in the index before the change.

    Raises:
        InputError: the change does not fit the index, which stays as it is.
    """
    database, files, rows = session.database, session.files, session.rows
    with session.writing("committing") as state:
        batch, counters = make_batch(change, state.counters, state.documents, state.stories, look_up_ids)
        version = change.profiles and change.profiles[0]
        files.reached("commit begun")
        if rebuilt_postings is not None:

            def write_change() -> None:
                _write_rows(session, state, change, counters)
                state.drop_removed(batch, counters, version)

            state.seal(files, state.postings_writer(rows, rebuilt_postings), write_change)
            return
        if not database.connection.in_transaction:
            database.execute("BEGIN IMMEDIATE")
        _write_rows(session, state, change, counters)
        state.write_batch(batch, counters)
        if session.commits is not None:
            state.add_committed(batch, counters, version)
            session.commits += 1
            return
        _end_transaction(session)
        state.add_committed(batch, counters, version)
        _tidy_up(session, state)


def _end_transaction(session: Session) -> None:
    session.files.reached("committing")
    session.database.execute("COMMIT")
    session.files.reached("committed")


def _tidy_up(session: Session, state: State) -> None:
    """Seal postings and train a dictionary, where these are due."""
    documents = state.counters.document - 1
    if state.postings.needs_seal():
        state.seal(session.files, state.postings.write_sealed)
    if session.rows.dictionaries.needs_training(documents, session.policy.first):
        _train_dictionary(session, state, documents)


@contextlib.contextmanager
def make_transaction(session: Session) -> Iterator[None]:
    """Make the commits in this context one transaction. If an error leaves the context, none of them happens.

    The calls in this context answer as if each commit were on the disk.

    Args:
        session: the session of a writer, which has no transaction yet.
    """
    session.commits = 0
    try:
        yield
        if session.commits:
            with session.changing("committing"):
                _end_transaction(session)
    except BaseException:
        if session.commits and not session.end:
            session.restore()
        raise
    finally:
        commits, session.commits = session.commits, None
    if commits:
        with session.writing("sealing") as state:
            _tidy_up(session, state)


def _write_rows(session: Session, state: State, change: Change, counters: Counters) -> None:
    """Write the rows and the single values of a change, within a transaction."""
    rows = session.rows
    rows.drop_documents(change.removed)
    rows.put_entries(change.entries, change.packed)
    entries = ((entry.number, entry.document) for entry in change.entries)
    if change.hashes:
        rows.drop_items()
    rows.put_items(items_of(entries, session.settings.seed) if change.items is None else change.items)
    rows.change_heads(change)
    rows.put_stories(change.stories)
    rows.put_events(change.events)
    rows.put_sites(change.sites, change.only_sites)
    rows.drop_remembered(change.unremembered)
    rows.put_remembered(change.remembered)
    if change.forgotten:
        rows.drop_events(counters.forgotten)
    if change.profiles is not None:
        state.put_knowledge(*change.profiles)
    if change.hand is not None:
        session.database.put(HAND, change.hand)
    if change.hashes:
        state.put_hashes(change.hashes)
    if change.thresholds:
        state.put_thresholds(change.thresholds)


def _train_dictionary(session: Session, state: State, documents: int) -> None:
    """Train a dictionary on texts from all over the index, and use it for new texts if it saves enough."""
    database, dictionaries = session.database, session.rows.dictionaries
    numbers = state.documents.numbers()
    count = min(SAMPLE, numbers.size)
    sample = numbers[np.arange(count) * numbers.size // max(1, count)]
    dictionary = train_dictionary(session.rows.sample_encoded(sample.tolist()), dictionaries.using)
    database.execute("BEGIN IMMEDIATE")
    dictionaries.record_training(dictionary, documents)
    session.files.reached("committing")
    database.execute("COMMIT")
    session.files.reached("committed")


def seal_postings(session: Session) -> None:
    """Write the postings in memory to a segment now."""
    with session.writing("sealing") as state:
        if state.postings.in_memory:
            state.seal(session.files, state.postings.write_sealed)
