"""An index whose hashes another version has made -> the same documents and stories with the hashes of this version."""

import logging
from typing import Final

import numpy as np

from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.keyed import KeyedDocuments
from dedup.engines.online.learning.sites import Learning
from dedup.errors import IndexMismatch
from dedup.index.records import Change, ItemRow, Postings
from dedup.index.store import Store

_LOGGER: Final = logging.getLogger(__name__)

_DOCUMENTS: Final = 1 << 10
"""Documents that are hashed together."""


def see_to_hashes(store: Store, judge: ArrivalJudge) -> None:
    """Makes all hashes anew if another version has made those of the index.

    Args:
        store: the index.
        judge: reads documents.

    Raises:
        IndexMismatch: the hashes are of another version, and the index is open to read.
        IndexCorrupt: a text is damaged. The index stays as it is.
    """
    if store.has_present_hashes:
        return
    if not store.is_writer:
        raise IndexMismatch(
            f"{store.path} has the hashes of another version of dedup: add a document, and they are made anew"
        )
    _rehash(store, judge)


def _rehash(store: Store, judge: ArrivalJudge) -> None:
    """Makes the fingerprints and the postings of all documents anew from their texts, in one transaction.

    What was learned of sites is lost until the next review, because it is made of hashes. The postings of all documents
    are in memory, some 400 bytes a document.

    Args:
        store: the index.
        judge: reads documents.

    Raises:
        IndexCorrupt: a text is damaged. The index stays as it is.
    """
    numbers, change = store.all_numbers(), Change(hashes=store.settings.fingerprint())
    _LOGGER.info("the hashes of %d documents are made anew", numbers.size)
    postings: list[Postings] = []
    items: list[ItemRow] = []
    for first in range(0, numbers.size, _DOCUMENTS):
        stored = store.documents(numbers[first : first + _DOCUMENTS].tolist())
        batch = KeyedDocuments(judge, judge.read([entry.document for entry in stored]), Learning()).take(0, len(stored))
        in_batch = np.array([entry.number for entry in stored], np.int64)
        change.fingerprints += zip(in_batch.tolist(), batch.read.fingerprints.tolist(), strict=True)
        items += batch.item_rows(in_batch)
        postings.append(judge.postings(batch, in_batch))
    change.items, change.only_sites = items, True
    store.commit(change, postings)
