"""An item pipeline for Scrapy: each item is told what it is, new or a copy of which story, as it is scraped.

In a project's settings::

    ITEM_PIPELINES = {"dedup.engines.scrapy.DedupPipeline": 300}
    DEDUP_INDEX = "news.dedup"

Scrapy is not needed to install this package, and is imported only here, by whoever runs it.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Self

from dedup.engines.online.index import Index
from dedup.errors import InputError, ReadError
from dedup.formats import FIELDS

_LOGGER: Final = logging.getLogger(__name__)


class DedupPipeline:
    """Adds items to an index, and to each item ``dedup``: its ``story``, its ``relation``, and the ``canonical`` id.

    Its settings are ``DEDUP_INDEX``, the folder of the index; ``DEDUP_DROP``, whether an item that another one leads is
    dropped (``False``); ``DEDUP_WINDOW``, as in `Index.open` (``None``); ``DEDUP_FIELDS``, our names of fields and
    those of the items, as ``{"text": "body"}``. An item without ``id`` is known by its ``url``. One that has no text,
    or neither id nor url, is passed on as it is, with a warning. Other pages are fetched while the index is at work;
    that takes Scrapy's asyncio reactor, which is its default.
    """

    def __init__(
        self,
        path: str,
        *,
        drop: bool = False,
        window: float | timedelta | None = None,
        fields: Mapping[str, str] | None = None,
        stats: Any = None,
    ) -> None:
        self._path, self._drop, self._window = path, drop, window
        self._names = {name: (fields or {}).get(name, name) for name in FIELDS}
        self._stats = stats
        self._index: Index | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """The pipeline that the settings of a crawler ask for; there is none without ``DEDUP_INDEX``."""
        from scrapy.exceptions import NotConfigured

        settings = crawler.settings
        path = settings.get("DEDUP_INDEX")
        if not path:
            raise NotConfigured("DEDUP_INDEX is not set: give the folder of the index")
        return cls(
            path,
            drop=settings.getbool("DEDUP_DROP"),
            window=settings.get("DEDUP_WINDOW"),
            fields=settings.getdict("DEDUP_FIELDS"),
            stats=crawler.stats,
        )

    def open_spider(self, spider: Any = None) -> None:
        """Open the index; raises what `Index.open` does."""
        self._index = Index.open(self._path, window=self._window)

    def close_spider(self, spider: Any = None) -> None:
        """Close the index."""
        if self._index is not None:
            self._index.close()
            self._index = None

    async def process_item(self, item: Any, spider: Any = None) -> Any:
        """The item, with what it is; ``DropItem`` is raised for a copy if copies are dropped."""
        from itemadapter import ItemAdapter
        from scrapy.exceptions import DropItem

        if self._index is None:
            raise InputError("the pipeline is not open: call open_spider first")
        adapter = ItemAdapter(item)
        row = {name: adapter[theirs] for name, theirs in self._names.items() if adapter.get(theirs) is not None}
        row.setdefault("id", row.get("url"))
        try:
            decision = await self._index.aadd(row)
        except ReadError as error:
            _LOGGER.warning("an item is passed on without a decision: %s", error)
            self._count("skipped")
            return item
        self._count(decision.relation)
        if self._drop and decision.canonical != decision.id:
            raise DropItem(f"{decision.id} is a copy ({decision.relation}) of {decision.canonical}")
        adapter["dedup"] = {
            "story": decision.story,
            "relation": decision.relation,
            "canonical": decision.canonical,
        }
        return item

    def _count(self, what: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"dedup/{what}")
