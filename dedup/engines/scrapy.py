"""An item pipeline for Scrapy: each item gets its story, and whether it is new or a copy, as it is scraped.

In a project's settings::

    ITEM_PIPELINES = {"dedup.engines.scrapy.DedupPipeline": 300}
    DEDUP_INDEX = "news.dedup"

This package does not depend on Scrapy. Only this module imports it, when a crawler runs the pipeline.
"""

import logging
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal, Self

from dedup.engines.online.index import Index
from dedup.engines.service.client import RemoteIndex, connect
from dedup.errors import IndexProblem, InputError, ReadError
from dedup.formats import FIELDS
from dedup.index_types import Decision

_LOGGER: Final = logging.getLogger(__name__)

_FIELDS: Final = tuple(name for name in Decision.__struct_fields__ if name not in ("id", "matches", "events"))
"""The fields of a decision that an item gets."""


class DedupPipeline:
    """Adds items to an index, and to each item ``dedup``: the fields of its `Decision`, without matches and events.

    The settings are:

    - ``DEDUP_INDEX``: the folder of the index, or the address of a service (`dedup.connect`) that spiders share.
    - ``DEDUP_TOKEN``: the token of the service (``None``).
    - ``DEDUP_TIMEOUT``: seconds for which an item waits for a service that does not answer (60).
    - ``DEDUP_DROP``: whether an item that is a copy of another one is dropped (``False``). An item that takes the lead
      of its story passes, and so does a copy that is ``cold``, unless the setting is ``"always"``.
    - ``DEDUP_WINDOW``: as in `Index.open` (``None``).
    - ``DEDUP_FIELDS``: our names of fields and the names of the items, as ``{"text": "body"}``.

    An item without ``id`` has its ``url`` as id. An item without text, or without id and url, passes unchanged, with a
    warning. If the index cannot be written, or its service does not answer in time, the item passes unchanged, with an
    error in the log; the statistic ``dedup/failed`` counts it. The crawler fetches other pages while the index works.
    That needs Scrapy's asyncio reactor, its default.
    """

    def __init__(
        self,
        path: str,
        *,
        drop: bool | Literal["always"] = False,
        window: float | timedelta | None = None,
        remember: float | timedelta | None = None,
        fields: Mapping[str, str] | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        stats: Any = None,
    ) -> None:
        """Make a pipeline that is not open yet.

        Args:
            path: the folder of the index, or the address of a service.
            drop: whether copies are dropped, cold ones only by ``"always"``.
            window: as in `Index.open`.
            remember: as in `Index.open`.
            fields: our names of fields and the names of the items.
            token: the token of the service.
            timeout: seconds for which an item waits for a service that does not answer.
            stats: the statistics collector of the crawler.
        """
        self._path, self._drop, self._window, self._remember = path, drop, window, remember
        self._names = {name: (fields or {}).get(name, name) for name in FIELDS}
        self._token, self._timeout, self._stats = token, timeout, stats
        self._index: Index | RemoteIndex | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Return the pipeline for the settings of a crawler.

        Raises:
            NotConfigured: ``DEDUP_INDEX`` is not set.
        """
        from scrapy.exceptions import NotConfigured

        settings = crawler.settings
        path = settings.get("DEDUP_INDEX")
        if not path:
            raise NotConfigured("DEDUP_INDEX is not set: give the folder of the index")
        return cls(
            path,
            drop="always" if settings.get("DEDUP_DROP") == "always" else settings.getbool("DEDUP_DROP"),
            window=settings.get("DEDUP_WINDOW"),
            remember=settings.get("DEDUP_REMEMBER"),
            fields=settings.getdict("DEDUP_FIELDS"),
            token=settings.get("DEDUP_TOKEN"),
            timeout=settings.getfloat("DEDUP_TIMEOUT", 60.0),
            stats=crawler.stats,
        )

    def open_spider(self, spider: Any = None) -> None:
        """Open the index. Raises the errors of `Index.open` and `connect`."""
        if "://" in self._path:
            self._index = connect(self._path, timeout=self._timeout, token=self._token)
        else:
            self._index = Index.open(self._path, window=self._window, remember=self._remember)

    def close_spider(self, spider: Any = None) -> Awaitable[None] | None:
        """Close the index. The crawler waits for what is returned, which closes the connections to a service."""
        index, self._index = self._index, None
        if isinstance(index, RemoteIndex):
            return index.aclose()
        if index is not None:
            index.close()
        return None

    async def process_item(self, item: Any, spider: Any = None) -> Any:
        """Add the item to the index, and return it with its decision.

        Raises:
            DropItem: the item is a copy, and copies are dropped.
            InputError: the pipeline is not open.
        """
        from itemadapter import ItemAdapter
        from scrapy.exceptions import DropItem

        if self._index is None:
            raise InputError("the pipeline is not open: call open_spider first")
        adapter = ItemAdapter(item)
        row = {name: adapter[of_item] for name, of_item in self._names.items() if adapter.get(of_item) is not None}
        row.setdefault("id", row.get("url"))
        try:
            decision = await self._index.aadd(row)
        except ReadError as error:
            _LOGGER.warning("an item is passed on without a decision: %s", error)
            self._count("skipped")
            return item
        except IndexProblem as error:
            _LOGGER.error("%s is passed on without a decision: %s", row["id"], error)
            self._count("failed")
            return item
        self._count(decision.relation)
        is_sure = self._drop == "always" or not decision.cold
        if self._drop and decision.duplicate_of and is_sure and not decision.replaced:
            raise DropItem(f"{decision.id} is a copy ({decision.reason}) of {decision.duplicate_of}")
        adapter["dedup"] = {name: getattr(decision, name) for name in _FIELDS}
        return item

    def _count(self, what: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"dedup/{what}")
