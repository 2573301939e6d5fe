"""Ids and numbers of texts do not depend on parts or on the order of rows."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from dedup import Document
from dedup.core.arrays.tables import Table
from dedup.core.stages import ids, texts
from dedup.core.stories.reference.distinct_ids import distinct_ids
from tests.helpers.plan_tables import PARTS, collection_of, documents_table, rows_of, walked

STAGES = (*ids.STAGES, *texts.STAGES)

IDS = st.lists(st.sampled_from(["a", "b", "a#2", "a#3", "a#2#2", "b#2", "", "ä"]), max_size=9)


def planned_ids(given_ids: list[str], parts: int, seed: int | None) -> list[str]:
    """The ids that the plan gives to documents, in the order of input."""
    documents = documents_table([Document("some words", id) for id in given_ids], chunk=2)
    members = walked(STAGES, {"documents": documents}, ("members",), parts, seed)["members"]
    return [id for _, id in rows_of(members, "place", "id")]


@given(IDS, st.sampled_from(PARTS))
def test_ids_equal_their_twin(given_ids: list[str], cut: tuple[int, int | None]) -> None:
    """Ids are those of a loop over the documents, and all differ."""
    new_ids = planned_ids(given_ids, *cut)
    assert distinct_ids(given_ids) == new_ids
    assert len(set(new_ids)) == len(given_ids)


TIME = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
DOCUMENT = st.builds(
    lambda words, name, title, source, day: Document(
        words, name, title, source, published=day and TIME + datetime.timedelta(day)
    ),
    st.sampled_from(["", "one two", "one two three", "one\ntwo", "ONE two"]),
    st.sampled_from(["a", "b", "c", "dd", "ee"]),
    st.sampled_from(["", "A title"]),
    st.sampled_from(["", "x.example", "www.x.example"]),
    st.sampled_from([None, 1, 2]),
)


@given(st.lists(DOCUMENT, max_size=9), st.sampled_from(PARTS), st.integers(1, 4))
def test_texts_are_those_of_the_engine(documents: list[Document], cut: tuple[int, int | None], chunk: int) -> None:
    """Documents have the texts and the numbers that the engine gives, and texts the columns of their first document."""
    inputs = {"documents": documents_table(documents, chunk)}
    tables = walked(STAGES, inputs, ("members", "texts"), *cut)
    collection = collection_of(documents)
    members: Table = tables["members"]
    assert collection.text.tolist() == [num for _, num in rows_of(members, "place", "num")]
    assert [member.id for member in collection.members] == [id for _, id in rows_of(members, "place", "id")]
    of_texts = tables["texts"].take(tables["texts"]["num"].argsort())
    assert collection.pages.headlines.tolist() == of_texts["headline"].tolist()
    assert collection.pages.hashes.tolist() == of_texts.lists("hashes").values.tolist()
    assert (collection.pages.sources >= 0).tolist() == (of_texts["source_key"] > 0).tolist()
