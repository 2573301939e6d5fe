"""``dedup index rule``: the word of a person on two articles of an index."""

import click

from dedup.cli import index_upkeep
from dedup.cli.output import tell
from dedup.cli.time_options import timeout_option


@click.command(short_help="Say whether two articles are one story.")
@click.argument("folder", metavar="INDEX", type=click.Path())
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--same", "word", flag_value="same", help="The two are one story.")
@click.option("--apart", "word", flag_value="apart", help="The two are two stories.")
@click.option("--forget", "word", flag_value="forget", help="Take back what was said of the two.")
@timeout_option
def rule(folder: str, a: str, b: str, word: str | None, timeout: float) -> None:
    """Say whether two articles of INDEX are one story. A and B are their ids, or their files.

    Your word goes before every rule, and stays: reviews keep it, and so do articles that come again. The stories of the
    two change at once, with events. `dedup compare A B --index INDEX` then says "by hand". A word that contradicts
    others is refused.

    \b
    Examples:
      dedup index rule news.dedup articles/a.txt articles/b.txt --apart
      dedup index rule news.dedup articles/a.txt articles/b.txt --forget
    """
    from dedup.report.terminal import count

    if word is None:
        raise click.UsageError("Missing option '--same', '--apart' or '--forget'.")
    same = {"same": True, "apart": False, "forget": None}[word]
    tell([count(index_upkeep.rule(folder, (a, b), same, timeout), "event", "events")])
