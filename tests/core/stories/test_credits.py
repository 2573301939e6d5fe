"""Credit lines and datelines: which lines are credits, and which lines are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.workspace import Workspace
from dedup.core.stories.credits import openings, read_credit, read_dateline
from dedup.core.text.batches import encode
from dedup.core.text.folding import fold
from dedup.core.text.tokens import tokenize

CREDITS = {
    "This article first appeared on CNBC.": "CNBC",
    "This article, by Jane Doe, originally appeared in The Atlantic on March 3, 2024.": "The Atlantic",
    "This story was first published by Harbour Wire.": "Harbour Wire",
    "A version of this story first appeared on ProPublica.": "ProPublica",
    "A longer version of this article was originally published in Nature": "Nature",
    "Editor's note: This story was originally published by U.S. News & World Report.": "U.S. News & World Report",
    "The post Five ways to bake bread appeared first on Daily Loaf.": "Daily Loaf",
    "This article is republished from The Conversation under a Creative Commons license.": "The Conversation",
    "Originally published on Axios.": "Axios",
    "*Originally published at https://www.cnbc.com/2024/03/01/x.html*": "www.cnbc.com",
    "First published by the Guardian": "Guardian",
    "Reprinted from The Wall": "The Wall",
    "Syndicated from  Pressroom": "Pressroom",
    "Source link": "",
    "SOURCE LINK": "",
    "Link to the original article": "",
    "Original article: https://a.example/b": "a.example",
    "Source: Reuters": "Reuters",
    "SOURCE: AP": "AP",
    "Source: https://www.cnbc.com/2024/01/01/a.html": "www.cnbc.com",
    "via The Verge": "The Verge",
    "(via Reuters)": "Reuters",
    "Via: TechCrunch": "TechCrunch",
    "Republished with permission.": "",
    "Republished with permission from The Texas Tribune.": "The Texas Tribune",
    "Reprinted with the kind permission of STAT": "STAT",
    "Read the original article": "",
    "Read the original article on The Guardian.": "The Guardian",
    "Read the original story here": "",
    "Read the full article here.": "",
    "Read the full story on Harbour Wire": "Harbour Wire",
    "Read the rest of the story at Calder Press": "Calder Press",
    "Read more at The Oxmoor Ledger.": "The Oxmoor Ledger",
    "Continue reading on Bloomberg.com": "Bloomberg.com",
    "(This story has not been edited by our staff and is published from a syndicated feed.)": "",
    "(Except for the headline, this story has not been edited and is auto-generated from a news agency feed.)": "",
    "Quelle: dpa": "dpa",
    "Dieser Artikel erschien zuerst auf Heise.de.": "Heise.de",
    "Dieser Text ist zuerst bei Zeit Online erschienen.": "Zeit Online",
    "Der Beitrag Zehn Tipps für den Garten erschien zuerst auf Gartenblatt.": "Gartenblatt",
    "Zuerst erschienen in der Süddeutschen Zeitung": "Süddeutschen Zeitung",
    "Ursprünglich veröffentlicht auf netzpolitik.org": "netzpolitik.org",
    "Weiterlesen auf FAZ.net": "FAZ.net",
    "Den vollständigen Artikel lesen Sie auf Alsterblatt": "Alsterblatt",
    "Zum Originalartikel": "",
    "Source : AFP": "AFP",
    "Cet article a été initialement publié sur Le Monde.": "Le Monde",
    "Cet article a d’abord été publié sur Slate": "Slate",
    "Cet article est paru à l'origine dans le Courrier des Dunes": "Courrier des Dunes",
    "L’article Dix conseils est apparu en premier sur Jardin Info.": "Jardin Info",
    "Publié à l'origine sur Mediapart": "Mediapart",
    "Publie\u0301 a\u0300 l’origine par Le Temps": "Le Temps",
    "Lire l'article original sur Libération": "Libération",
    "Lire la suite sur lemonde.fr": "lemonde.fr",
    "Fuente: EFE": "EFE",
    "Este artículo fue publicado originalmente en El Universal.": "El Universal",
    "La entrada Diez consejos se publicó primero en Huerto Vivo.": "Huerto Vivo",
    "Publicado originalmente en El Faro": "El Faro",
    "Leer el artículo original en BBC Mundo": "BBC Mundo",
    "Sigue leyendo en El País": "El País",
}

WEAK = {
    "Source: Harbour Wire. PressMirror stores a copy of public pages.": "Harbour Wire",
    "Quelle: Spiegel Online": "Spiegel Online",
    "Fuente: El País": "El País",
    "Fonte: Corriere della Sera": "Corriere della Sera",
    "Bron: De Standaard": "De Standaard",
    "Источник: Коммерсантъ": "Коммерсантъ",
    "来源：兰溪日报": "兰溪日报",
    "Source: FactSet": "FactSet",
}

NO_CREDITS = [
    "",
    "...",
    "A source said the deal was near.",
    "Source: company data",
    "Source: Getty Images",
    "Source: 2019",
    "Source:",
    "Sources close to the matter said so.",
    "Source code was leaked on Friday.",
    "Fuente: elaboración propia",
    "Quelle des Flusses ist ein Teich.",
    "First published in 1897, Dracula was a hit.",
    "First published in London, the book sold well.",
    "The study was first published in Nature.",
    "This article was originally published on 3 March 2024 and has been updated.",
    "This article was originally published in January.",
    "This story was first published on Tuesday.",
    "This article appeared to be long.",
    "The story first appeared to be over.",
    "The post was first published on our own blog.",
    "Read more",
    "Read more on Ukraine",
    "Read more: Five ways to bake bread",
    "Read the full story",
    "Read the full report here.",
    "Continue reading",
    "Continue reading the main story",
    "via email",
    "Via WhatsApp",
    "Via Getty Images",
    "Via Roma was closed on Monday after a burst pipe flooded two cellars.",
    "Republished every year, the list is long.",
    "Dieser Artikel wurde am 3. März zuerst um 10 Uhr veröffentlicht.",
    "Cet article vous a plu ?",
    "Publié le 3 mars 2024",
    "Publicado el 3 de marzo de 2024",
    "Lire la suite de l’actualité en région",
    "Note: all times are local.",
    "Editor's note",
]


@pytest.mark.parametrize(("line", "name"), [*CREDITS.items(), *WEAK.items()])
def test_what_is_a_credit(line, name):
    """A line that says where an article is from is a credit with a name, with spaces around it or a wrap too."""
    credit = read_credit(line)
    assert credit is not None
    assert (name, line in WEAK) == (credit.name, credit.weak)
    assert read_credit(f"  {line}\r\n") == credit
    wrapped = read_credit(line.replace(" ", "\n  ", 1))
    assert wrapped == credit


@pytest.mark.parametrize("line", NO_CREDITS)
def test_what_is_no_credit(line):
    """Lines about speaking sources, dates, books, pictures, sharing and further links are no credits."""
    assert read_credit(line) is None


@pytest.mark.parametrize("ascii", [True, False])
def test_credits_are_found_by_how_they_begin(ascii):
    """Every credit begins with opening words, and a text in ASCII needs only the opening words in ASCII."""
    lines = [line for line in (*CREDITS, *WEAK) if line.isascii() or not ascii]
    tokens = tokenize(fold(*encode([*lines, "What else there is.", ""]), Workspace()), 7, Workspace())
    assert list(range(len(lines))) == openings(tokens, 7, ascii).tolist()


DATELINES = {
    "LONDON (Reuters) - The bank": "Reuters",
    "(Reuters) - The bank": "Reuters",
    "LONDON, March 3 (AP) — The bank": "AP",
    "WASHINGTON (AP) _ The bank": "AP",
    "BEIJING, March 3 (Xinhua) -- The bank": "Xinhua",
    "Berlin (dpa) - Die Bank": "dpa",
    "Berlin (dpa/tmn) – Die Bank": "dpa",
    "Frankfurt am Main (dpa-AFX) - Die Bank": "dpa-AFX",
    "PARIS (AFP) - La banque": "AFP",
    "Madrid, 3 mar (EFE).- El banco": "EFE",
    "MADRID, 3 (EUROPA PRESS) - El banco": "EUROPA PRESS",
    "A headline\n\nBy Jane Doe\nWASHINGTON (AP) -- The bank": "AP",
    "Menu | WASHINGTON (AP) - The bank": "AP",
    "Menu Share Home WASHINGTON, Nov 4 (AP) - The bank": "AP",
    "BRINEHAVEN, Nov 4 (Harbour Wire) - At least": "Harbour Wire",
}


@pytest.mark.parametrize(("text", "name"), DATELINES.items())
def test_datelines(text, name):
    """A place, a day and a name in brackets before a dash are a dateline, weak unless the name is an agency."""
    credit = read_dateline(text)
    assert credit is not None
    assert (name, name == "Harbour Wire") == (credit.name, credit.weak)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "He said (in 2019) - and",
        "The firm (Reuters) - which said",
        "The bank said (ECB) - and",
        "Shares of Thomson Reuters (TRI) rose",
        "LONDON (Reuters) The bank",
        "(March) - The bank",
        f"{'The bank. ' * 200}\nLONDON (Reuters) - The bank",
        "(" * 3000,
        "(a) - " * 1000,
    ],
)
def test_no_datelines(text):
    """Brackets inside a sentence, dates, and brackets deep in a text are no datelines."""
    assert read_dateline(text) is None


@given(
    st.text(max_size=300) | st.sampled_from(sorted(CREDITS)).flatmap(lambda line: st.text(max_size=50).map(line.join))
)
def test_any_text_can_be_read(text):
    """Any text can be read for credits, and the name of a credit is on one line."""
    for credit in (read_credit(text), read_dateline(text)):
        assert credit is None or credit.name == " ".join(credit.name.split())
