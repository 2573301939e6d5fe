"""Text that a page hides is no text of it, with a tree and without one."""

import random
import time
from itertools import pairwise

import pytest
from lxml import html

from dedup.core.text.styles.declarations import read_declarations
from dedup.core.text.styles.visibility import Sight, inner_sight
from dedup.formats.pages.extract import extract
from dedup.formats.pages.flat import whole_text
from dedup.formats.pages.hidden import remove_hidden

SEEN, JUNK = "the council decided on monday", "junk that nobody sees"

HIDING = [
    "display:none",
    "DISPLAY : None !important",
    "display:none!IMPORTANT;color:red",
    "d\\69splay:none",
    "display:/* x */none",
    "color:red;;display:none",
    "display:block;display:none",
    "display:none;display:nonsense",
    "display:none !important;display:block",
    "visibility:hidden",
    "visibility:collapse",
    "opacity:0",
    "opacity:.0",
    "opacity:0%",
    "opacity:calc(0)",
    "filter:opacity(0)",
    "font-size:0",
    "font-size:0px",
    "font-size:.01em",
    "font-size:1%",
    "font:0/0 a",
    "content-visibility:hidden",
    "color:transparent",
    "color:rgba(0, 0, 0, 0)",
    "color:rgb(0 0 0 / 0%)",
    "color:#0000",
    "position:absolute;left:-9999px",
    "position:absolute;left:-999em",
    "position:fixed;top:-200vh",
    "position:absolute;inset:0 auto auto -5000px",
    "position:relative;right:9999px",
    "display:block;text-indent:-9999px",
    "display:block;text-indent:100%;white-space:nowrap;overflow:hidden",
    "margin-left:-9999px",
    "display:inline-block;transform:translateX(-9999px)",
    "display:inline-block;transform:scale(0)",
    "display:block;scale:0",
    "position:absolute;clip:rect(0,0,0,0)",
    "position:absolute;clip:rect(1px 1px 1px 1px)",
    "clip-path:inset(50%)",
    "clip-path:circle(0)",
    "clip-path:polygon(0 0, 0 0, 0 0)",
    "display:block;height:0;overflow:hidden",
    "display:block;max-height:0;overflow:hidden",
    "display:inline-block;width:1px;height:1px;overflow:hidden",
    "position:absolute;width:0;overflow:clip",
    "display:block;block-size:0;overflow-y:hidden",
]

SHOWING = [
    "",
    "color:red",
    "display:none;display:block",
    "display:nonexistent",
    "font-family:';display:none;'",
    'content:"a;display:none"',
    "background:url(x;display:none)",
    "/* display:none */",
    "display:block !important;display:none",
    "--x:(;display:none",
    "visibility:hidden;visibility:visible",
    "opacity:0;opacity:1",
    "opacity:0;animation:appear 1s forwards",
    "opacity:.5",
    "font-size:0;font-size:12px",
    "font-size:-1px",
    "font:12px/0 serif",
    "left:-9999px",
    "position:static;left:-9999px",
    "position:absolute;left:0;right:-9999px",
    "position:relative;left:9999px;margin-left:-9999px",
    "margin-left:-9999px;padding-left:9999px",
    "width:0;height:0;overflow:hidden",
    "display:block;height:0",
    "display:block;height:0;min-height:1em;overflow:hidden",
    "display:block;height:0;padding-top:56%;overflow:hidden",
    "display:table-cell;height:0;overflow:hidden",
    "clip:rect(0,0,0,0)",
    "clip-path:none",
    "clip-path:inset(10%)",
    "transform:scale(0)",
    "display:block;text-indent:-2em",
    "color:transparent;-webkit-background-clip:text",
    "color:transparent;text-shadow:0 0 1px black",
]

ELEMENTS = [
    "<span hidden>{}</span>",
    "<span HIDDEN=until-found>{}</span>",
    "<span popover>{}</span>",
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    "<dialog>{}</dialog>",
    "<rp>{}</rp>",
    "<video>{}</video>",
    "<canvas>{}</canvas>",
    "<iframe>{}</iframe>",
    "<datalist><option>{}</option></datalist>",
    "<!-- {} -->",
    "<input type=hidden value='{}'>",
    "<span style='d&#105;splay:none'>{}</span>",
    "<div hidden><p>{0}</p><ul><li>{0}</li></ul></div>",
]

SHEETS = [
    ("span{display:none}", "<span>{}</span>"),
    (".x{display:none}", "<span class='a x'>{}</span>"),
    ("#x{display:none}", "<span id=x>{}</span>"),
    ("span.x{display:none}", "<span class=x>{}</span>"),
    ("SPAN.x,b{font-size:0}", "<span class=x>{}</span>"),
    (".a.x{display:none}", "<span class='a x'>{}</span>"),
    (".a .x{display:none}", "<i class=a><b><span class=x>{}</span></b></i>"),
    (".a > .x{display:none}", "<i class=a><span class=x>{}</span></i>"),
    ("[data-x]{display:none}", "<span data-x>{}</span>"),
    ("span[data-x='1']{display:none}", "<span data-x=1>{}</span>"),
    (".x{display:none", "<span class=x>{}</span>"),
    (".\\78{display:none}", "<span class=x>{}</span>"),
    ("/* } */ .x{display:none}", "<span class=x>{}</span>"),
    ("a:after{content:'}'} .x{display:none}", "<span class=x>{}</span>"),
    ("@media screen and (min-width:300px){.x{display:none}}", "<span class=x>{}</span>"),
    ("@supports (display:grid){.x{display:none}}", "<span class=x>{}</span>"),
    (".x{display:none!important}", "<span class=x style='display:block'>{}</span>"),
    (".x{color:red;&:hover{color:blue}display:none}", "<span class=x>{}</span>"),
    (".x{overflow:hidden;display:block}.y{height:0}", "<span class='x y'>{}</span>"),
]

SHEETS_THAT_SHOW = [
    ("@media print{span{display:none}}", "<span>{}</span>"),
    ("@media (max-width:600px){span{display:none}}", "<span>{}</span>"),
    ("@font-face{display:none} @keyframes x{from{opacity:0}}", "<span>{}</span>"),
    (".x{display:none} .y{display:inline}", "<span class='x y'>{}</span>"),
    ("#x{display:inline} .x{display:none}", "<span class=x id=x>{}</span>"),
    (".x{display:none}", "<span class=x style='display:inline'>{}</span>"),
    (".fade{opacity:0} .fade.in{opacity:1}", "<span class='fade in'>{}</span>"),
    (".a > .x{display:none}", "<i class=a><b><span class=x>{}</span></b></i>"),
    (".x:hover{display:none}", "<span class=x>{}</span>"),
    ("/* .x{display:none} */", "<span class=x>{}</span>"),
    ("span{visibility:hidden} b{visibility:visible}", "<span><b>{}</b></span>"),
    ("html,body{display:none}", "<span>{}</span>"),
]


def texts_of(body: str, head: str = "", extractors=("trafilatura", "none")) -> list[str]:
    """The text of a page by its tree, by each extractor, and without a tree.

    The extractor resiliparse has a rule of its own for what is hidden, and leaves out more.
    """
    page = f"<html><head><title>t</title>{head}</head><body><article><p>{SEEN} {body}</p></article></body></html>"
    texts = [extract(page, "a", extractor).text for extractor in extractors]
    texts.append(whole_text(f"{head}<p>{SEEN} {body}</p>")[0])
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("style", HIDING)
def test_a_style_hides_text(style):
    """Text under a style that shows nothing is no text, by any extractor."""
    assert [SEEN] * 4 == texts_of(f"<span style='{style}'>{JUNK}</span>", "", ("trafilatura", "resiliparse", "none"))


@pytest.mark.parametrize("style", SHOWING)
def test_a_style_that_shows_text_hides_none(style):
    """Text under a style that a browser shows stays."""
    style = style.replace('"', "&quot;")
    assert [f"{SEEN} {JUNK}"] * 3 == texts_of(f'<span style="{style}">{JUNK}</span>')


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_hides_text(element):
    """Text in an element that a browser does not display is no text."""
    assert [SEEN] * 3 == texts_of(element.format(JUNK))


@pytest.mark.parametrize(("css", "element"), SHEETS)
def test_a_rule_hides_text(css, element):
    """Rules of a style element of the page hide text."""
    assert [SEEN] * 3 == texts_of(element.format(JUNK), f"<style>{css}</style>")


@pytest.mark.parametrize(("css", "element"), SHEETS_THAT_SHOW)
def test_a_rule_that_does_not_count_hides_none(css, element):
    """Rules of other media and of other elements hide nothing, and a stronger rule shows again."""
    assert [f"{SEEN} {JUNK}"] * 3 == texts_of(element.format(JUNK), f"<style>{css}</style>")


@pytest.mark.parametrize("around", ["<style media=print>{}</style>", "<noscript><style>{}</style></noscript>"])
def test_a_style_element_that_is_not_read_hides_none(around):
    """The style elements for paper, and for browsers without scripts, hide nothing."""
    assert [f"{SEEN} {JUNK}"] * 3 == texts_of(f"<span>{JUNK}</span>", around.format("span{display:none}"))


@pytest.mark.parametrize("style", ["display:none", "visibility:hidden", "opacity:0"])
@pytest.mark.parametrize("tag", ["html", "body", "div"])
def test_a_page_that_hides_all_keeps_its_text(tag, style):
    """A page that scripts show keeps its text, also if an element around all of it is hidden."""
    page = f"<html><body><div><p>{SEEN}</p></div></body></html>".replace(f"<{tag}>", f"<{tag} style='{style}'>")
    assert [SEEN, SEEN] == [extract(page, "a").text, whole_text(page)[0]]


def test_words_around_hidden_text_stay_one():
    """A gone element inside a word does not break it, and one between words leaves the space."""
    assert ["the word and more", "the word and more"] == [
        extract(f"<html><body><p>the wo<b hidden>{JUNK}</b>rd<i hidden>x</i> and more</p></body></html>", "a").text,
        whole_text(f"<p>the wo<b hidden>{JUNK}<br></b>rd<i hidden>x</i> and more</p>")[0],
    ]


def test_visible_text_in_hidden_text_is_seen():
    """An element that is visible again shows its text alone."""
    body = f"<span style='visibility:hidden'>{JUNK} <b style='visibility:visible'>and why</b> {JUNK}</span>"
    assert [f"{SEEN} and why"] * 3 == texts_of(body)


def test_data_in_hidden_elements_stay():
    """Addresses and times for machines count, though the element around them is hidden."""
    body = (
        "<div hidden><meta itemprop='datePublished' content='2024-03-01T10:20:30Z'>"
        "<link rel='canonical' href='https://paper.example/a'>junk</div>"
    )
    page = f"<html><body><article>{body}<p>{SEEN}</p></article></body></html>"
    extracted = extract(page, "a")
    assert ("https://paper.example/a", "2024-03-01T10:20:30+00:00", SEEN) == (
        extracted.canonical_url,
        extracted.published.isoformat(),
        extracted.text,
    )


SIZE = 20_000


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "<p>a</p><style>" + "".join(f".c{k}{{display:none}}" for k in range(n)) + "</style>",
        lambda n: f"<style>{'.a{opacity:0}' * n}</style>" + "<p class=a>b</p>" * n + "c",
        lambda n: (
            "<style>" + "".join(f".a .b{k}.b{{opacity:0}}" for k in range(n)) + "</style>" + "<p class='a b'>b</p>" * n
        ),
        lambda n: "<style>" + ".a " * n + "{opacity:0}</style><p class=a>b</p>",
        lambda n: f"<style>{'/*' * n}</style><p>b</p>",
        lambda n: f"<style>{'@media x{' * n}</style><p>b</p>",
        lambda n: f"<style>{chr(34) * n}{'{(' * n}</style><p>b</p>",
        lambda n: f"<p style='{'display:none;' * n}'>b</p>c",
        lambda n: f"<p style='display{'(' * n}'>b</p>c",
        lambda n: f"<p style='{'a' * n} {'display' * n}'>b</p>c",
        lambda n: f"<p class='{' '.join(f'c{k}' for k in range(n))}'>b</p><style>.c1{{opacity:0}}</style>c",
        lambda n: "<i hidden>a</i>bcd" * n,
        lambda n: "<style>.a .b{opacity:1}.a{font-size:0}</style>" + "<b class=a>c" * n,
        lambda n: "<i style='font-size:0'>a</i>bcd" * n,
        lambda n: f"<style>.a{'.a' * n}{{opacity:0}}.{chr(92)}{'61' * n}{{opacity:0}}</style>c",
    ],
)
def test_time_is_linear(make):
    """Four times as many attributes, rules, selectors or hidden elements take less than ten times the time."""
    took = []
    for size in (SIZE // 4, SIZE):
        page = make(size)
        start = time.process_time()
        whole_text(page)
        took.append(time.process_time() - start)
    assert took[1] < 10 * took[0] + 0.3


def test_many_hidden_elements_take_linear_time_in_a_tree():
    """Thousands of hidden elements with long texts between them are removed in linear time."""
    page = "<body>" + "<i hidden>a</i>" + f"<i hidden>a</i>{'b' * 200}" * 20_000 + "</body>"
    tree = html.fromstring(page)
    start = time.process_time()
    assert remove_hidden(tree, page)
    assert time.process_time() - start < 2
    assert "b" * 200 * 20_000 == tree.text_content()


TAGS, CLASSES = ("div", "span", "b"), ("x", "y", "z")
VALUES = ("display:none", "display:block", "visibility:hidden", "visibility:visible", "font-size:0", "font-size:9px")
VALUES = (*VALUES, "opacity:0", "opacity:1", "display:inline !important", "visibility:hidden!important")


def slow_texts(page: str) -> list[str]:
    """The texts that a browser shows, by the selectors of lxml, one element after the other."""
    tree = html.document_fromstring(page)
    rules = [rule.strip().partition("{") for rule in (tree.find(".//style").text or "").split("}") if rule.strip()]
    computed: dict[html.HtmlElement, dict[str, str]] = {}
    for order, (selector, _, css) in enumerate(rules):
        weight = (selector.count("#"), selector.count(".") + selector.count("["), sum(tag in selector for tag in TAGS))
        for element in tree.cssselect(selector):
            computed.setdefault(element, {})
            for name, (important, value) in read_declarations(css).items():
                ranked = (important, 0, weight, order, value)
                computed[element][name] = max(computed[element].get(name, ranked), ranked)
    for element in tree.iter("div", "span", "b"):
        for name, (important, value) in read_declarations(element.get("style") or "").items():
            ranked = (important, 1, (0, 0, 0), 0, value)
            computed.setdefault(element, {})
            computed[element][name] = max(computed[element].get(name, ranked), ranked)
    shown = []
    for element in tree.iter("div", "span", "b"):
        sight = Sight()
        for outer in reversed([element, *element.iterancestors("div", "span", "b")]):
            if not sight.is_gone:
                values = {name: ranked[-1] for name, ranked in computed.get(outer, {}).items()}
                sight = inner_sight(outer.tag, values, sight)
        if element.text and not sight.hides:
            shown.append(element.text)
    return shown


def random_page(draw: random.Random) -> str:
    """A page of nested elements with classes, ids and styles, and some rules."""
    parts = (*TAGS, *(f".{name}" for name in CLASSES), "#i1", "#i2", "div.x", "b.y", ".x.y", "[data-a]")
    rules = [
        draw.choice((" ", " > ")).join(draw.choices(parts, k=draw.choice((1, 1, 1, 2, 3))))
        + f"{{{draw.choice(VALUES)}}}"
        for _ in range(draw.randrange(8))
    ]
    body, opened = [], []
    for place in range(draw.randrange(1, 14)):
        while opened and draw.random() < 0.4:
            body.append(f"</{opened.pop()}>")
        opened.append(draw.choice(TAGS))
        style = f" style='{draw.choice(VALUES)}'" if draw.random() < 0.2 else ""
        names = f" class='{' '.join(draw.sample(CLASSES, draw.randrange(3)))}'{' data-a' * (draw.random() < 0.2)}"
        body.append(f"<{opened[-1]} id=i{place}{names}{style}>t{place} ")
    return f"<body><style>{''.join(rules)}</style><p>first</p>{''.join(body)}"


@pytest.mark.parametrize("seed", range(300))
def test_the_twin_shows_the_same(seed):
    """Random pages show the texts that selectors of lxml and the values of each element show, one by one."""
    page = random_page(random.Random(seed))
    tree = html.document_fromstring(page)
    expected = [text.strip() for text in slow_texts(page)]
    remove_hidden(tree, page)
    tree.find(".//style").text = ""
    assert ["first", *expected] == " ".join(tree.itertext()).split()
    assert ["first", *expected] == whole_text(page)[0].split()


def test_later_values_go_first():
    """Each later valid declaration overrides an earlier one, unless the earlier one is important."""
    for first, second in pairwise(["display:none", "display:block", "display:inline"]):
        value = second.split(":")[1]
        assert {"display": (False, value)} == read_declarations(f"{first};{second};display:12px")
        assert {"display": (True, first.split(":")[1])} == read_declarations(f"{first} !important;{second}")
