"""The documents of a comparison with all that is known of them: origins, relations, and what speaks for a copy."""

import functools

import msgspec
import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.sorting import distinct, firsts
from dedup.core.collection import Collection
from dedup.core.pairs.decision import ARTICLE, REASONS
from dedup.core.stories.arrivals.reasons import NO_SITE, are_framed
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.core.stories.canonical import Origins, find_origins, standing
from dedup.core.stories.decision import document_reasons
from dedup.engines.stages.stories import group_documents, make_members
from dedup.engines.stages.verify import VerifiedPairs
from dedup.settings import Settings
from dedup.types import Member


class ComparedDocuments:
    """``n`` documents that were compared, with the ``ids``. ``rows`` has the position of each by its id.

    Args:
        texts: the documents.
        verified: the decisions on their pairs.
        pages: ``(t,)`` the known pages of the site of each text, as from `LearnedProfiles.known_pages`; None if nobody
            asks for them.
        settings: the settings of the index.
        hand: the pairs that a person has decided.
    """

    def __init__(
        self,
        texts: Collection,
        verified: VerifiedPairs,
        pages: Indices | None,
        settings: Settings,
        hand: HandPairs | None = None,
    ) -> None:
        self.texts, self.verified, self._settings = texts, verified, settings
        self.ids = list(texts.members.ids)
        self.rows = {id: row for row, id in enumerate(self.ids)}
        pages = np.full(len(texts.rows), NO_SITE) if pages is None else pages
        self.known_pages = np.concatenate((pages, [NO_SITE]))[texts.text]  # `NO_TEXT` takes the last number
        self.no_article = document_reasons(texts.text, verified.reasons)
        self.is_digest = np.append(verified.digests, False)[texts.text]
        self.grouped = group_documents(texts, verified, settings, hand)

    def labels(self) -> Indices:
        """``(n,)`` the story of each document from 0: the largest first, then the one with the first document."""
        position = distinct(self.grouped.story)[1]
        order = np.lexsort((firsts(position), -np.bincount(position)))
        ranks = np.empty_like(order)
        ranks[order] = np.arange(order.size)
        return ranks[position]

    def digests(self) -> set[str]:
        """The ids of the documents that are digests."""
        return {self.ids[row] for row in self.is_digest.nonzero()[0].tolist()}

    @functools.cached_property
    def origins(self) -> Origins:
        """The origins of the documents."""
        columns = self.texts.members.columns
        return find_origins(columns.home, columns.names, self.texts.credits, self._settings.prefer)

    def members(self, rows: Indices, leaders: Indices, story: Indices) -> list[Member]:
        """Make members of stories.

        Args:
            rows: ``(m,)`` documents.
            leaders: ``(m,)`` the document to which the relation of each is told.
            story: ``(n,)`` the story of each of all documents.
        """
        origins = self.origins
        credits = origins.credited(standing(story, origins.newsrooms, origins.credits))
        members = make_members(self.texts, self.verified, rows, leaders, self._settings, credits)
        position = distinct(story)[1]
        is_alone = np.bincount(position)[position] == 1
        for place in (is_alone[rows] & (self.no_article[rows] != ARTICLE)).nonzero()[0].tolist():
            reason = REASONS[self.no_article[rows[place]]]
            members[place] = msgspec.structs.replace(members[place], no_article=reason)
        return members

    def are_framed(self, rows: Indices, partners: Indices) -> Flags:
        """``(p,)`` whether one page of each pair has labels or boilerplate that the other does not have."""
        pairs = pair_up(self.texts.text[rows], self.texts.text[partners])
        return are_framed(self.texts.pages, self.verified.decider.dropped, pairs)
