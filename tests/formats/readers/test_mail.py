"""Mails, alone and in an mbox, and pages that a browser saved in one file."""

import datetime
from email.message import EmailMessage

import pytest

from dedup.formats import limits

FROM = b"From a@b.example Tue Apr 23 12:00:00 2024\n"


def mail(text="The body.", html=None, **headers):
    """The bytes of a mail."""
    message = EmailMessage()
    fields = {"Subject": "A subject", "From": "News <news@b.example>", "Message-ID": "<1@b.example>"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in fields.items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html") if text is not None else message.set_content(html, subtype="html")
    return message


def test_a_mail_is_a_document(put, hear):
    """A mail gives its id, subject, sender's site, time and text."""
    (document,) = hear(put("a.eml", bytes(mail(Date="Tue, 23 Apr 2024 12:00:00 +0200")))).documents
    assert ("1@b.example", "A subject", "b.example", "The body.\n") == (
        document.id,
        document.title,
        document.source,
        document.text,
    )
    assert datetime.datetime(2024, 4, 23, 10, tzinfo=datetime.UTC) == document.published


def test_a_newsletter_of_html(put, hear):
    """A mail of HTML alone gives the text of the page."""
    html = "<html><body><h1>News</h1><p>The strait is open again after a week of storms.</p></body></html>"
    assert "The strait is open again" in hear(put("a.eml", bytes(mail(None, html)))).texts[0]


def test_the_text_goes_before_the_page(put, hear):
    """A mail with both gives its text."""
    assert ["The body.\n"] == hear(put("a.eml", bytes(mail(html="<p>The page.</p>")))).texts


def test_attachments_are_left_out(put, hear):
    """Attachments are left out, and a forwarded mail is the text of a mail that has none."""
    message = mail()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    assert ["The body.\n"] == hear(put("a.eml", bytes(message))).texts
    outer = mail(None, Subject="Fwd")
    outer.make_mixed()
    outer.attach(mail("The inner body."))
    assert ["The inner body.\n"] == hear(put("b.eml", bytes(outer))).texts


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "koi8-r"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_charsets(put, hear, charset, encoding):
    """Text in any charset and transfer encoding is decoded, and so are encoded words of headers."""
    text = "Ångström über" if charset != "koi8-r" else "Пролив открыт"
    message = mail(None, Subject=text)
    message.set_content(text, charset=charset, cte=encoding)
    (document,) = hear(put("a.eml", bytes(message))).documents
    assert (text, text) == (document.title, document.text.strip())


def test_raw_bytes_in_headers(put, hear):
    """A header of raw UTF-8 or Windows-1252 is decoded."""
    for number, codec in enumerate(("utf-8", "cp1252")):
        data = "Subject: Überfahrt\nFrom: a\n\nbody".encode(codec)
        assert ["Überfahrt"] == [document.title for document in hear(put(f"{number}.eml", data)).documents]


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: =?utf-9?q?a?=\nContent-Type: text/plain; charset=nonsense\n\nbody",
        b"Subject: a\nContent-Type: ;;;=\nContent-Disposition: ;\n\nbody",
        b"Subject: a\nDate: no date\nFrom: <<<@@\nMessage-ID: \n\nbody",
        b"Subject: a\nContent-Type: multipart/mixed\n\nbody",
        b"Subject: " + b"=?a?q?" * 50_000 + b"\n\nbody",
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 3000,
    ],
)
def test_broken_mails_break_nothing(put, hear, data):
    """Broken headers cost their values at most, and a mail that nests too deep is a skip."""
    heard = hear(put("a.eml", data))
    assert 1 == len(heard.documents) + len(heard.skips)


def test_what_is_no_mail_is_a_skip(put, hear):
    """Text without a header is no mail, and a mailbox must begin with its line."""
    heard = hear(put("a.eml", "\nno mail"), put("a.mbox", "no mailbox"))
    assert ([], 2) == (heard.documents, len(heard.skips))


def test_a_mailbox_holds_many_mails(put, hear):
    """Each mail of an mbox is a document. Its lines that begin with From are unescaped."""
    mails = [mail(f"Mail {number}.\n>From here on", Message_ID=f"<{number}@b.example>") for number in range(3)]
    heard = hear(put("a.mbox", b"\n".join(FROM + bytes(message) for message in mails)))
    assert ["0@b.example", "1@b.example", "2@b.example"] == heard.ids
    assert "Mail 0.\nFrom here on" == heard.texts[0].strip()
    assert [] == heard.skips


def test_a_line_of_a_mail_may_begin_with_from(put, hear):
    """A line that begins with From, but names no time, is text."""
    heard = hear(put("a.mbox", FROM + b"Subject: a\n\nFrom here on,\nwe walk.\n"))
    assert ["From here on,\nwe walk.\n"] == heard.texts


def test_a_mailbox_is_cut_between_mails(put, hear, monkeypatch):
    """Chunks of an mbox give the same documents as the whole file."""
    data = b"\n".join(FROM + bytes(mail(f"Mail {number}.", Message_ID=f"<{number}@b>")) for number in range(50))
    whole = hear(put("a.mbox", data))
    monkeypatch.setattr(limits, "CHUNK_BYTES", 1000)
    assert whole.ids == hear(put("a.mbox", data)).ids


def test_a_mail_without_id_has_its_number(put, hear):
    """A mail without a message id has the id of its file and its number."""
    assert ["a.mbox:1", "a.mbox:2"] == [
        id.rpartition("/")[2] for id in hear(put("a.mbox", (FROM + b"Subject: a\n\nbody\n\n") * 2)).ids
    ]


def test_a_saved_page(put, hear):
    """A page in MHTML gives its text, title and address; images and frames are left out."""
    data = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/b\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        "Content-Location: https://a.example/b\r\n\r\n"
        "<html><head><title>T</title></head><body><p>The stra=\r\nit is open =C3=A9.</p></body></html>\r\n"
        "--x\r\nContent-Type: image/png\r\n\r\nno\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>frame</p>\r\n--x--\r\n"
    )
    for name in ("a.mhtml", "b.mht"):
        (document,) = hear(put(name, data)).documents
        assert ("The strait is open é.", "T", "https://a.example/b") == (document.text, document.title, document.url)


def test_a_saved_page_without_html_is_a_skip(put, hear):
    """MHTML without a part of HTML is a skip."""
    (skip,) = hear(put("a.mhtml", "MIME-Version: 1.0\nContent-Type: image/png\n\nno")).skips
    assert skip.reason.startswith("holds no part of HTML")
