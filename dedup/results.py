"""The result of a job: the stories of its documents, and the ids that a caller drops or keeps."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dedup.types import Member, Note, Skip, Stats, Story


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a job.

    Attributes:
        stories: the stories of two documents or more, the largest first.
        singletons: the documents that are in none of these stories, in the order of input.
        skipped: the inputs that the job did not read.
        notes: messages of the job.
        inputs: the names of the inputs.
        settings: all settings of the job, by their names.
        seconds: seconds of the job by the clock.
        stats: counts, times and memory of the job.
        thresholds: the hash of the numbers that decide.
        ids: the ids of all documents in the order of input. A report that was read from a file has none.
        caller_ids: the id of a document as the caller has it, by the id of its member, where the two differ: the number
            ``7`` of the member ``"7"``. A document without an id has its place, from 0.
        skipped_ids: the ids, as the caller has them, of rows that were skipped.
    """

    stories: tuple[Story, ...]
    singletons: tuple[Member, ...]
    documents: int
    skipped: tuple[Skip, ...] = ()
    notes: tuple[Note, ...] = ()
    inputs: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    stats: Stats = field(default_factory=Stats)
    thresholds: str = ""
    ids: tuple[str, ...] = field(default=(), repr=False)
    caller_ids: Mapping[str, Hashable] = field(default_factory=dict, repr=False)
    skipped_ids: frozenset[Hashable] = field(default=frozenset(), repr=False)

    @property
    def copies(self) -> int:
        """The number of documents that are copies of another document."""
        return sum(len(story.copies) for story in self.stories)

    @property
    def no_articles(self) -> tuple[Member, ...]:
        """The documents whose text is no article: only boilerplate, a paywall, or a notice."""
        alone = (story.canonical for story in self.stories if not story.copies)
        return tuple(member for member in (*alone, *self.singletons) if member.no_article)

    def drop_ids(self) -> list[Any]:
        """Return the ids of the copies, as the caller has them, in the order of input.

        A frame without the rows of these ids has one document of each story. An id that also names a row to keep, or a
        row that was skipped, is left out.
        """
        kept_ids = {None, *self.keep_ids(), *self.skipped_ids}
        return [
            id for id in self._caller_ids(copy for story in self.stories for copy in story.copies) if id not in kept_ids
        ]

    def keep_ids(self) -> list[Any]:
        """Return the ids of all documents that are no copies, as the caller has them, in the order of input.

        A document that is no article is among them, because it is a copy of none.
        """
        return self._caller_ids((*(story.canonical for story in self.stories), *self.singletons))

    def _caller_ids(self, members: Iterable[Member]) -> list[Any]:
        """Return the ids of ``members`` as the caller has them, each once, in the order of input."""
        ids = {member.id: None for member in members}
        ordered = [id for id in self.ids if id in ids] if self.ids else ids
        return list(dict.fromkeys(self.caller_ids.get(id, id) for id in ordered))
