"""Candidates to decided pairs: their shares, the texts that are no articles, and the digests."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import Ragged, take_rows
from dedup.core.arrays.rows import has_pairs, positions_of
from dedup.core.arrays.sorting import distinct, find, rising
from dedup.core.arrays.tables import Lists, Table
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import decision
from dedup.core.pairs.anchors import pair_batches
from dedup.core.pairs.decision import ARTICLE, DecidedPairs, decide_pairs, shingle_sets
from dedup.core.pairs.rule import ComparedTexts, PairFacts, PairVerdicts, units
from dedup.core.sites.pair_facts import PageFacts, compare_pages
from dedup.core.stages.result_schemas import APART, DECIDED, NUMBERS, PARTS, SIZES, TEXT_FACTS, WALLS
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stories.digests import DigestParts, find_parts, parts_apart

_TOKENS: Final = 1 << 18
"""Tokens of texts that are compared together, about."""


class DecidedRows(NamedTuple):
    """Decided pairs of a part.

    - ``articles``: the articles of the pairs, in the order of their numbers.
    - ``pairs`` ``(p, 2)``: positions in ``articles``.
    - ``decided``: the decisions.
    - ``sizes`` ``(c,) int64``: the size of the shingle set of each article.
    """

    articles: Table
    pairs: Pairs
    decided: DecidedPairs
    sizes: Indices


def decide_rows(context: StageContext, pairs: Table, articles: Table) -> DecidedRows:
    """Decide pairs of texts.

    Args:
        context: the settings.
        pairs: pairs of texts.
        articles: the articles of the pairs, and perhaps others.

    Returns:
        The decisions on the pairs.
    """
    numbers, positions = distinct(np.concatenate((pairs["a"], pairs["b"])))
    articles = articles.take(positions_of(articles["num"], numbers))
    sides = positions.reshape(2, -1).T
    order = np.lexsort(sides.T[::-1])
    sides = sides[order]
    decided, sizes = _decide_batches(context, articles, sides)
    return DecidedRows(articles, sides, decided, sizes)


def _decide_batches(context: StageContext, articles: Table, pairs: Pairs) -> tuple[DecidedPairs, Indices]:
    """Decide ``pairs`` ``(p, 2)`` of articles, some at a time, and return the sizes of the shingle sets too."""
    tokens, says, hashes = articles.lists("tokens"), articles.lists("says"), articles["text_hash"]
    facts = compare_articles(articles, pairs)
    shares, common, sizes = (
        np.zeros(len(pairs), np.int64),
        np.zeros(len(pairs), np.int64),
        np.zeros(len(articles), np.int64),
    )
    walls, owners, places = np.zeros(len(pairs), np.bool_), [np.zeros(0, np.int64)], [np.zeros((0, 2), np.int64)]
    rules = np.zeros(len(pairs), np.int8)
    workspace, settings = Workspace(), context.settings
    for batch in pair_batches(tokens.lengths, pairs, _TOKENS):
        rows = take_rows(tokens.ragged, batch.texts)
        sets = shingle_sets(rows, settings, workspace)
        texts = ComparedTexts(rows, hashes[batch.texts], take_rows(says.ragged, batch.texts))
        part = decide_pairs(texts, sets, batch.sides, facts.of(batch.places), settings.containment)
        sizes[batch.texts] = sets.lengths
        shares[batch.places], common[batch.places], walls[batch.places] = part.shares, part.common, part.walls
        rules[batch.places] = part.rules
        owners.append(batch.places[part.pair])
        places.append(part.places)
    owner = np.concatenate(owners)
    order = owner.argsort(kind="stable")
    return DecidedPairs(shares, common, walls, rules, owner[order], np.concatenate(places)[order]), sizes


def compare_articles(articles: Table, pairs: Pairs) -> PairFacts:
    """Return the facts of ``pairs`` ``(p, 2)`` of articles."""
    sources = articles["source_key"].view(np.int64)
    pages = PageFacts(articles["headline"], sources, sources != 0, articles["site"])
    blocks = articles.lists("blocks")
    return compare_pages(pages, pairs, lambda titles, rows: has_pairs(blocks.owners, blocks.values, rows, titles))


def decided_table(rows: DecidedRows, links: Flags) -> Table:
    """Return the table of decided pairs. ``links`` ``(p,)`` says which pairs link two articles."""
    numbers, (a, b) = rows.articles["num"], rows.pairs.T
    return Table(
        {
            "a": numbers[a],
            "b": numbers[b],
            "share": rows.decided.shares,
            "common": rows.decided.common,
            "size_a": rows.sizes[a],
            "size_b": rows.sizes[b],
            "links": links,
        }
    )


def decide_candidates(context: StageContext, candidates: Table, articles: Table) -> tuple[Table, ...]:
    """Decide the candidates.

    Args:
        context: the settings.
        candidates: the candidates.
        articles: the articles of the candidates, and perhaps others.

    Returns:
        The decided pairs, the sizes of shingle sets, the texts that stand under many headlines, and the texts that
        stand in other texts.
    """
    rows = decide_rows(context, candidates, articles)
    threshold = context.settings.containment
    is_article = rows.articles["reason"] == ARTICLE
    both = is_article[rows.pairs].all(axis=1)
    decided = decided_table(rows, (rows.decided.shares >= units(threshold)) & both)
    sizes = Table({"num": rows.articles["num"], "size": rows.sizes})
    walls = rising(rows.articles["text_hash"][rows.pairs[rows.decided.walls, 0]])
    return decided, sizes, Table({"text_hash": walls}), _find_parts(rows, both, threshold)


def _find_parts(rows: DecidedRows, both_articles: Flags, threshold: float) -> Table:
    """Return the texts that stand in other texts, and that have a headline."""
    decided, articles = rows.decided, rows.articles
    shares = np.where(both_articles, decided.shares, 0)
    judged = PairVerdicts(shares, decided.walls, decided.rules, decided.pair, decided.places)
    parts = find_parts(rows.pairs, judged, articles.lists("tokens").lengths, threshold)
    parts = parts.select(articles["headline"][parts.parts] != 0)
    places = Lists(decided.places.reshape(-1), np.arange(0, decided.places.size + 1, 2))
    of_parts = np.stack((parts.firsts, parts.firsts + parts.counts), axis=1)
    numbers = articles["num"]
    return Table(
        {
            "num": numbers[parts.texts],
            "a": numbers[np.minimum(parts.texts, parts.parts)],
            "b": numbers[np.maximum(parts.texts, parts.parts)],
            "part": numbers[parts.parts],
            "words": parts.words,
            "headline": articles["headline"][parts.parts],
            "places": Lists.of_ragged(Ragged(places.values, of_parts * 2)),
        }
    )


def mark_walls(context: StageContext, facts: Table, walls: Table) -> tuple[Table, Table, Table]:
    """Set aside the texts that stand under many headlines.

    Args:
        context: not used.
        facts: the facts of texts.
        walls: the hashes of texts that stand under many headlines.

    Returns:
        The facts, the texts that are set aside, and no walls.
    """
    hashes: Hashes = rising(walls["text_hash"])
    reasons = decision.mark_walls(facts["reason"], facts["text_hash"], hashes)
    aside = facts["num"][np.isin(facts["text_hash"], hashes)]
    return facts.using(reason=reasons), Table({"num": aside}), Table.empty(WALLS)


def drop_links(context: StageContext, decided: Table, aside: Table) -> Table:
    """Return decided pairs. A pair with a text that is set aside links nothing.

    Args:
        context: not used.
        decided: the decided pairs.
        aside: the texts that are set aside.
    """
    return decided.using(links=decided["links"] & ~_any_in(decided, aside))


def drop_parts(context: StageContext, parts: Table, aside: Table) -> Table:
    """Return the parts of texts without those of a pair with a text that is set aside.

    Args:
        context: not used.
        parts: the parts of texts.
        aside: the texts that are set aside.
    """
    return parts.take(~_any_in(parts, aside))


def _any_in(pairs: Table, numbers: Table) -> Flags:
    """``(p,)`` whether one of the two texts of each pair is among the numbers."""
    return np.isin(pairs["a"], numbers["num"]) | np.isin(pairs["b"], numbers["num"])


def find_apart(context: StageContext, parts: Table) -> Table:
    """Return the pairs of parts of one text that stand in different places and under different headlines."""
    places = parts.lists("places")
    digest_parts = DigestParts(parts["num"], parts["part"], parts["words"], places.edges[:-1] // 2, places.lengths // 2)
    apart = list(parts_apart(digest_parts, parts["headline"], places.values.reshape(-1, 2)))
    tables = [Table({"a": first, "b": second, "num": text}) for text, first, second in apart]
    return Table.joined(tables, APART)


def find_digests(context: StageContext, apart: Table, decided: Table) -> tuple[Table, Table]:
    """Return the digests: texts that hold two parts which share nothing.

    Args:
        context: not used.
        apart: the pairs of parts.
        decided: the decided pairs.

    Returns:
        The digests, and no pairs of parts.
    """
    sharing = decided.take(decided["share"] > 0)
    codes = np.sort(pair_codes.encode(sharing["a"], sharing["b"]))
    alone = ~find(codes, pair_codes.encode(apart["a"], apart["b"]))[1]
    return Table({"num": rising(apart["num"][alone])}), Table.empty(APART)


def part_digests(context: StageContext, decided: Table, digests: Table) -> Table:
    """Return decided pairs. A digest and a text that is no digest are not linked.

    Args:
        context: not used.
        decided: the decided pairs.
        digests: the digests.
    """
    first, second = (np.isin(decided[side], digests["num"]) for side in ("a", "b"))
    return decided.using(links=decided["links"] & (first == second))


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "pairs",
        Operator.PAIRS,
        ("candidates", "articles"),
        ("a", "b"),
        {"decided": DECIDED, "sizes": SIZES, "walls": WALLS, "parts": PARTS},
        decide_candidates,
    ),
    Repeat(
        "walls",
        "walls",
        (
            PlanStage(
                "walls",
                Operator.GROUP,
                ("text_facts", "walls"),
                ("text_hash",),
                {"text_facts": TEXT_FACTS, "aside": NUMBERS, "walls": WALLS},
                mark_walls,
            ),
            PlanStage("set aside", Operator.PAIRS, ("decided", "aside"), ("a", "b"), {"decided": DECIDED}, drop_links),
            PlanStage("parts aside", Operator.PAIRS, ("parts", "aside"), ("a", "b"), {"parts": PARTS}, drop_parts),
        ),
    ),
    PlanStage("parts apart", Operator.GROUP, ("parts",), ("num",), {"apart": APART}, find_apart),
    Repeat(
        "digests",
        "apart",
        (
            PlanStage(
                "digests",
                Operator.GROUP,
                ("apart", "decided"),
                ("a", "b"),
                {"digests": NUMBERS, "apart": APART},
                find_digests,
            ),
            PlanStage(
                "digests apart", Operator.PAIRS, ("decided", "digests"), ("a", "b"), {"decided": DECIDED}, part_digests
            ),
        ),
    ),
)
"""The stages that decide pairs."""
