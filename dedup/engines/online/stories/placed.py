"""A compared batch -> the place of each document in the stories of the index, before and after the batch."""

import numpy as np

from dedup.core.collection import words_of
from dedup.core.pairs.decision import ARTICLE
from dedup.core.stories.canonical import alone_credit
from dedup.core.stories.story_ids import NONE, assign_story_ids, find_leaving
from dedup.engines.online.comparison.batch import ArrivingBatch, ComparedBatch
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.disk.remembered import name_of
from dedup.index.disk.rows import DocumentHead
from dedup.index.records import RememberedRow, Stored, StoryRow
from dedup.index.store import Store


class PlacedBatch:
    """The stories of ``d`` new documents and ``n`` neighbours, before and after a batch.

    - ``numbers`` and ``ids``: of all documents, new documents first. ``row_of`` has the row of each id.
    - ``replaced``: the documents that new documents replace, by id. ``gone`` are their numbers.
    - ``before``: ``(d + n,) int64`` story of each document before the batch, or `NONE`.
    - ``story_rows``: the rows of the stories before the batch, by number.
    - ``remembered``: the remembered documents that new documents without a match repeat, by row. Such a new document is
      in the story of then, and counts as compared with none.
    - ``leaving``: the rows of neighbours that leave their stories.
    - ``placed`` and ``stories``: the stories after the batch.
    - ``positions``: the position of each document in the comparison, -1 for a document that was compared with none.
    """

    def __init__(
        self,
        store: Store,
        arriving: ArrivingBatch,
        comparison: ComparedBatch,
        replaced: dict[str, Stored],
        remembered: dict[int, RememberedRow],
    ) -> None:
        self.store, self.arriving, self.comparison, self.replaced = store, arriving, comparison, replaced
        self.documents, neighbours = arriving.documents, comparison.neighbours
        self.gone = {old.number for old in replaced.values()}
        first = store.next_document
        self.numbers = [
            *range(first, first + len(self.documents)),
            *(stored.number for stored in neighbours),
        ]
        self.ids = [document.id for document in (*self.documents, *(stored.document for stored in neighbours))]
        self.row_of = {id: row for row, id in enumerate(self.ids)}
        continued = self._continued_stories()
        of_new = [continued.get(document.id, NONE) for document in self.documents]
        self.before = np.array([*of_new, *(stored.story for stored in neighbours)], np.int64)
        compared = comparison.compared
        rows = {} if compared is None else compared.rows
        self.positions = [rows.get(id, -1) for id in self.ids] if rows else [-1] * len(self.ids)
        self.remembered = {
            row: old for row, old in remembered.items() if self._is_alone_article(row) and not self._is_apart(row, old)
        }
        before = self.before.copy()
        for row, old in self.remembered.items():
            story = store.resolve(old.story)
            before[row] = old.story if story is None else story.number
        existing = sorted({*before.tolist()} - {NONE})
        self.story_rows: dict[int, StoryRow] = store.story_rows(existing) if existing else {}
        self.leaving = self._find_leaving() if comparison.parting else []
        before[self.leaving] = NONE
        self.placed = assign_story_ids(before, comparison.labels, store.next_story, split=False)
        self.stories: list[int] = self.placed.stories.tolist()
        self.far_leaders = self._find_far_leaders()
        if self.remembered:
            self._part_from_compared()

    def _is_alone_article(self, row: int) -> bool:
        """Whether the new document ``row`` is an article that would begin a story."""
        labels, position, compared = self.comparison.labels, self.positions[row], self.comparison.compared
        is_alone = self.before[row] == NONE and np.count_nonzero(labels == labels[row]) == 1
        reasons = self.arriving.reasons[row] if compared is None or position < 0 else compared.no_article[position]
        return bool(is_alone and reasons == ARTICLE)

    def _is_apart(self, row: int, old: RememberedRow) -> bool:
        """Whether a person keeps the new document ``row`` apart from the story of a remembered one."""
        apart = self.store.numbers(list(self.store.hand_words.apart_from(self.ids[row])))
        story = self.store.resolve(old.story)
        return story is not None and story.number in self.store.stories_of(apart.values()).values()

    def _find_far_leaders(self) -> dict[int, DocumentHead]:
        """The leaders of the stories of then that still have documents, by story."""
        rows = [self.story_rows[story] for row in self.remembered if (story := self.stories[row]) in self.story_rows]
        leaders = [row.canonical for row in rows if row.canonical > 0 and row.canonical not in self.gone]
        return {head.story: head for head in self.store.heads(leaders)}

    def _part_from_compared(self) -> None:
        """Has documents that repeat remembered documents count as compared with none."""
        alone = dict(self.comparison.alone)
        for row in self.remembered:
            self.positions[row] = -1
            if credit := alone_credit(self.arriving.read.credits.get(row, ())):
                alone[row] = credit, ""
        self.comparison = self.comparison._replace(alone=alone)

    def number_of(self, story: int, leader: str) -> int:
        """The number of the document with the id ``leader``, which leads a ``story``."""
        far = self.far_leaders.get(story)
        return far.number if far is not None and far.id == leader else self.numbers[self.row_of[leader]]

    def _continued_stories(self) -> dict[str, int]:
        """The stories that would be empty without their replaced documents, by the id of one replaced document each.

        The new document of this id continues the story.
        """
        if not self.replaced:
            return {}
        first_ids: dict[int, str] = {}
        for id, old in self.replaced.items():
            first_ids.setdefault(old.story, id)
        members = self.store.of_stories(list(first_ids), 1 + len(self.gone))
        with_members = {story for story, number in members if number not in self.gone}
        return {id: story for story, id in first_ids.items() if story not in with_members}

    def _find_leaving(self) -> list[int]:
        """The rows of the neighbours that leave their stories.

        The leader stays, and so does a copy of a document that is forgotten: nothing else has joined it.
        """
        leads: dict[int, int] = {}
        for row in range(len(self.documents), len(self.ids)):  # the first document stands for a leader that is gone
            story = int(self.before[row])
            if story not in leads or self.numbers[row] == self.story_rows[story].canonical:
                leads[story] = row
        may_leave = np.isin(self.before, [*self.comparison.parting])
        stays = np.zeros(len(self.ids), np.bool_)
        stays[[*leads.values()]] = True
        for row, stored in enumerate(self.comparison.neighbours, len(self.documents)):
            is_remembered = StoredDecision.read(stored.decision).answer.reason == "remembered"
            stays[row] |= is_remembered and not self.store.hand_words.names(stored.document.id)
        leaving = find_leaving(self.before, self.comparison.labels, may_leave, stays)
        return leaving.nonzero()[0].tolist()

    def owners(self) -> dict[int, int]:
        """The row of the new document that changes each story: the story was compared for it, it has left the story,
        or the story is its story."""
        owners = self.comparison.owners.copy()
        owners |= {self.stories[row]: owners[int(self.before[row])] for row in self.leaving}
        for row, document in enumerate(self.documents):
            if document.id in self.replaced:
                owners.setdefault(self.replaced[document.id].story, row)
            owners.setdefault(self.stories[row], row)
        return owners

    def replaced_id(self, number: int) -> str:
        """The id of the replaced document of a number, or an empty text if there is none."""
        return next((id for id, old in self.replaced.items() if old.number == number), "")

    def is_itself(self, row: int) -> bool:
        """Whether the new document ``row`` is a remembered one that comes again, with the same id and words."""
        old = self.remembered.get(row)
        return (
            old is not None
            and old.name == name_of(self.ids[row], self.store.settings.seed)
            and words_of(old.fingerprint) == words_of(self.arriving.read.fingerprints[row])
        )

    def has_moved(self, row: int) -> bool:
        """Whether the new document ``row``, which replaces another, is in another story than the replaced document."""
        old = self.replaced[self.ids[row]].story
        return self.placed.merged.get(old, old) != self.stories[row]
