"""Damaged texts are repaired, and sound texts stay as they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.text import cleaning, damage
from dedup.core.text.batches import encode
from dedup.core.text.cleaning import clean_text, clean_texts
from dedup.core.text.reference.cleaning import clean_text as slow
from dedup.errors import InputError

# fmt: off
PIECES = st.sampled_from([
    "word ", "Word", "é", "a", "о", "ο", "Ё", "слово", "-\n", "-\r\n ", "\u2010\n", "\xad", "\xad\n", "\u200b",
    "\u200c", '\u0645', "\u200f", "️", "\U000e0041", "&amp;", "&eacute;", "&#8217;", "&lt;p&gt;", "&x", "<p>",
    "</p>", "<br/>", "<b class='x'>", "<x>", "a < b", "<!-- x", "-->", "<script>", "</script >", "\n", " ", "1",
    "\xe3\x83", "Ã¼", "â€™", "\xc2\xa0", "Ð³Ð¾", "\x93", "ß”", "<p hidden>", "</b>", "<I Hidden>",
    "<p style=visibility:hidden>", "<b style=visibility:visible>", "<b style='display:none'>", "</i>",
])
# fmt: on
TEXTS = st.lists(st.lists(PIECES, max_size=14).map("".join), max_size=5)


@settings(deadline=None)
@given(TEXTS, st.sampled_from([40, 1 << 18]))
def test_clean_texts_equal_their_twin(texts: list[str], window: int) -> None:
    """Every text of a batch is cleaned as the twin cleans the text alone, wherever windows end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(damage, "_WINDOW", window)
        clean = clean_texts(texts)
    assert [slow(text) for text in texts] == clean.texts
    buffer, offsets = encode(clean.texts)
    assert buffer.tobytes() == clean.buffer.tobytes()
    assert offsets.tolist() == clean.offsets.tolist()


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=4))
def test_texts_of_any_characters_equal_their_twin(texts: list[str]) -> None:
    """Texts of any characters are cleaned as the twin cleans each text alone."""
    assert [slow(text) for text in texts] == clean_texts(texts).texts


@pytest.mark.parametrize(
    ("given_text", "expected", "repair"),
    [
        ("Sch&auml;den &amp; mehr &#8211; &#x2019;", "Schäden & mehr – ’", "entities"),
        ("R&amp;eacute;sum&amp;eacute;", "Résumé", "entities"),
        ("<p>One <b>bold</b> word.<br>Two</p>", "\nOne bold word.\nTwo\n", "markup"),
        ("<p>a<!-- no --><script>x < 1</script>b</p>", "\na  b\n", "markup"),
        ("a <i hidden>x<br>y</i> b<i style='font-size:0'>z</i>", "a  b", "markup"),
        ("<i hidden>all", "all", "markup"),
        ("<div style='visibility:hidden'>x <b style='visibility:visible'>seen</b></div>", "\nseen\n", "markup"),
        ("GroÃŸenried schlieÃŸt fÃ¼r", "Großenried schließt für", "mojibake"),
        ("Ð“Ð¾Ñ€Ð¾Ð´", "Город", "mojibake"),
        ("the \x93word\x94", "the “word”", "mojibake"),
        ("T\u200bhieves, co\u00adoperate\u200f", "Thieves, cooperate", "hidden"),
        ("می\u200cکند", "می کند", "hidden"),
        ("thе сentral bаnk", "the central bank", "look-alike"),
        ("Цeнтpaльный бaнк страны", "Центральный банк страны", "look-alike"),
        ("Κεντρiκή τρaπεζα", "Κεντρική τραπεζα", "look-alike"),
        ("jou-\nrney and jou-\r\n  rney", "journey and journey", "hyphens"),
        ("INTER-\nNATIONAL, Verwal\u2010\ntung", "INTERNATIONAL, Verwaltung", "hyphens"),
        ("Verwal\u00ad\ntung", "Verwaltung", "hyphens"),
    ],
)
def test_repairs(given_text: str, expected: str, repair: str) -> None:
    """Each kind of damage is repaired, and the repair is named."""
    clean = clean_texts([given_text])
    names = [name for bit, name in cleaning.REPAIRS.items() if int(clean.repairs[0]) & bit]
    assert [expected] == clean.texts
    assert any(name.startswith(repair) for name in names)


@pytest.mark.parametrize(
    "text",
    [
        "AT&T and a &b; c & d; if a < b and c > d: <item> <T>",
        "« passé\u00a0» ß“ D’Ü“ Åäö “naïve” ÃO Её Рівне И С\u00a0другой",
        "Nord-\nSüd, 1990-\n91, — -\nx",
        "Apple и IBM: море, the слово",
        "❤\ufe0f",
    ],
)
def test_sound_text_stays_as_it_is(text: str) -> None:
    """A sound text that looks like damage stays, and no repair is named."""
    clean = clean_texts([text])
    assert [text] == clean.texts
    assert [0] == clean.repairs.tolist()


def test_a_lone_surrogate_is_named() -> None:
    """The error of a text that is not Unicode has the number of the text."""
    with pytest.raises(InputError, match="text 8 has a lone surrogate"):
        clean_texts(["fine", "no\ud800"], 7)


def test_one_text_and_no_text() -> None:
    """`clean_text` cleans one text, and `clean_texts` takes an empty list."""
    assert "a b" == clean_text("a&nbsp;b").replace("\u00a0", " ")
    assert [] == clean_texts([]).texts
