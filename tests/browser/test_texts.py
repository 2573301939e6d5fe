"""The texts of a comparison: no word is lost or moved to the other side, and what is marked as shared is equal."""

import json
import re

import pytest

from dedup.core.text.reference.folding import tokens

pytestmark = pytest.mark.browser

PARTS = 4
"""The comparisons are looked at in as many tests, for several processes."""

NOT_THERE = "Not in this report"


def letters(text):
    """A text without what is no letter and no figure: white space and marks."""
    return re.sub(r"[\W_]+", "", text)


@pytest.fixture(scope="module")
def rows(corpus):
    """The rows of texts and of comparisons of ``corpus/``."""
    found = [json.loads(line) for line in corpus.rows.read_text("utf-8").splitlines()]
    return [row for row in found if row["type"] in ("text", "comparison")]


def comparisons(view, part):
    """The comparisons of every fourth story, and every fourth pair of those apart: ids and rows of their texts."""
    stories = int(view.page.locator("#nav [aria-current] .n").inner_text())
    for story in range(part, stories, PARTS):
        number = 0
        while view.go(f"#/story/{story}/{number}") != NOT_THERE:
            yield view.comparison()
            number += 1
    number = part
    while view.go(f"#/apart/{number}") != NOT_THERE:
        yield view.comparison()
        number += PARTS


@pytest.mark.parametrize("part", range(PARTS))
def test_each_word_of_both_texts_is_on_its_side_in_order(show, corpus, rows, part):
    """Of each comparison of ``corpus/`` both texts stand on the page whole, and shared passages have equal words."""
    texts = {name: row["text"] for row in rows if row["type"] == "text" for name in row["ids"]}
    view = show(corpus, "#/stories", height=60)
    wrong, count = [], 0
    for names, lines in comparisons(view, part):
        count += 1
        for side, name in enumerate(names):
            if letters("".join(line[side][0] for line in lines)) != letters(texts[name]):
                wrong.append((view.address, name))
        moved = [sorted(words for line in lines for words in tokens(line[side][2])) for side in (0, 1)]
        if moved[0] != moved[1] or not all(
            left[1] == right[1] or tokens(left[1]) == tokens(right[1]) for left, right in lines
        ):
            wrong.append((view.address, "passages"))
    assert [] == wrong
    assert count > len([row for row in rows if row["type"] == "comparison"]) / PARTS / 2
