"""Pages are arrays of blocks."""

from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.reference.pages import PlainPage
from tests.helpers.pages import lined, packed

PAGE = st.lists(st.sampled_from(["", "a", "b c"]), max_size=4).map(lambda blocks: lined(*blocks, source=len(blocks)))


@given(st.lists(PAGE, max_size=5))
def test_every_block_has_its_page(pages: list[PlainPage]) -> None:
    """Blocks are numbered page after page."""
    expected = [number for number, page in enumerate(pages) for _ in page.blocks]
    assert expected == packed(pages).of_blocks().tolist()
