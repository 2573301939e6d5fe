"""A page of HTML for tests, with navigation and an article."""

BODY = "".join(
    f"<p>Paragraph {number} of the story tells at some length what the council decided on day {number}, and why.</p>"
    for number in range(8)
)
NAV = "<nav><ul><li><a href='/a'>Home page</a></li><li><a href='/b'>Sports pages</a></li></ul></nav>"


def page(head: str = "", body: str = BODY) -> str:
    """The page with tags in its head and an article."""
    head = f"<head><title>The title</title>{head}</head>"
    return f"<!DOCTYPE html><html>{head}<body>{NAV}<article>{body}</article></body></html>"
