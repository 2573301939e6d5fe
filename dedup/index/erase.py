"""Erasure: no byte of a removed document stays in a file of the index.

A removed row leaves its bytes in free pages of the database and in its log. A dictionary holds pieces of the texts that
it was trained on. A segment holds postings of documents that were removed after it was written. So all of these are
written again from the documents that remain. This takes time with the size of the index.
"""

from dedup.errors import IndexProblem
from dedup.index.disk.dictionaries import SAMPLE, train_dictionary
from dedup.index.session import Session
from dedup.index.state import State


def erase_removed(session: Session) -> None:
    """Leave no byte of the documents that were removed in any file.

    If it fails, or the process dies, the documents stay removed, and another call erases them.

    Args:
        session: the session of a writer.

    Raises:
        IndexProblem: a reader holds a snapshot of the time before, so that the log cannot be emptied.
    """
    with session.writing("erasing") as state:
        if session.rows.dictionaries.has_any():
            _pack_again(session, state)
        state.seal(session.files, state.postings.write_merged)
        session.database.compact()
        if not session.database.checkpoint():
            raise IndexProblem(
                f"{session.path}: a reader keeps erased bytes in the log: close readers, and erase again"
            )


def _pack_again(session: Session, state: State) -> None:
    """Pack all texts with a dictionary that is trained on texts of the index as it is, and drop all others."""
    rows, numbers = session.rows, state.documents.numbers()
    sample = numbers[:: max(1, numbers.size // SAMPLE)].tolist()
    dictionary = train_dictionary(rows.sample_encoded(sample), b"")
    session.database.execute("BEGIN IMMEDIATE")
    rows.dictionaries.record_training(dictionary, state.counters.document - 1)
    rows.dictionaries.using = dictionary
    after = 0
    while packed := state.packed_after(rows, after):
        after = packed[-1][0].number
        rows.pack_again([(head.number, text) for head, text, _ in packed])
    rows.dictionaries.keep(dictionary)
    session.files.reached("committing")
    session.database.execute("COMMIT")
    session.files.reached("committed")
