"""Headlines are compared as whole blocks and by the words that they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.text import headlines as module
from dedup.core.text.blocks import block_hashes
from dedup.core.text.figures import words_of
from dedup.core.text.headlines import make_headlines
from dedup.core.text.reference.headlines import headline as slow

SEED = 3
TITLES = st.lists(
    st.lists(
        st.sampled_from(
            [
                "Six",
                "seven",
                "town",
                "the",
                "1,700",
                "café",
                "Ёлка",
                "шесть",
                "東京",
                "",
                "–",
                "it's",
                "1234567",
                "Ca&eacute;",
                "FÃ¼nf",
            ]
        )
    ).map(" ".join),
    max_size=8,
)


def rows(titles: list[str]) -> list[tuple[int, list[int]]]:
    """The headline of each title: its hash and its words."""
    found = make_headlines(titles, SEED)
    says = [found.says.values[first:last].tolist() for first, last in found.says.bounds.tolist()]
    return list(zip(found.hashes.tolist(), says, strict=True))


@settings(deadline=None)
@given(TITLES, st.sampled_from([1, 3, 1 << 12]))
def test_headlines_equal_their_twin(titles: list[str], together: int) -> None:
    """The headline of each title is that of its twin, however many are hashed together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TITLES", together)
        assert [slow(title, SEED) for title in titles] == rows(titles)


def test_a_headline_has_the_hash_of_the_block() -> None:
    """A title and a line of a text with the same words have one hash."""
    assert (
        block_hashes(words_of(["six dead in Prague fire"], SEED)).tolist()
        == make_headlines(["6 dead in Prague FIRE!"], SEED).hashes.tolist()
    )


def test_words_of_four_letters_count() -> None:
    """A headline says its words of four letters or digits or more, each once, and no short ones."""
    [(_, says)] = rows(["The town of Wells: TOWN in 2018, 7 of six, Ёлки"])
    assert sorted(words_of(["town Wells 2018 Елки"], SEED).values.tolist()) == says


def test_a_title_without_words_has_no_headline() -> None:
    """No title and a title of marks are no headline."""
    assert [(0, []), (0, [])] == rows(["", "– !"])
    assert [] == rows([])
