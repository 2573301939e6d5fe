"""Texts, boilerplate and sites to articles and their lookup keys."""

from typing import Final

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.pair_codes import BITS
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.rows import has_pairs, positions_of
from dedup.core.arrays.tables import Lists, Table
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates.sampled import HASH_BITS
from dedup.core.pairs.decision import NOTHING, may_be_versions, no_article_reasons
from dedup.core.sites.pages import CREDIT
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.lookup_keys import LookupKeys, key_columns, lookup_keys
from dedup.core.stages.result_schemas import ADDRESSES, ARTICLES, BANDS, ITEMS, NUMBERS, SAMPLED_SHINGLES, TEXT_FACTS
from dedup.core.stages.schemas import BLOCK_PLACES
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.text.block_hashes import drop_blocks
from dedup.core.text.openings import left_out_words

_TOKENS: Final = 1 << 20
"""Tokens of texts that are sketched together, about."""

_SHOWN: Final = ("item_headline", "item_site", "url", "time", "num")
"""The columns of documents that tell what shows a text."""

_NO_WALLS: Final = np.zeros(0, np.uint64)


def make_articles(
    context: StageContext, texts: Table, dropped: Table, sites: Table, members: Table, overridden: Table
) -> tuple[Table, ...]:
    """Leave out the boilerplate and the credits of texts, and compute their lookup keys.

    Args:
        context: the settings.
        texts: the texts.
        dropped: the blocks that are boilerplate of a text.
        sites: the site of each text.
        members: the documents.
        overridden: the blocks that rulings of the user override.

    Returns:
        The articles, their facts, their sampled shingles, their band keys, the addresses that show them, and the items.
    """
    left_out = _left_out(texts, dropped, overridden)
    words, blocks = texts.lists("words"), texts.lists("words").lengths
    retained = drop_blocks(texts.lists("tokens").values, words.values, blocks, left_out)
    tokens = Lists.of_lengths(retained.values, retained.lengths)
    seed, says = context.settings.seed, texts.lists("says")
    sampled, bands, hashes, skipped = _look_up(context, tokens, texts["num"], spare=True)
    reasons = no_article_reasons(tokens.ragged, says.ragged, hashes, _NO_WALLS, seed)
    articles = Table(
        {
            "num": texts["num"],
            "tokens": tokens,
            "says": says,
            "headline": texts["headline"],
            "source_key": texts["source_key"],
            "site": sites["site"][positions_of(sites["num"], texts["num"])],
            "blocks": _untitled_blocks(texts, left_out),
            "text_hash": hashes,
            "reason": reasons,
            "bands_skipped": skipped,
        }
    )
    facts = Table(
        {
            "num": texts["num"],
            "text_hash": hashes,
            "reason": reasons,
            "words": tokens.lengths,
            "left_out": _left_out_words(texts, left_out),
        }
    )
    return articles, facts, sampled, bands, *_find_addresses(members, facts)


def _left_out_words(texts: Table, left_out: Flags) -> Lists:
    """Return which of the first words of each text without a headline are left out."""
    words = texts.lists("words")
    flags = Lists(*left_out_words(words.values, words.edges, left_out))
    rows = (texts["headline"] == 0)[flags.owners]
    return Lists.of_lengths(flags.values[rows].view(np.uint8), flags.lengths * (texts["headline"] == 0))


def _find_addresses(members: Table, facts: Table) -> tuple[Table, Table]:
    """Return the texts that addresses show, and the items of feeds. A notice shows no page, and joins no items.

    Args:
        members: the documents.
        facts: the facts of their texts.
    """
    members = members.select(_SHOWN).take((members["url"] != 0) | (members["item_headline"] != 0))
    reasons, words = np.full(len(members), NOTHING, np.int8), np.zeros(len(members), np.int64)
    worded = members["num"] >= 0
    of_members = positions_of(facts["num"], members["num"][worded])
    reasons[worded], words[worded] = facts["reason"][of_members], facts["words"][of_members]
    shows = may_be_versions(reasons)
    addresses = members.using(words=words).select(tuple(ADDRESSES)).take(shows & worded & (members["url"] != 0))
    return addresses, members.using(joins=shows).take(members["item_headline"] != 0)


def _left_out(texts: Table, dropped: Table, overridden: Table) -> Flags:
    """``(m,)`` whether each block of the texts is left out: a credit, or boilerplate, with the rulings of the user."""
    hashes = texts.lists("hashes")
    left_out: Flags = (texts.lists("marks").values & CREDIT) != 0
    left_out |= has_pairs(dropped["num"], dropped["hash"], texts["num"][hashes.owners], hashes.values)
    first = hashes.edges[positions_of(texts["num"], overridden["num"])]
    left_out[first + overridden["block"]] = overridden["verdict"]
    return left_out


def find_places(_context: StageContext, texts: Table, dropped: Table, dropped_anywhere: Table) -> Table:
    """Return which blocks of each text are boilerplate.

    Args:
        texts: the texts.
        dropped: the blocks that are boilerplate of the site of a text.
        dropped_anywhere: the blocks that are boilerplate anywhere.
    """
    texts = texts.take(np.isin(texts["num"], np.concatenate((dropped["num"], dropped_anywhere["num"]))))
    return Table(
        {"num": texts["num"], "of_site": _places_in(texts, dropped), "anywhere": _places_in(texts, dropped_anywhere)}
    )


def _places_in(texts: Table, dropped: Table) -> Lists:
    """Return the positions in each text of the blocks that are dropped."""
    hashes = texts.lists("hashes")
    owners = hashes.owners
    rows = has_pairs(dropped["num"], dropped["hash"], texts["num"][owners], hashes.values).nonzero()[0]
    places = (rows - hashes.edges[owners[rows]]).astype(np.int32)
    return Lists.of_lengths(places, np.bincount(owners[rows], minlength=len(texts)))


def _untitled_blocks(texts: Table, left_out: Flags) -> Lists:
    """Return the blocks of each text that has no headline, without those that are left out."""
    hashes = texts.lists("hashes")
    owners = hashes.owners
    rows = ~left_out & (texts["headline"] == 0)[owners]
    return Lists.of_lengths(hashes.values[rows], np.bincount(owners[rows], minlength=len(texts)))


def _look_up(context: StageContext, tokens: Lists, numbers: Indices, spare: bool) -> tuple[Table, Table, Hashes, Flags]:
    """Compute the lookup keys of texts, some texts at a time.

    Args:
        context: the settings.
        tokens: the tokens of the texts.
        numbers: ``(n,)`` the numbers of the texts.
        spare: whether long texts get no band keys.

    Returns:
        The sampled shingles, the band keys, the hash of each text, and whether each text has no band keys.
    """
    sampled, bands, workspace = [Table.empty(SAMPLED_SHINGLES)], [Table.empty(BANDS)], Workspace()
    hashes, skipped = np.zeros(numbers.size, np.uint64), np.zeros(numbers.size, np.bool_)
    ends = tokens.edges[1:]
    first = 0
    while first < numbers.size:
        last = max(first + 1, int(np.searchsorted(ends, tokens.edges[first] + _TOKENS, "right")))
        rows = slice(first, last)
        begin, end = tokens.edges[first], tokens.edges[last]
        edges = tokens.edges[first : last + 1] - begin
        batch = Ragged(tokens.values[begin:end], np.stack((edges[:-1], edges[1:]), axis=1))
        keys = lookup_keys(batch, context.settings, workspace, spare)
        hashes[rows] = keys.rests
        skipped[rows] = (keys.keys[:, 0] == NO_KEY) & (keys.sampled.lengths > 0)
        cut_hashes = keys.sampled.values >> np.uint64(64 - HASH_BITS)
        sampled.append(Table({"hash": cut_hashes, "num": numbers[rows].repeat(keys.sampled.lengths)}))
        bands.append(_band_rows(keys, numbers[rows]))
        first = last
    return Table.joined(sampled, SAMPLED_SHINGLES), Table.joined(bands, BANDS), hashes, skipped


def _band_rows(keys: LookupKeys, numbers: Indices) -> Table:
    """Return a row for each band key of texts of these ``numbers`` ``(n,)``."""
    text, band = (keys.keys != NO_KEY).nonzero()
    key = band.astype(np.uint64) << np.uint64(BITS) | keys.keys[text, band]
    return Table({"key": key, "num": numbers[text]})


def add_bands(context: StageContext, articles: Table, crowded: Table) -> tuple[Table, Table]:
    """Compute the band keys of long texts that have a common shingle, which pairs no texts.

    Args:
        context: the settings.
        articles: the articles.
        crowded: the texts that have a common shingle.

    Returns:
        The band keys, and no crowded texts.
    """
    late = articles.take(articles["bands_skipped"] & np.isin(articles["num"], crowded["num"]))
    late = late.take(late["num"].argsort())
    bands = _look_up(context, late.lists("tokens"), late["num"], spare=False)[1]
    last = np.uint64(_last_band(context))
    return bands.take(bands["key"] >> np.uint64(BITS) != last), Table.empty(NUMBERS)


def _last_band(context: StageContext) -> int:
    """Return the number of the key of all tokens, which long texts have already."""
    return key_columns(context.settings) - 1


PLACES: Final = PlanStage(
    "places of boilerplate",
    Operator.GROUP,
    ("texts", "dropped", "dropped_anywhere"),
    ("num",),
    {"places": BLOCK_PLACES},
    find_places,
)
"""The stage that tells an engine, which has the texts as arrays, what to leave out."""

STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "articles",
        Operator.GROUP,
        ("texts", "dropped", "sites", "members", "overridden"),
        ("num",),
        {
            "articles": ARTICLES,
            "text_facts": TEXT_FACTS,
            "sampled_shingles": SAMPLED_SHINGLES,
            "bands": BANDS,
            "addresses": ADDRESSES,
            "items": ITEMS,
        },
        make_articles,
    ),
)
"""The stage that leaves out boilerplate."""

LATE_BANDS: Final[Step] = Repeat(
    "late bands",
    "crowded",
    (
        PlanStage(
            "late bands",
            Operator.GROUP,
            ("articles", "crowded"),
            ("num",),
            {"bands": BANDS, "crowded": NUMBERS},
            add_bands,
            adds=frozenset({"bands"}),
            whole="the texts that have a shingle of more than 1,024 texts",
        ),
    ),
)
"""The band keys that long texts of a crowd need. Most jobs have no crowd."""
