"""The result of a job: the stories of its documents, and what a caller does next with them."""

import os
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from dedup.comparison_types import PairToLabel
from dedup.errors import InputError
from dedup.explanation import Explanation
from dedup.index_types import IndexedStory
from dedup.members import Members
from dedup.result_tables import COLUMNS, MEMBER_COLUMNS, arrow_table, pandas_frame, polars_frame
from dedup.types import Coverage, Member, Note, Skip, Stats, Story

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_REGISTRY: Final = "dedup.report.registry"
"""The module that writes a report to a file. It imports `Report`, so it is imported when a file is written."""

_SHOWN: Final = 10
"""The stories that a notebook shows."""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The result of a job. ``len`` counts its stories, and a loop goes over them.

    Attributes:
        stories: the stories of two documents or more, the largest first.
        singletons: the documents that are in none of these stories, in the order of input. A `Member` is made when it
            is asked for.
        skipped: the inputs that the job did not read.
        notes: messages of the job.
        inputs: the names of the inputs.
        settings: all settings of the job, by their names.
        seconds: seconds of the job by the clock.
        stats: counts, times and memory of the job.
        thresholds: the hash of the numbers that decide.
        ids: the ids of all documents in the order of input. A report that was read from Parquet has those of its rows,
            one that was read from JSON has none.
        caller_ids: the id of a document as the caller has it, by the id of its member, where the two differ: the number
            ``7`` of the member ``"7"``. A document without an id has its place, from 0.
        skipped_ids: the ids, as the caller has them, of rows that were skipped.
        joined_by: the evidence by which a document joined its story, ``"address"``, ``"headline"`` or ``"by hand"``, by
            its id, for documents whose text did not join it. It is None where this is unknown, as in a report
            that was read from JSON.
        explanation: why each document is in its story, if the job was asked to explain; else None.
        to_label: pairs for a person to label, if the job was asked for some.
        coverage: the stories that report one event, the largest coverage first, if the job was asked for it.
        unlisted_no_articles: the number of documents that are no articles and are not among the singletons, for a
            report that was read from a file without singletons.
    """

    stories: tuple[Story, ...]
    singletons: Sequence[Member]
    documents: int
    skipped: tuple[Skip, ...] = ()
    notes: tuple[Note, ...] = ()
    inputs: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    stats: Stats = field(default_factory=Stats)
    thresholds: str = ""
    ids: Sequence[str] = field(default=(), repr=False)
    caller_ids: Mapping[str, Hashable] = field(default_factory=dict, repr=False)
    skipped_ids: frozenset[Hashable] = field(default=frozenset(), repr=False)
    unlisted_no_articles: int = 0
    coverage: tuple[Coverage, ...] = ()
    joined_by: Mapping[str, str] | None = field(default=None, repr=False, compare=False)
    explanation: Explanation | None = field(default=None, repr=False, compare=False)
    to_label: tuple[PairToLabel, ...] = field(default=(), repr=False, compare=False)
    _stories_by_id: dict[Hashable, Story] = field(default_factory=dict, init=False, compare=False)

    def __len__(self) -> int:
        return len(self.stories)

    def __iter__(self) -> Iterator[Story]:
        return iter(self.stories)

    def __repr__(self) -> str:
        counts = {"documents": self.documents, "stories": len(self), "copies": self.copies}
        counts |= {name: len(part) for name in ("skipped", "notes") if (part := getattr(self, name))}
        return f"Report({', '.join(f'{name}={count}' for name, count in counts.items())})"

    def _repr_html_(self) -> str:
        """Return a table of the largest stories for a notebook."""
        heads = "".join(f"<th>{name}</th>" for name in ("story", "title", "copies", "weakest"))
        rows = [
            f"<tr><td>{escape(str(self._caller_id(story.canonical)))}</td><td>{escape(story.title)}</td>"
            f"<td>{len(story.copies)}</td><td>{story.weakest:.2f}</td></tr>"
            for story in self.stories[:_SHOWN]
        ]
        more = f"<p>{len(self) - _SHOWN:,} more stories</p>" if len(self) > _SHOWN else ""
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
        return f"<p>{escape(repr(self))}</p>{table}{more}"

    @property
    def copies(self) -> int:
        """The number of documents that are copies of another document."""
        return sum(len(story.copies) for story in self.stories)

    @property
    def no_articles(self) -> tuple[Member, ...]:
        """The documents whose text is no article: only boilerplate, a paywall, or a notice."""
        alone = (story.canonical for story in self.stories if not story.copies)
        singletons = self.singletons.no_articles() if isinstance(self.singletons, Members) else self.singletons
        return tuple(member for member in chain(alone, singletons) if member.no_article)

    @property
    def no_article_count(self) -> int:
        """The number of documents whose text is no article, whether the report lists them or not."""
        return len(self.no_articles) + self.unlisted_no_articles

    def drop_ids(self) -> list[Any]:
        """Return the ids of the copies, as the caller has them, in the order of input.

        A frame without the rows of these ids has one document of each story. An id that also names a row to keep, or a
        row that was skipped, is left out.
        """
        copies = dict.fromkeys(copy.id for copy in named_copies(self))
        return self._caller_ids([id for id in self.ids if id in copies] if self.ids else copies)

    def keep_ids(self) -> list[Any]:
        """Return the ids of all documents that are no copies, as the caller has them, in the order of input.

        A document that is no article is among them, because it is a copy of none.

        Raises:
            InputError: the report was read from a file that does not list the documents without copies.
        """
        listed = sum(story.size for story in self.stories) + len(self.singletons)
        if listed < self.documents:
            raise InputError(
                f"the report lists {listed:,} of {self.documents:,} documents: write it with --singletons, or by save()"
            )
        copies = {copy.id for story in self.stories for copy in story.copies}
        return self._caller_ids([id for id in self.ids if id not in copies] if self.ids else self._leader_ids())

    def _leader_ids(self) -> Iterator[str]:
        """Return the ids of the documents that are no copies, as far as the report lists them."""
        yield from (story.id for story in self.stories)
        yield from self.singletons.ids if isinstance(self.singletons, Members) else (m.id for m in self.singletons)

    def _caller_ids(self, ids: Iterable[str]) -> list[Any]:
        """Return the ids as the caller has them, each once."""
        return list(dict.fromkeys(self.caller_ids.get(id, id) for id in ids))

    def _caller_id(self, member: Member) -> Any:
        """Return the id of a member as the caller has it."""
        return self.caller_ids.get(member.id, member.id)

    def story_of(self, id: Hashable) -> Story:
        """Return the story of a document. A document that is nobody's copy is a story of one.

        Raises:
            InputError: the report lists no document of this id.
        """
        if not self._stories_by_id:
            for story in chain(self.stories, map(Story, self.singletons)):
                for member in story.members:
                    self._stories_by_id[self._caller_id(member)] = story
        if id not in self._stories_by_id:
            raise InputError(f"the report lists no document with the id {id!r}; the ids are those of the documents")
        return self._stories_by_id[id]

    def weakest(self, n: int = 10) -> list[Story]:
        """Return the ``n`` stories whose weakest member joined with the lowest similarity, the lowest first."""
        return sorted((story for story in self.stories if story.copies), key=lambda story: story.weakest)[: max(0, n)]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each document that the report lists: the members of the stories, then the singletons.

        ``id``, ``story`` and ``canonical`` are as the caller has the ids. ``story`` is the name of the story, and
        ``canonical`` is the id of the document that leads it. ``keep`` is false for a copy. `Member` explains the other
        keys.
        """
        return list(self._rows())

    def to_arrow(self) -> "pyarrow.Table":
        """Return the rows of `to_dicts` as a table of pyarrow. Raises `LibraryMissing` without pyarrow."""
        return arrow_table(self._columns())

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the rows of `to_dicts` as a frame of pandas. Raises `LibraryMissing` without pandas."""
        return pandas_frame(self._columns())

    def to_polars(self) -> "polars.DataFrame":
        """Return the rows of `to_dicts` as a frame of Polars. Raises `LibraryMissing` without Polars."""
        return polars_frame(self._columns())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the report to a file, all at once, in the format of the suffix: ``.jsonl .json .parquet .csv .txt``.

        The singletons are written too. `dedup.load` reads JSON Lines, JSON and Parquet.

        Raises:
            SettingsError: no format has this suffix.
            LibraryMissing: the format is Parquet, and pyarrow is not installed.
            OSError: the file cannot be written.
        """
        import_module(_REGISTRY).save(self, path)

    def _rows(self) -> Iterator[dict[str, Any]]:
        for story in chain(self.stories, map(Story, self.singletons)):
            canonical = self._caller_id(story.canonical)
            name = story.story if isinstance(story, IndexedStory) else canonical
            for position, member in enumerate(story.members):
                row = {"id": self._caller_id(member), "story": name, "canonical": canonical}
                facts = {column: getattr(member, column) for column in MEMBER_COLUMNS}
                yield {**row, **facts, "keep": position == 0}

    def _columns(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        for row in self._rows():
            for name, values in columns.items():
                values.append(row[name])
        return columns


def named_copies(report: Report) -> list[Member]:
    """Return the copies that `Report.drop_ids` names: those whose id, as the caller has it, is the id of no other row.

    Ids of members differ. So only an id that the caller has in another way can be that of a document that stays.
    """
    copies = {copy.id: copy for story in report.stories for copy in story.copies}
    of_copies = {id: report.caller_ids.get(id, id) for id in copies}
    names_of_kept = {
        None,
        *report.skipped_ids,
        *(by_caller for id, by_caller in report.caller_ids.items() if id not in copies),
    }
    if any(id != by_caller for id, by_caller in of_copies.items()):
        names_of_kept.update(id for id in report._leader_ids() if id not in report.caller_ids)
    return [copy for id, copy in copies.items() if of_copies[id] not in names_of_kept]
