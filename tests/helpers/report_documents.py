"""Documents of small collections, for reports: an article, its copies, and articles of other things."""

ARTICLES = (
    "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. "
    "Passengers will keep their season tickets until the end of the year, the chairman said. "
    "The larger of the two lines carries {figure} cars a day and has asked for a second berth since last spring. "
    "A union of deckhands wants to see the new timetable before it agrees to longer shifts in the winter.\n\n"
    "The town of Selby lies on the far shore, an hour away by road. Its mayor called the vote a relief. ",
    "A fox was seen in the old mill by the river, and the miller left the door open for it all night long. "
    "Neighbours complain about hens that went missing in May, and about feathers on the towpath. "
    "The parish has no rule against foxes, says the clerk, who looked through the books of {figure} years. "
    "Children of the school have drawn the animal, and the drawings hang in the bakery until Sunday.",
    "Snow closed the pass for the third time this month, and a bus with {figure} pupils had to turn around. "
    "The plough broke down at the upper bridge, where drifts of two metres lay across both lanes. "
    "A spare part is on its way from the capital, the road office said, and will be there on Friday. "
    "Until then the valley is reached by the narrow railway alone, which runs every second hour.",
)

MENU = "Home. Sport. Weather. Sign in to read on. "


def article(number: int, name: str, figure: str = "412", **fields: str) -> dict[str, str]:
    """A document of one of three articles, with a ``figure`` in it, and with more ``fields``."""
    return {"id": name, "text": ARTICLES[number].format(figure=figure), **fields}


def copy(number: int, name: str, figure: str = "421", **fields: str) -> dict[str, str]:
    """A copy of an article, with a menu, and with another figure."""
    original = article(number, name, figure, **fields)
    return original | {"text": MENU + original["text"]}


def story(number: int = 0) -> list[dict[str, str]]:
    """An article and two copies, each with a source, a time and a headline."""
    first = {"title": "Ferry lines may merge", "source": "Harbour Wire", "published": "2026-03-01T09:00:00Z"}
    second = {"title": "Board lets ferries merge", "source": "Selby Post", "published": "2026-03-02T09:00:00Z"}
    third = {"title": "Ferry lines may merge", "source": "Tide News", "published": "2026-03-03T09:00:00Z"}
    return [
        article(number, f"{number}-wire.txt", **first),
        copy(number, f"{number}-post.txt", "421", **second),
        copy(number, f"{number}-tide.txt", "431", **third),
    ]
