"""Two texts of news, and the type of a fixture that runs the command on them."""

from collections.abc import Callable

from click.testing import Result

TEXT = "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. "
OTHER = "A fox was seen in the old mill by the river, and the miller left the door open for it all night long. "

Dedup = Callable[..., Result]
