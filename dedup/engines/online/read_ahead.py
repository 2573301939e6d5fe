"""Read-ahead for `Index.add_many`: workers read, sketch and pack the next batches while this process stores a batch.

The workers start when there is a second batch, and run until the index is closed. Their number is at most the number of
processors, and at most what the process that looks up, decides and stores can keep busy.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sized
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from typing import Final, TypeVar

import numpy as np

from dedup.engines.online.batches import make_batches, split_batches
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.batch import ReadBatch
from dedup.engines.pool.pool import WorkerPool
from dedup.engines.pool.spill import SpillColumn
from dedup.engines.tasks.profiles import NO_PROFILES, LearnedProfiles
from dedup.engines.tasks.results import ArrivalResult
from dedup.engines.tasks.runner import WORK
from dedup.engines.tasks.tasks import ReadArrivals, ReadArrivingInputs, Setup, SurveyRange
from dedup.formats import Chunk, Inputs, RangeSurvey, ReadOptions, ReadOutcome
from dedup.formats.program.documents import Documents
from dedup.index.disk.codec import DocumentCodec
from dedup.settings import Settings
from dedup.types import Document, Skip

_MOST: Final = 2
"""Workers at most. A third worker would wait for the process that stores."""

OnSkip = Callable[[Skip], object]
"""A function that takes a document that cannot be used."""

_Item = TypeVar("_Item")


class ReadAhead:
    """Reads batches for one index in workers, ahead of the process that stores them.

    Args:
        judge: reads a batch in this process.
        snapshot: returns the site profiles with which workers make lookup keys.
        settings: the settings of the index.
        processes: the most processes that may be used. One process means no workers.
        dictionary: returns the compression dictionary in use. It is called once a batch.
    """

    def __init__(
        self,
        judge: ArrivalJudge,
        snapshot: Callable[[], LearnedProfiles],
        settings: Settings,
        processes: int,
        dictionary: Callable[[], bytes],
    ) -> None:
        self._judge, self._snapshot, self._settings, self._dictionary = judge, snapshot, settings, dictionary
        self._options = ReadOptions().with_settings(settings)
        self._workers = min(processes, _MOST) if processes > 1 else 0
        self._codec = DocumentCodec()
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._stack = ExitStack()
        self._pool: WorkerPool | None = None
        self._profiles_file: SpillColumn
        self._written = NO_PROFILES, 0, 0

    def read(
        self, documents: Documents | Inputs, fields: Mapping[str, str], on_skip: OnSkip | None
    ) -> Generator[ReadBatch]:
        """Reads batches of documents.

        Args:
            documents: documents of a program, or inputs.
            fields: our names of fields -> the keys of mappings, or the columns of a table. Inputs have their own.
            on_skip: is called with each document that cannot be used.

        Returns:
            The batches. The batches before an error come before the error.

        Raises:
            InputError: the argument is not many documents.
        """
        if isinstance(documents, Inputs):
            return self._read_inputs(documents.for_index(on_skip))
        return self._read_batches(make_batches(documents, fields, on_skip, self._options))

    def _read_batches(self, batches: Iterator[list[Document]]) -> Generator[ReadBatch]:
        """Reads batches of documents."""
        errors: list[Exception] = []
        until_error = _until_error(batches, errors)
        first = list(islice(until_error, 2))
        if self._reserve_workers(first):
            try:
                for documents, result in self._ask_workers(chain(first, until_error), self._make_task):
                    yield ReadBatch(documents, result.read, result.tokens, result)
            finally:
                self._lock.release()
        else:
            for documents in chain(first, until_error):
                yield self._read_here(documents)
        for error in errors:
            raise error

    def _read_inputs(self, inputs: Inputs) -> Generator[ReadBatch]:
        """Reads batches from inputs, chunk by chunk. A worker that reads a chunk reads its files too."""
        chunks = inputs.chunks(self._settings)
        first = list(islice(chunks, 2))
        if self._reserve_workers(first):
            try:
                yield from self._read_chunks(inputs, chain(first, chunks))
            finally:
                self._lock.release()
        else:
            for columns in inputs.read(chain(first, chunks), self._settings):
                yield from (self._read_here(batch) for batch in split_batches(columns))

    def close(self) -> None:
        """Ends the workers. They start again when they are needed. A fork leaves the workers to its parent process."""
        if os.getpid() != self._process:
            return
        self._pool, self._written = None, (NO_PROFILES, 0, 0)
        self._stack.pop_all().close()

    def _reserve_workers(self, first: Sized) -> bool:
        """Whether workers are to read. One caller at a time has the workers, until it releases the lock."""
        return len(first) > 1 and self._workers > 0 and self._lock.acquire(blocking=False)

    def _read_here(self, documents: list[Document]) -> ReadBatch:
        """Reads a batch of documents in this process."""
        return self._judge.read(documents)

    def _read_chunks(self, inputs: Inputs, chunks: Iterator[Chunk]) -> Iterator[ReadBatch]:
        """Reads chunks in workers."""
        pool, _ = self._open_pool()
        inputs.survey_by(lambda ranges: pool.ask(map(SurveyRange, ranges), RangeSurvey))
        make_task = partial(self._make_chunk_task, inputs.options.with_settings(self._settings))
        for _, result in self._ask_workers(chunks, make_task):
            read = result.read
            inputs.tell(ReadOutcome((), read.skips, read.notes, read.odd))
            documents = list(map(self._codec.read, read.members.ids.decoded(), result.encoded))
            batches = list(split_batches(documents))
            if len(batches) == 1:
                yield ReadBatch(documents, result.read, result.tokens, result)
            else:  # no documents, very many documents, or an id twice
                yield from (self._read_here(batch) for batch in batches)
        inputs.end()

    def _ask_workers(
        self, items: Iterator[_Item], make_task: Callable[[_Item, int, int], ReadArrivals | ReadArrivingInputs]
    ) -> Iterator[tuple[_Item, ArrivalResult]]:
        """Asks workers for the result of each item.

        Args:
            items: batches or chunks.
            make_task: makes the task of an item from the place and the size of the profiles in their file.

        Yields:
            Each item with its result.
        """
        under_way: deque[_Item] = deque()

        def tasks(profiles_file: SpillColumn) -> Iterator[ReadArrivals | ReadArrivingInputs]:
            """Yields the task of each item."""
            for item in items:
                under_way.append(item)
                yield make_task(item, *self._write_profiles(self._snapshot(), profiles_file))

        try:
            pool, profiles_file = self._open_pool()
            for result in pool.ask(tasks(profiles_file), ArrivalResult):
                yield under_way.popleft(), result
        finally:
            if under_way:  # nobody takes these results, and they would be taken for results of the next tasks
                self.close()

    def _open_pool(self) -> tuple[WorkerPool, SpillColumn]:
        """The workers, and the file from which they read the site profiles."""
        if self._pool is None:
            self._profiles_file = self._stack.enter_context(SpillColumn(np.uint8))
            setups = [
                Setup(number, self._settings.to_message(), {}, learned=(self._profiles_file.descriptor,))
                for number in range(self._workers)
            ]
            self._pool = self._stack.enter_context(WorkerPool(setups, WORK))
        return self._pool, self._profiles_file

    def _write_profiles(self, profiles: LearnedProfiles, profiles_file: SpillColumn) -> tuple[int, int]:
        """Writes new profiles to their file, and returns the place and the size of the profiles there, in bytes."""
        written, start, size = self._written
        if written is not profiles:
            data = np.frombuffer(profiles.packed(), np.uint8)
            start, size = profiles_file.size, data.size
            self._written = profiles, start, size
            profiles_file.append(data)
        return start, size

    def _make_task(self, documents: list[Document], start: int, size: int) -> ReadArrivals:
        """The task for a batch of documents."""
        encoded = [self._codec.encoded(document) for document in documents]
        return ReadArrivals([document.id for document in documents], encoded, start, size, self._dictionary())

    def _make_chunk_task(self, options: ReadOptions, chunk: Chunk, start: int, size: int) -> ReadArrivingInputs:
        """The task for a chunk of inputs."""
        return ReadArrivingInputs(chunk, options, start, size, self._dictionary())


def _until_error(batches: Iterator[list[Document]], errors: list[Exception]) -> Iterator[list[Document]]:
    """Yields the batches before an error, and adds the error to ``errors``."""
    try:
        yield from batches
    except Exception as error:
        errors.append(error)
