"""Charsets of texts: marks, declarations, guesses with a note, and bytes that are replaced only with a note."""

import codecs

import pytest

from dedup.errors import ReadError
from dedup.formats.files.decoding import decode_pieces, decode_text

NEWS = {
    "German": "Der Rat beschloß am Dienstag, die alte Brücke über den Fluß bis zum Frühjahr für alle zu schließen.",
    "English": "The council’s “final” decision costs €5 million – a café owner said on Monday that he’d sue.",
    "Polish": "Rada zdecydowała we wtorek o zamknięciu starego mostu aż do wiosny, gdyż dźwigary są uszkodzone.",
    "Hungarian": "A tanács kedden úgy döntött, hogy a régi hidat tavaszig lezárják; a kereskedők veszteségtől félnek.",
    "Turkish": "Belediye meclisi salı günü eski köprünün ilkbahara kadar kapatılmasına karar verdiğini açıkladı.",
    "Russian": "Городской совет во вторник решил закрыть старый мост через реку до весны, сообщила мэрия города.",
    "Greek": "Το δημοτικό συμβούλιο αποφάσισε την Τρίτη να κλείσει την παλιά γέφυρα μέχρι την άνοιξη.",
    "Hebrew": "מועצת העיר החליטה ביום שלישי לסגור את הגשר הישן עד האביב, והתושבים התלוננו על ההודעה.",
    "Arabic": "قرر مجلس المدينة يوم الثلاثاء إغلاق الجسر القديم حتى الربيع واشتكى السكان من الإعلان المتأخر.",
    "Japanese": "市議会は火曜日、古い橋を春まで閉鎖することを決めた。住民からは不満の声が上がった。",
    "simplified": "市议会星期二决定将旧桥关闭到春天。居民抱怨通知来得太晚。市长解释说，横梁损坏严重。",
    "traditional": "市議會星期二決定將舊橋關閉到春天。居民抱怨通知來得太晚。市長解釋說，橫樑損壞嚴重。",
    "Korean": "시의회는 화요일 낡은 다리를 봄까지 폐쇄하기로 결정했다. 주민들은 발표가 너무 늦었다고 불평했다.",
}
"""A sentence of news in each language."""


@pytest.mark.parametrize(
    ("language", "codec"),
    [
        *(("German", "cp1252"), ("German", "latin-1"), ("English", "cp1252"), ("Polish", "cp1250")),
        *(("Polish", "iso8859-2"), ("Hungarian", "cp1250"), ("Turkish", "cp1254"), ("Russian", "cp1251")),
        *(("Russian", "koi8-r"), ("Greek", "cp1253"), ("Hebrew", "cp1255"), ("Arabic", "cp1256")),
        *(("Japanese", "shift_jis"), ("Japanese", "euc_jp"), ("Japanese", "iso2022_jp"), ("simplified", "gbk")),
        *(("traditional", "big5"), ("Korean", "euc_kr")),
    ],
)
def test_a_text_of_any_charset_is_read_and_the_guess_is_noted(put, hear, language, codec):
    """A text that declares no charset is read as it was written, and a note says what was guessed."""
    heard = hear(put("a.txt", NEWS[language].encode(codec)))
    assert [NEWS[language]] == heard.texts
    (note,) = heard.notes
    assert "1 file is not UTF-8, and read as" in note.reason


def test_one_note_counts_the_files_of_one_guess(put, hear, tmp_path):
    """Files that were read by one guess are one note with their number, whatever their format."""
    for number in range(9):
        put(f"{number}.txt", NEWS["German"].encode("cp1252"))
    put("a.md", NEWS["English"].encode("cp1252"))
    (note,) = hear(tmp_path).notes
    assert note.reason.startswith("10 files are not UTF-8, and read as windows-1252, which is a guess")
    assert f"{tmp_path}/0.txt" == note.about


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_is_no_guess(put, hear, codec):
    """A text with a byte order mark is read without a note."""
    heard = hear(put("a.txt", NEWS["Russian"].encode(codec)))
    assert ([NEWS["Russian"]], []) == (heard.texts, heard.notes)


@pytest.mark.parametrize("codec", ["iso-8859-5", "koi8-r", "windows-1251", "Shift_JIS"])
def test_a_declared_charset_is_no_guess(codec):
    """The declaration of XML holds for bytes that are not UTF-8."""
    text = f"<?xml version='1.0' encoding='{codec}'?>\n<rss>{'Решение' if codec != 'Shift_JIS' else '決定'}</rss>"
    assert text == decode_text(text.encode(codec), "a", pytest.fail)


def test_utf8_with_a_declaration_is_utf8():
    """A declaration does not change how UTF-8 is read."""
    text = "<?xml version='1.0' encoding='windows-1251'?><rss>Решение</rss>"
    assert text == decode_text(text.encode(), "a", pytest.fail)


def test_a_few_broken_bytes_are_replaced_with_a_note(put, hear):
    """UTF-8 with a few broken bytes is read, and a note counts the bytes that are replaced."""
    heard = hear(put("a.txt", NEWS["Russian"].encode() + b"\xff end"))
    assert [NEWS["Russian"] + "\N{REPLACEMENT CHARACTER} end"] == heard.texts
    assert heard.notes[0].reason.endswith("a.txt: 1)")


@pytest.mark.parametrize("data", [b"\xff", b"\x89PNG\r\n\x1a" + bytes(range(128, 256)) * 2, bytes(range(1, 256)) * 3])
def test_bytes_that_look_like_no_text_are_an_error(data):
    """Bytes that no charset makes sense of are an error, not a guess."""
    with pytest.raises(ReadError, match="is not UTF-8: byte"):
        decode_text(data, "a", pytest.fail)


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16", "cp932"])
def test_pieces_are_decoded_as_they_come(codec):
    """A file that comes byte by byte gives the text of the whole file."""
    text = (NEWS["Japanese"] if codec == "cp932" else NEWS["German"]) * 3
    data = text.encode(codec)
    pieces = (data[place : place + 1] for place in range(len(data)))
    assert text == "".join(decode_pieces(pieces, "a", lambda _problem: None))


def test_a_byte_of_another_charset_later_is_named(monkeypatch):
    """A byte that is not of the charset of the beginning is an error with its line and offset."""
    monkeypatch.setattr("dedup.formats.limits.SNIFF_BYTES", 8)
    pieces = [codecs.BOM_UTF8 + b"one\n", b"two\nthree", b"\ncaf\xe9\n"]
    with pytest.raises(ReadError, match="is not UTF-8: byte 0xE9 at offset 20") as caught:
        list(decode_pieces(pieces, "a", pytest.fail))
    assert 4 == caught.value.line
