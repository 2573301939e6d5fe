"""Texts -> sites: blocks that pages share, pages that are alike by their labels, and the pages that these join.

`core.sites.grouping` has the rule.
"""

from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays import pair_codes
from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import distinct, firsts, repeats, rising
from dedup.core.arrays.tables import Lists, Table
from dedup.core.pairs import similarity
from dedup.core.sites.grouping import Labels, are_alike, best_first, join_sites, pairs_by_labels
from dedup.core.sites.pages import Pages
from dedup.core.sites.shared_blocks import page_blocks
from dedup.core.stages import joining
from dedup.core.stages.schemas import (
    ALIKE_PAGES,
    CELLS,
    JOINED,
    LABEL_SETS,
    PAGE_BLOCKS,
    PAGE_FACTS,
    PAGES,
    PAIRS,
    SHARED_CELLS,
    SITE_CELLS,
    SITES,
)
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step


def node_of_sources(source_keys: Hashes) -> Indices:
    """Return the node of each source: a negative number. Nodes of pages without a source are their numbers."""
    nodes: Indices = -1 - (source_keys >> np.uint64(1)).astype(np.int64)
    return nodes


def list_blocks(_context: StageContext, texts: Table) -> tuple[Table, Table, Table]:
    """Return the distinct blocks of each page, the pages, and the labels of pages that may be alike."""
    hashes, num, source_key = texts.lists("hashes"), texts["num"], texts["source_key"]
    pages = Pages.marked(
        hashes.values,
        texts.lists("words").values,
        texts.lists("marks").values,
        hashes.edges,
        np.where(source_key > 0, 0, -1),
        texts["headline"],
        texts["contents"],
    )
    places, owners, is_label = page_blocks(pages)
    words, block = pages.words[places], pages.hashes[places]
    labelled = np.bincount(owners[is_label], minlength=num.size)
    of_label = is_label.nonzero()[0]
    labels, contents = np.zeros(owners.size, np.int32), np.zeros(owners.size, np.uint64)
    labels[of_label], contents[of_label] = labelled[owners[of_label]], pages.contents[owners[of_label]]
    cells = Table(
        {
            "hash": block,
            "num": num[owners],
            "words": words,
            "labels": labels,
            "contents": contents,
            "named": (source_key > 0)[owners],
        }
    )
    of_pages = texts.select(("num", "source_key", "contents", "headline")).using(
        words=np.bincount(owners, words * ~is_label, num.size).astype(np.int64)
    )
    chosen = are_alike(labelled, np.stack((labelled, labelled), axis=1))[0]
    of_chosen = of_label[chosen[owners[of_label]]]
    label_sets = texts.select(("num", "source_key")).take(chosen)
    return cells, of_pages, label_sets.using(labels=Lists.of_lengths(block[of_chosen], labelled[chosen]))


def share_blocks(_context: StageContext, cells: Table) -> tuple[Table, Table]:
    """Return the blocks that stand on two pages or more, and the pairs of pages that may be alike by their labels.

    All pages of a block are there.
    """
    rows, starts = repeats(cells["hash"])
    sizes = np.diff(starts)
    block = np.arange(sizes.size).repeat(sizes)
    num = cells["num"][rows]
    if ((num[1:] < num[:-1]) & (block[1:] == block[:-1])).any():
        rows = rows[np.lexsort((num, block))]
    label = cells["labels"][rows] > 0
    first_label = label[starts[:-1]].repeat(sizes)
    labels = cells.take(rows[label])
    pairs = pairs_by_labels(Labels(block[label], labels["num"], labels["labels"], labels["contents"], labels["named"]))
    return (
        cells.select(("num", "hash", "words")).take(rows).using(label=label, first_label=first_label),
        Table({"a": pairs[:, 0], "b": pairs[:, 1]}),
    )


def measure_labels(_context: StageContext, pairs: Table, label_sets: Table) -> Table:
    """Return the pairs of pages that are alike by their labels. The labels of both pages of each pair are there."""
    distinct_pairs = pair_codes.decode(rising(pair_codes.encode(pairs["a"], pairs["b"])))
    pages, position = distinct(distinct_pairs.ravel())
    position = position.reshape(-1, 2)
    sets = label_sets.take(positions_of(label_sets["num"], pages))
    labels = sets.lists("labels")
    common = similarity.count_shared(similarity.distinct_shingles(labels.ragged), position)
    alike, resemblance = are_alike(common, labels.lengths[position])
    source_key = sets["source_key"]
    node = np.where(source_key > 0, node_of_sources(source_key), pages)
    a, b = distinct_pairs[alike].T
    left, right = node[position[alike]].T
    return Table({"a": a, "b": b, "left": left, "right": right, "resemblance": resemblance[alike]})


def join_pages(_context: StageContext, alike: Table) -> Table:
    """Return the site of each page without a source that is alike to another page. All alike pages are there."""
    nodes, position = distinct(np.concatenate((alike["left"], alike["right"])))
    order = best_first(np.stack((alike["a"], alike["b"]), axis=1), alike["resemblance"])
    a, b = position.reshape(2, -1)[:, order]
    labels = join_sites(nodes < 0, a, b)
    first = firsts(labels)  # a source, or the least page: nodes rise
    return Table({"num": nodes, "site": nodes[first[labels]]}).take(nodes >= 0)


def place_pages(_context: StageContext, pages: Table, joined: Table, shared: Table) -> tuple[Table, Table, Table]:
    """Return the site of each page, the shared blocks with the site of their page, and facts of pages.

    Args:
        pages: pages.
        joined: the sites of pages without a source that are alike to another page.
        shared: blocks that stand on two pages or more. All blocks of a page are there.
    """
    pages = pages.take(pages["num"].argsort())
    num, source_key = pages["num"], pages["source_key"]
    site = np.where(source_key > 0, node_of_sources(source_key), num)
    site[num.searchsorted(joined["num"])] = joined["site"]
    page = num.searchsorted(shared["num"])
    cells = Table(
        {
            "hash": shared["hash"],
            "site": site[page],
            "num": shared["num"],
            "words": shared["words"],
            "label": shared["first_label"],
            "contents": pages["contents"][page],
            "source_key": source_key[page],
        }
    )
    elsewhere = np.bincount(page, shared["words"] * ~shared["label"], num.size).astype(np.int64)
    shares = np.bincount(page, minlength=num.size) > 0
    facts = pages.using(own_words=pages["words"] - elsewhere).select(PAGE_FACTS).take(shares)
    return Table({"num": num, "site": site}), cells, facts


STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "blocks",
        Operator.MAP,
        ("texts",),
        (),
        {"cells": CELLS, "pages": PAGES, "label_sets": LABEL_SETS},
        list_blocks,
        columns=tuple(PAGE_BLOCKS),
    ),
    PlanStage(
        "shared blocks",
        Operator.GROUP,
        ("cells",),
        ("hash",),
        {"shared_cells": SHARED_CELLS, "label_pairs": PAIRS},
        share_blocks,
    ),
    PlanStage(
        "alike pages",
        Operator.PAIRS,
        ("label_pairs", "label_sets"),
        ("a", "b"),
        {"alike_pages": ALIKE_PAGES},
        measure_labels,
    ),
    PlanStage(
        "sites",
        Operator.WHOLE,
        ("alike_pages",),
        (),
        {"joined": JOINED},
        join_pages,
        whole="all pairs of alike pages: the most alike are joined first",
        beyond=joining.STEPS,
    ),
    PlanStage(
        "pages of sites",
        Operator.GROUP,
        ("pages", "joined", "shared_cells"),
        ("num",),
        {"sites": SITES, "site_cells": SITE_CELLS, "page_facts": PAGE_FACTS},
        place_pages,
    ),
)
"""Makes the table ``sites`` of ``texts``, and what the stages of boilerplate read."""
