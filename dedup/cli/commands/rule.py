"""``dedup index rule``: the word of a person on two articles of an index."""

import click

from dedup.cli import index_upkeep
from dedup.cli.output import tell
from dedup.cli.time_options import timeout_option

_WORDS = {"--same": True, "--apart": False, "--forget": None}


@click.command(short_help="Say whether two articles are one story.")
@click.argument("folder", metavar="INDEX", type=click.Path())
@click.argument("ids", metavar="[A B]", nargs=-1)
@click.option("--same", "words", flag_value="--same", multiple=True, help="The two are one story.")
@click.option("--apart", "words", flag_value="--apart", multiple=True, help="The two are two stories.")
@click.option("--forget", "words", flag_value="--forget", multiple=True, help="Take back what was said of the two.")
@click.option("--list", "listing", is_flag=True, help="Print what was said, as --pairs reads it, and change nothing.")
@timeout_option
def rule(folder: str, ids: tuple[str, ...], words: tuple[str, ...], listing: bool, timeout: float) -> None:
    """Say whether two articles of INDEX are one story. A and B are their ids, or their files.

    Your word goes before every rule, and stays: reviews keep it, and so do articles that come again. The stories of the
    two change at once, with events. `dedup compare A B --index INDEX` then says "by hand". A word that contradicts
    others is refused.

    \b
    Examples:
      dedup index rule news.dedup articles/a.txt articles/b.txt --apart
      dedup index rule news.dedup articles/a.txt articles/b.txt --forget
      dedup index rule news.dedup --list > pairs.jsonl
    """
    from dedup.json_rows import encode
    from dedup.report.terminal import count

    options = sorted({*words, *(["--list"] if listing else [])})
    if len(options) > 1:
        raise click.UsageError(f"{' and '.join(options)} exclude each other.")
    if listing:
        if ids:
            raise click.UsageError("--list takes no A and B.")
        for pair in index_upkeep.pairs(folder):
            click.echo(encode(pair))
        return
    if len(ids) != 2:
        raise click.UsageError("Give the ids or the files of two articles, A and B.")
    if not options:
        raise click.UsageError("Missing option '--same', '--apart' or '--forget'.")
    tell([count(index_upkeep.rule(folder, (ids[0], ids[1]), _WORDS[options[0]], timeout), "event", "events")])
