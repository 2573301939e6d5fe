"""RSS and Atom: one document an entry, whole feeds or broken ones, and no network."""

import socket

import pytest

CHANNEL = "<title>Feed</title><link>https://feed.example/news</link>"


def rss(*items: str, channel: str = CHANNEL) -> str:
    """An RSS 2.0 feed of items."""
    names = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {names}><channel>{channel}{body}</channel></rss>'


def atom(*entries: str) -> str:
    """An Atom feed of entries."""
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    link = '<title>F</title><link href="https://atom.example/"/>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://atom.example/x/">{link}{body}</feed>'


FULL = (
    "<title>Bridge closes</title><link>https://feed.example/1</link><guid isPermaLink='false'>g1</guid>"
    "<pubDate>Tue, 02 Jan 2024 03:04:05 +0100</pubDate><description>A summary.</description>"
    "<content:encoded><![CDATA[<p>The bridge &amp; the road close.</p><p>It is old.</p>]]></content:encoded>"
)


def test_an_item_gives_all_fields(put, hear):
    """The content of an item goes before its summary; guid, title, link, time and site are read."""
    (document,) = hear(put("a.rss", rss(FULL))).documents
    assert ("g1", "The bridge & the road close.\nIt is old.") == (document.id, document.text)
    assert ("Bridge closes", "feed.example", "https://feed.example/1") == (
        document.title,
        document.source,
        document.url,
    )
    assert "2024-01-02T03:04:05+01:00" == document.published.isoformat()


@pytest.mark.parametrize("name", ["a.rss", "a.xml", "a.rdf", "a.atom"])
def test_the_kind_of_a_feed_does_not_depend_on_its_suffix(put, hear, name):
    """Each suffix of feeds takes each kind of feed."""
    assert ["g1"] == hear(put(name, rss(FULL))).ids
    assert ["urn:e"] == hear(put(name, atom("<id>urn:e</id><title>T</title><summary>s</summary>"))).ids


def test_atom_is_read(put, hear):
    """Content as text, HTML or XHTML, relative links, and the source of an entry are read."""
    xhtml = '<div xmlns="http://www.w3.org/1999/xhtml"><p>One &amp; <b>two</b>.</p></div>'
    entries = [
        f'<id>urn:1</id><title>T</title><link href="p1"/><updated>2024-01-02T03:04:05Z</updated>'
        f'<content type="xhtml">{xhtml}</content>',
        '<id>urn:2</id><content type="text">1 &lt; 2</content>'
        '<source><id>urn:s</id><link href="https://other.example/"/></source>',
        '<id>urn:3</id><title type="html">A &amp;amp; B</title><content type="html">&lt;p&gt;Three&lt;/p&gt;</content>',
    ]
    heard = hear(put("a.atom", atom(*entries)))
    assert ["One & two.", "1 < 2", "Three"] == heard.texts
    assert ["https://atom.example/x/p1", "", ""] == [document.url for document in heard.documents]
    assert ["atom.example", "other.example", "atom.example"] == [document.source for document in heard.documents]
    assert ["T", "", "A & B"] == [document.title for document in heard.documents]
    assert 2024 == heard.documents[0].published.year


def test_rss_1_is_read(put, hear):
    """RSS 1.0 has its items beside the channel."""
    feed = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="x"><title>C</title><link>http://r.example/</link></channel>'
        '<item rdf:about="http://r.example/1"><title>T</title><link>http://r.example/1</link>'
        "<description>Words.</description></item></rdf:RDF>"
    )
    (document,) = hear(put("a.rdf", feed)).documents
    assert ("http://r.example/1", "T\nWords.", "r.example") == (document.id, document.text, document.source)


def test_without_content_title_and_summary_are_the_text(put, hear):
    """The summary of an item, with or without markup, stands under its title; the link is the id."""
    heard = hear(
        put(
            "a.rss",
            rss(
                "<title>T</title><link>/a</link><description>&lt;p&gt;One &amp;amp; two.&lt;/p&gt;</description>",
                "<title>U</title><link>https://feed.example/b</link><description>5 &lt; 6</description>",
            ),
        )
    )
    assert (["T\nOne & two.", "U\n5 < 6"], []) == (heard.texts, heard.notes)
    assert ["https://feed.example/a", "https://feed.example/b"] == heard.ids


def test_entries_without_text_are_one_note(put, hear):
    """Entries with title and link alone are documents and counted in one note; entries without a word are left out."""
    path = put(
        "a.rss",
        rss(
            *(f"<title>T{number}</title><link>/{number}</link>" for number in range(3)),
            '<enclosure url="https://feed.example/a.mp3" type="audio/mpeg" length="5"/>',
        ),
    )
    heard = hear(path)
    assert ["T0", "T1", "T2"] == heard.texts
    assert [
        (str(path), "3 entries without text: only title and link"),
        (str(path), "1 entry without a word: passed over"),
    ] == [(note.about, note.reason) for note in heard.notes]


def test_one_guid_is_one_document(put, hear):
    """The first entry of a guid is read. Later ones are passed over and counted in one note."""
    heard = hear(put("a.rss", rss(FULL, FULL.replace("Bridge", "Road"), FULL)))
    assert (["g1"], ["Bridge closes"]) == (heard.ids, [document.title for document in heard.documents])
    assert ["2 entries with the guid of an earlier entry: passed over"] == [note.reason for note in heard.notes]


def test_the_source_of_an_item_goes_before_its_feed(put, hear):
    """An item of a collection of feeds has the site that the item names."""
    items = (
        '<title>T</title><source url="https://one.example/rss">One</source>',
        "<title>U</title><link>https://two.example/u</link>",
    )
    heard = hear(put("a.rss", rss(*items)))
    assert ["one.example", "feed.example"] == [document.source for document in heard.documents]
    heard = hear(put("b.rss", rss(*items, channel="")))
    assert ["one.example", "two.example"] == [document.source for document in heard.documents]


@pytest.mark.parametrize("sentences", [1, 2, 3, 5])
@pytest.mark.parametrize("form", ["<p>{}</p>", "{}<br/>", "<div><a href='/x'>{}</a></div>", "<ul><li>{}</li></ul>"])
def test_short_content_stays_whole(put, hear, sentences, form):
    """No sentence of a short content is lost, whatever tags are around it."""
    lines = [f"Sentence {number} of the council of the town." for number in range(sentences)]
    content = "<h2>Head</h2>" + "".join(form.format(line) for line in lines)
    (text,) = hear(put("a.rss", rss(f"<title>T</title><content:encoded><![CDATA[{content}]]></content:encoded>"))).texts
    assert ["Head", *lines] == text.split("\n")


def test_a_declared_encoding_is_read(put, hear):
    """The XML declaration tells the encoding."""
    data = rss("<title>Caf\xe9</title>").replace("UTF-8", "iso-8859-1").encode("latin-1")
    assert ["Caf\xe9"] == hear(put("a.rss", data)).texts


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url/></urlset>", "is a sitemap"),
        ("<opml version='2.0'><body/></opml>", "is a list of feeds"),
        ("<?xml version='1.0'?><note><to/></note>", "is XML with the root 'note'"),
        ("some words", "is not XML"),
        ("https://feed.example/rss.xml", "is not XML"),
        ("/etc/passwd", "is not XML"),
        ("", "is not XML"),
    ],
)
def test_what_is_no_feed_is_a_skip_with_its_reason(put, hear, data, reason):
    """XML of another kind, and what is no XML, is a skip that says what it is. Addresses and names are never opened."""
    heard = hear(put("a.xml", data))
    assert (
        [],
        [f"{reason}, not RSS or Atom; leave it out, or convert it to JSON Lines"],
    ) == (
        heard.texts,
        [skip.reason for skip in heard.skips],
    )


@pytest.mark.parametrize(
    "tail", ["<item><title>Cut</title><description>half of", "<item><title>Cut", "<item", "<it", ""]
)
def test_a_cut_feed_gives_its_whole_entries(put, hear, tail):
    """A feed that breaks off gives the whole entries before, and a skip."""
    heard = hear(put("a.rss", rss(FULL).removesuffix("</channel></rss>") + tail))
    assert (["g1"], ["breaks off before its end; fetch it again; the whole entries were read"]) == (
        heard.ids,
        [skip.reason for skip in heard.skips],
    )


def test_a_feed_that_is_not_well_formed_is_read_with_a_note(put, hear):
    """A feed with an entity of HTML, as many are, is read, and a note says so."""
    heard = hear(put("a.rss", rss("<title>A&nbsp;b</title>", "<title>C</title>")))
    assert (["A b", "C"], []) == (heard.texts, heard.skips)
    assert "is not well-formed XML" in heard.notes[0].reason


def test_entities_open_no_file_and_do_not_expand(put, hear, tmp_path):
    """External entities stay empty, and a bomb of entities is bounded."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    outside = f'<!DOCTYPE r [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY % p SYSTEM "{secret.as_uri()}">%p;]>'
    bombs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 9))
    inside = f'<!DOCTYPE r [<!ENTITY a0 "{"x" * 1000}">{bombs}]>'
    for number, (kind, title) in enumerate([(outside, "&a; t"), (inside, "&a8; t")]):
        feed = rss(f"<title>{title}</title>").replace("?>", "?>" + kind, 1)
        texts = hear(put(f"{number}.rss", feed)).texts
        assert all("secret" not in text and len(text) < 1_000_000 for text in texts)


def test_no_network_is_used(put, hear, monkeypatch):
    """No reader of feeds opens a socket, whatever addresses a feed has."""
    monkeypatch.setattr(socket, "socket", lambda *_args, **_options: pytest.fail("a socket was opened"))
    feed = atom('<id>1</id><title>T</title><content src="https://a.example/a.html" type="text/html"/>')
    assert ["T"] == hear(put("a.atom", feed)).texts


def test_names_of_fields_of_other_inputs_do_not_concern_feeds(put, hear):
    """A feed has its own names, so that --field for a table beside the feed does no harm."""
    assert ["g1"] == hear(put("a.rss", rss(FULL)), fields={"text": "body", "id": "key"}).ids
