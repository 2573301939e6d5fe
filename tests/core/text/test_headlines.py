"""A headline is the hash of a whole title and the hashes of its long words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.text import headlines as module
from dedup.core.text.block_hashes import block_hashes
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
    """Return the headline of each title: its hash and its words."""
    headlines = make_headlines(titles, SEED)
    says = [headlines.says.values[first:last].tolist() for first, last in headlines.says.bounds.tolist()]
    return list(zip(headlines.hashes.tolist(), says, strict=True))


@settings(deadline=None)
@given(TITLES, st.sampled_from([1, 3, 1 << 12]))
def test_headlines_equal_their_twin(titles: list[str], batch: int) -> None:
    """The headline of each title equals that of the twin, in batches of any size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TITLES", batch)
        assert [slow(title, SEED) for title in titles] == rows(titles)


def test_a_headline_has_the_hash_of_the_block() -> None:
    """A title and a line of a text with equal words have equal hashes."""
    assert (
        block_hashes(words_of(["six dead in Prague fire"], SEED), SEED).tolist()
        == make_headlines(["6 dead in Prague FIRE!"], SEED).hashes.tolist()
    )


def test_words_of_four_letters_count() -> None:
    """A headline says its words of four letters or digits or more, each once, and no shorter words."""
    [(_, says)] = rows(["The town of Wells: TOWN in 2018, 7 of six, Ёлки"])
    assert sorted(words_of(["town Wells 2018 Елки"], SEED).values.tolist()) == says


def test_a_title_without_words_has_no_headline() -> None:
    """An empty title and a title of marks have the hash 0 and no words."""
    assert [(0, []), (0, [])] == rows(["", "– !"])
    assert [] == rows([])
