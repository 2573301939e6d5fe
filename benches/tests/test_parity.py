"""The same articles in four scripts: what is made is the same, and the small case of the bench is told equally well."""

import re

import parity
import pytest

LIGHT = [recipe for recipe in parity.RECIPES if recipe.edited <= 0.05]


@pytest.mark.parametrize("source", [True, False], ids=["source", "no source"])
def test_all_scripts_are_told_equally_well(source: bool) -> None:
    """F1 differs by two hundredths at most where up to a word in twenty is edited."""
    made = parity.pages(40, 1, LIGHT)
    scores = [parity.measured(made, script(), source).measures.f1 for script in parity.SCRIPTS.values()]
    assert max(scores) - min(scores) <= parity.SPREAD
    assert 0.95 < min(scores)


def test_pages_are_the_same_in_every_script() -> None:
    """The texts have equal lines and figures, the stories equal pages, and only English has spaces between words."""
    made = parity.pages(2)
    assert 2 * (2 + len(parity.RECIPES)) == len(made)
    written = {name: parity.written(made, script(), True) for name, script in parity.SCRIPTS.items()}
    for documents in zip(*written.values(), strict=True):
        assert 1 == len({document.text.count("\n") for document in documents})
        assert 1 == len({document.source for document in documents})
        assert 1 == len({tuple(re.findall("[0-9]+", document.text)) for document in documents[1:]})
    spaces = {name: written[name][0].text.count(" ") for name in written}
    assert spaces["Chinese"] == spaces["Japanese"] == 0 < spaces["Thai"] < spaces["English"] / 4


def test_edits_are_as_many_as_the_recipe_says() -> None:
    """One word in ten differs from the article in the copy of which a tenth is edited."""
    made = {page.kind: page for page in parity.pages(1)}
    pairs = zip(made["original"].sentences, made["10 % edited"].sentences, strict=True)
    differ = [a != b for article, copy in pairs for a, b in zip(article, copy, strict=True)]
    assert 0.05 < sum(differ) / len(differ) < 0.15
