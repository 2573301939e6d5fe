"""Short texts of phrases of walls and error pages are notices, and articles are no notices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.text import notices as module
from dedup.core.text.figures import words_of
from dedup.core.text.headlines import make_headlines
from dedup.core.text.notices import find_notices
from dedup.core.text.reference.notices import is_notice

SEED = 5
PIECES = st.sampled_from(
    ["log in", "log", "password", "mot de passe", "Page not found.", "page", "a bridge fell", "word " * 30]
)
TEXTS = st.lists(
    st.tuples(
        st.lists(PIECES, max_size=9).map(" ".join),
        st.sampled_from(["", "Bridge fell", "Other news", "Page not found", "Page fell"]),
    )
)


def flags(texts: list[str], titles: list[str]) -> list[bool]:
    """Return which of the texts are notices under their titles."""
    return find_notices(words_of(texts, SEED), make_headlines(titles, SEED).says, SEED).tolist()


@settings(deadline=None)
@given(TEXTS, st.sampled_from([1, 50, 1 << 18]))
def test_notices_equal_their_twin(pages: list[tuple[str, str]], batch: int) -> None:
    """Notices equal those of the twin, in batches of any size."""
    texts, says = words_of([text for text, _ in pages], SEED), make_headlines([title for _, title in pages], SEED).says
    rows = [
        (texts.values[a:b].tolist(), says.values[c:d].tolist())
        for (a, b), (c, d) in zip(texts.bounds.tolist(), says.bounds.tolist(), strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TOKENS", batch)
        assert [is_notice(text, headline, SEED) for text, headline in rows] == find_notices(texts, says, SEED).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "Log in. Your password, please.",
        "PAGE NOT FOUND. Error 404",
        "Mot de passe oublié ? Abonnez-vous.",
        "Página no encontrada. Inicia o regístrate",
        "Datenschutzerklärung. Passwort vergessen?",
    ],
)
def test_walls_are_notices(text: str) -> None:
    """A short text with two phrases is a notice, in each language."""
    assert [True] == flags([text], [""])


def test_articles_are_no_notices() -> None:
    """A text that says its headline, a long text, a text with one phrase, and an empty text are no notices."""
    wall = "Log in with your password"
    long = wall + " and read" * 60
    assert [False, True, False, False, False] == flags(
        ["Bridge: " + wall, wall, long, "Log in. Log in.", ""], ["Bridge fell", "Bridge fell", "", "", ""]
    )


def test_words_of_phrases_do_not_count_in_headlines() -> None:
    """A notice under its own message is a notice, and a text that says another word of its headline is none."""
    text = "Page not found. Error 404: the page of the bridge"
    assert [True, False] == flags([text, text], ["Page not found", "Bridge page"])


def test_phrases_end_with_their_text() -> None:
    """Two words of a phrase in two texts, one behind the other, are no phrase."""
    assert [False, False] == flags(["password log", "in password"], ["", ""])


def test_no_texts() -> None:
    """No texts have no notices."""
    empty = Ragged(np.zeros(0, np.uint64), np.zeros((0, 2), np.int64))
    assert [] == find_notices(empty, empty, SEED).tolist()
