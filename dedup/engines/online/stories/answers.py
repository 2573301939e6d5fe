"""A placed batch -> the answer for each new document: new, or a copy of which document, and why."""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.collection import NO_TEXT, words_of
from dedup.core.pairs.decision import ARTICLE, REASONS
from dedup.core.stories.arrivals.leads import NO_LEAD, NOBODY, Lead, Leads
from dedup.core.stories.arrivals.reasons import (
    COPY_REASONS,
    NO_COPY,
    NO_SITE,
    Evidence,
    ReasonNumbers,
    are_cold,
    choose_reasons,
)
from dedup.core.stories.decision import HAND, TEXT
from dedup.engines.online.comparison.compared import ComparedDocuments
from dedup.engines.online.stories.placed import PlacedBatch
from dedup.index.disk.decision_codec import NO_ARTICLE, Answer, StoredDecision
from dedup.types import Member, Relation


class Arrival(NamedTuple):
    """A new document when it comes to its story.

    - ``lead``: the leader that it finds, as a position in the comparison.
    - ``canonical``: the id of the document that leads the story from now on.
    - ``seen``: the number of documents of the story until now.
    - ``earlier``: the answer for an earlier text of the document in the same story, which stays; else None.
    - ``has_words``, ``has_url``: whether an earlier document of the story has the same words, or the same address.
    - ``no_article``: the reason why a document without a leader is no article, or empty.
    """

    lead: Lead
    canonical: str
    seen: int
    earlier: Answer | None
    has_words: bool
    has_url: bool
    no_article: str

    @property
    def is_copy(self) -> bool:
        """Whether the document is a copy of the leader that it finds."""
        return self.earlier is None and self.lead.before != NOBODY and not self.lead.is_first_article


class BatchAnswers:
    """The answers for the new documents of a batch.

    - ``first``, ``seen``: the time of the first document, and the number of documents, of each story.
    - ``first_leaders``: the id of the document that leads each story until a new document takes the lead. ``leaders``:
      the id of the document that leads it after the batch.
    - ``arrivals``: the new documents as they come. ``answers``: the answer for each.
    - ``members``: the compared documents in their stories after the batch, by id.

    Args:
        batch: the batch.
        now: the time in seconds.
    """

    def __init__(self, batch: PlacedBatch, now: float) -> None:
        self._batch, self._now = batch, now
        self.first: dict[int, float] = {}
        self.seen: dict[int, int] = {}
        for number, row in batch.story_rows.items():
            story = batch.placed.merged.get(number, number)
            self.first[story] = min(row.first, self.first.get(story, row.first))
            self.seen[story] = self.seen.get(story, 0) + row.seen
        self._move_leaving()
        self._earlier = self._earlier_answers()
        self._words: set[tuple[int, int]] = set()  # pairs of a story and the words of one of its documents
        self._urls: set[tuple[int, int]] = set()
        compared = batch.comparison.compared
        self._leads = None if compared is None else self._leads_before(compared)
        self.first_leaders = {} if self._leads is None else self._leader_ids(self._leads)
        self.first_leaders |= {story: head.id for story, head in batch.far_leaders.items()}
        self.leaders = self.first_leaders.copy()
        self.arrivals = [self._arrive(row) for row in range(len(batch.documents))]
        self.members: dict[str, Member] = {}
        self._digests = set[str]() if compared is None else compared.digests()
        relations = {} if compared is None else self._relate(compared)
        self.answers = self._make_answers(relations)

    def _move_leaving(self) -> None:
        """Takes the documents that leave their stories into the counts of their new stories."""
        batch, count = self._batch, len(self._batch.documents)
        for row in batch.leaving:
            before, story = int(batch.before[row]), batch.stories[row]
            self.seen[batch.placed.merged.get(before, before)] -= 1
            self.seen[story] = self.seen.get(story, 0) + 1
            if story not in batch.story_rows:
                seen = batch.comparison.neighbours[row - count].seen
                self.first[story] = min(seen, self.first.get(story, seen))

    def _earlier_answers(self) -> dict[int, Answer]:
        """The answers that stay, by row: of documents that were told, and that stay in their stories."""
        answers = {}
        for row, document in enumerate(self._batch.documents if self._batch.replaced else ()):
            if document.id in self._batch.replaced and not self._batch.has_moved(row):
                answer = StoredDecision.read(self._batch.replaced[document.id].decision).answer
                if answer.is_told:
                    answers[row] = answer
        return answers

    def _leads_before(self, compared: ComparedDocuments) -> Leads:
        """The leaders of the compared stories before the first new document comes."""
        batch, count = self._batch, len(self._batch.documents)
        no_articles = {row for row in batch.positions[:count] if row >= 0 and compared.no_article[row] != ARTICLE}
        for stored in batch.comparison.neighbours:
            if not StoredDecision.read(stored.decision).answer.is_told:
                no_articles.add(compared.rows[stored.document.id])
        leads = Leads(compared.origins, no_articles)
        positions = dict(zip(batch.numbers[count:], batch.positions[count:], strict=True))
        for row in self._earlier:
            positions[batch.replaced[batch.ids[row]].number] = batch.positions[row]
        for number, story_row in batch.story_rows.items():
            leader = positions.get(story_row.canonical, NOBODY)
            if number not in batch.placed.merged and leader != NOBODY:
                leads.leaders[number] = leader
        without_leader = set(batch.stories) - leads.leaders.keys()
        for row in sorted(range(count, len(batch.ids)), key=batch.numbers.__getitem__):
            self._note_text(row)
            if batch.stories[row] in without_leader:  # its leader has left
                leads.add(batch.positions[row], batch.stories[row])
        return leads

    def _leader_ids(self, leads: Leads) -> dict[int, str]:
        """The ids of the leaders, by story."""
        ids = dict(zip(self._batch.positions, self._batch.ids, strict=True))
        return {story: ids[position] for story, position in leads.leaders.items()}

    def _note_text(self, row: int) -> tuple[bool, bool]:
        """Notes the words and the address of a document, and returns whether its story had them already."""
        batch, position = self._batch, self._batch.positions[row]
        compared = batch.comparison.compared
        if compared is None or position < 0:
            return False, False
        words = batch.stories[row], int(compared.texts.contents[position])
        url = batch.stories[row], int(compared.texts.urls[position])
        noted = words in self._words, url in self._urls
        if compared.texts.text[position] != NO_TEXT:
            self._words.add(words)
        if url[1]:
            self._urls.add(url)
        return noted

    def _arrive(self, row: int) -> Arrival:
        """Adds the new document ``row`` to its story."""
        batch, leads = self._batch, self._leads
        id, story, position, earlier = batch.ids[row], batch.stories[row], batch.positions[row], self._earlier.get(row)
        self.first.setdefault(story, self._now)
        if id not in batch.replaced or batch.has_moved(row):
            self.seen[story] = self.seen.get(story, 0) + 1
        lead = NO_LEAD
        if leads is not None and position >= 0 and (earlier is None or story not in leads.leaders):
            lead = leads.add(position, story, may_lead=bool(id))
        if lead.took or story not in self.leaders:
            self.leaders[story] = id
            self.first_leaders.setdefault(story, id)
        reason = batch.arriving.reasons[row]
        if batch.comparison.compared is not None and position >= 0:
            reason = batch.comparison.compared.no_article[position]
        no_article = REASONS[reason] if earlier is None and lead.before == NOBODY else ""
        return Arrival(lead, self.leaders[story], self.seen[story], earlier, *self._note_text(row), no_article)

    def _relate(self, compared: ComparedDocuments) -> dict[int, Relation]:
        """Makes ``members``, and returns the relation of each copy to the leader that it finds, by row."""
        batch = self._batch
        rows = [row for row, position in enumerate(batch.positions) if position >= 0]
        positions = np.array(batch.positions, np.int64)[rows]
        story = max(batch.stories) + 1 + np.arange(len(compared.rows))  # a story of its own for each other document
        story[positions] = np.array(batch.stories, np.int64)[rows]
        leaders = [batch.positions[batch.row_of[self.leaders[batch.stories[row]]]] for row in rows]
        members = compared.members(positions, np.array(leaders, np.int64), story)
        self.members = {member.id: member for member in members}
        leader_of = dict(zip(rows, leaders, strict=True))
        copies = [row for row, arrival in enumerate(self.arrivals) if arrival.is_copy]
        relations = {row: self.members[batch.ids[row]].relation for row in copies}
        others = [row for row in copies if leader_of[row] != self.arrivals[row].lead.before]
        if others:
            before = np.array([self.arrivals[row].lead.before for row in others], np.int64)
            members = compared.members(np.array(batch.positions, np.int64)[others], before, story)
            relations |= {row: member.relation for row, member in zip(others, members, strict=True)}
        return relations

    def _choose_reasons(self) -> tuple[ReasonNumbers, Indices]:
        """The reason of each new document, and the known pages of the site of the document that it matches."""
        batch, compared = self._batch, self._batch.comparison.compared
        reasons, partner_pages = np.full(len(self.arrivals), NO_COPY, np.int8), np.full(len(self.arrivals), NO_SITE)
        reasons[list(batch.remembered)] = COPY_REASONS.index("remembered")
        reasons[list(self._earlier)] = COPY_REASONS.index("version")
        rows = [row for row, arrival in enumerate(self.arrivals) if arrival.is_copy or row in self._earlier]
        rows = [row for row in rows if batch.positions[row] >= 0]
        if compared is None or not rows:
            return reasons, partner_pages
        positions, partners = np.array(batch.positions, np.int64)[rows], np.array(list(map(self._partner, rows)))
        arrivals = [self.arrivals[row] for row in rows]
        evidence = Evidence(
            same=np.array([arrival.has_words for arrival in arrivals]),
            version=np.array([arrival.earlier is not None for arrival in arrivals]),
            by_text=compared.grouped.evidence[positions] == TEXT,
            framed=compared.are_framed(positions, partners),
            by_hand=compared.grouped.evidence[positions] == HAND,
            url=np.array([arrival.has_url for arrival in arrivals]),
        )
        reasons[rows], partner_pages[rows] = choose_reasons(evidence), compared.known_pages[partners]
        return reasons, partner_pages

    def _partner(self, row: int) -> int:
        """The position of the earlier document that a copy matches: the nearest match in its story, else the leader."""
        batch, count = self._batch, len(self._batch.documents)
        for match in batch.comparison.matches[row]:
            partner = batch.row_of.get(match.id, row)
            if batch.stories[partner] == batch.stories[row] and (partner < row or partner >= count):
                return batch.positions[partner]
        return max(self.arrivals[row].lead.before, 0)

    def _make_answers(self, relations: dict[int, Relation]) -> list[Answer]:
        """The answers for all new documents, with the ``relations`` of the copies."""
        batch, answers = self._batch, list[Answer]()
        numbers, partner_pages = self._choose_reasons()
        cold = are_cold(numbers, batch.arriving.read.lengths, batch.arriving.known_pages, partner_pages).tolist()
        for row, (arrival, number) in enumerate(zip(self.arrivals, numbers.tolist(), strict=True)):
            before = self._id_at(arrival.lead.before)
            replaced = before if arrival.lead.took else ""
            if arrival.no_article:
                answer = NO_ARTICLE
            elif arrival.earlier is not None:
                relation: Relation = "revision" if arrival.earlier.duplicate_of else "original"
                reason = COPY_REASONS[number]
                answer = arrival.earlier._replace(relation=relation, reason=reason, cold=False, replaced="")
            elif row in self._batch.remembered:
                answer = self._answer_remembered(row)._replace(cold=cold[row], seen=arrival.seen)
            elif arrival.is_copy:
                reason = COPY_REASONS[number]
                answer = Answer(False, before, relations[row], reason, cold[row], arrival.seen, replaced)
            else:
                answer = Answer(cold=cold[row], seen=arrival.seen, replaced=replaced)
            answers.append(answer)
        return answers

    def _answer_remembered(self, row: int) -> Answer:
        """The answer for a document that repeats a remembered one. A document is no copy of itself."""
        old = self._batch.remembered[row]
        if old.leader == self._batch.ids[row]:
            return Answer(is_new=False, reason="remembered")
        is_same = words_of(old.fingerprint) == words_of(self._batch.arriving.read.fingerprints[row])
        return Answer(False, old.leader, "exact" if is_same else "reprint", "remembered")

    def place_of(self, id: str) -> tuple[Member, bool]:
        """The place of a compared document in its story, and whether the document is a digest."""
        return self.members[id], id in self._digests

    def _id_at(self, position: int) -> str:
        """The id of a compared document, or an empty text for `NOBODY`."""
        compared = self._batch.comparison.compared
        return "" if compared is None or position == NOBODY else compared.ids[position]
