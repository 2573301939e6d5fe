"""Pages for the plan: articles that share paragraphs, in menus, at shared addresses, with credits, titles and times."""

import datetime
import random

SOURCES = ("a.example", "b.example", "The Oxmoor Ledger", "Reuters", "")
CREDITS = ("Source: Reuters", "This article first appeared on The Oxmoor Ledger", "Source link", "Source: a.example")
NOTICE = "Please log in. Subscribe now to read on. Forgot your password? Page not found."


def prose(rng, count, vocabulary=4000):
    """Words of a small vocabulary."""
    return " ".join(f"w{rng.randrange(vocabulary)}" for _ in range(count))


def pages(seed, count=120):
    """Documents of all kinds. Some ids and some texts come twice."""
    rng = random.Random(seed)
    sentences = [prose(rng, rng.randrange(6, 25)).capitalize() + "." for _ in range(100)]
    paragraphs = [" ".join(rng.sample(sentences, rng.randrange(1, 5))) for _ in range(40)]
    menus = {source: [prose(rng, 3) for _ in range(rng.randrange(9))] for source in SOURCES}
    titles = ["", *(prose(rng, 5) for _ in range(12))]
    documents = []
    for number in range(count):
        source = rng.choice(SOURCES)
        menu = menus[source]
        document = {
            "id": f"d{number}" if rng.random() < 0.9 else f"d{rng.randrange(number + 1)}",
            "text": "\n".join([*menu[:4], *_body(rng, paragraphs), *menu[4:]]),
            "source": source,
            "title": rng.choice(titles),
        }
        if rng.random() < 0.5:
            document["url"] = f"https://{rng.choice('ab')}.example/{rng.randrange(count // 6)}"
        if rng.random() < 0.7:
            document["published"] = datetime.datetime(2024, 1, 1 + rng.randrange(20), tzinfo=datetime.UTC)
        documents.append(document)
        if rng.random() < 0.1:
            documents.append(document | {"id": f"x{number}"})
    return documents


def _body(rng, paragraphs):
    """Paragraphs, few words, a notice, a digest, or nothing; and perhaps a credit."""
    kind = rng.randrange(20)
    body = rng.sample(paragraphs, rng.randrange(1, 6))
    if kind < 2:
        body = [prose(rng, rng.randrange(9))]
    elif kind == 2:
        body = [NOTICE]
    elif kind == 3:
        body = rng.sample(paragraphs, 10)
    elif kind == 4:
        body = []
    elif kind < 8:
        body = body[:1]
    return [*body, rng.choice(CREDITS)] if rng.random() < 0.3 else body


def crowd(count, words=60):
    """Near copies of one text: each has another word somewhere."""
    rng = random.Random(count)
    common = prose(rng, words, 10**6).split()
    documents = []
    for number in range(count):
        copy = common.copy()
        copy[rng.randrange(words)] = prose(rng, 1, 10**6)
        documents.append({"id": str(number), "text": " ".join(copy)})
    return documents


def chain(count, words=60):
    """Texts of which each shares a half with the next one."""
    stream = prose(random.Random(count), words * (count + 1), 10**7).split()
    return [
        {"id": str(number), "text": " ".join(stream[words * number : words * (number + 2)])} for number in range(count)
    ]


def star(count, words=60):
    """A text, and the parts of it."""
    stream = prose(random.Random(count), words * count, 10**7).split()
    parts = [" ".join(stream[words * number : words * (number + 1)]) for number in range(count)]
    return [{"id": str(number), "text": text} for number, text in enumerate([" ".join(stream), *parts])]
