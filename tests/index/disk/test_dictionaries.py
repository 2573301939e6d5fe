"""Dictionaries that texts are packed with: when one is made, that none is lost, and that no foreign one does harm."""

import random
import shutil
import sqlite3

import pytest
import zstandard
from msgspec.structs import replace

from dedup.errors import IndexCorrupt, IndexProblem
from dedup.index.disk.codec import LARGEST_DICTIONARY, CorruptData, DocumentCodec, checksum, dictionary_of, raw_size
from dedup.index.disk.database import COPIES
from dedup.index.disk.dictionaries import IN_USE, Dictionaries, DictionaryInUse, train_dictionary
from dedup.index.export import import_index
from dedup.index.records import Change, StoryRow
from dedup.index.store import Store
from dedup.types import Document
from tests.helpers.index_making import SETTINGS, SMALL, answers, entry, made, sketch

COMMITS = 40


def laid(count, words, seed=0):
    """Documents of some words, as they are laid."""
    draw = random.Random(seed)
    return [
        DocumentCodec().laid(Document(" ".join(draw.choices(words, k=200)), url=f"{draw.random()}"))
        for _ in range(count)
    ]


def vocabulary(seed):
    """Words that nobody else has."""
    draw = random.Random(seed)
    return ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(400)]


def needs(store):
    """The dictionaries that the documents need, by number."""
    return {head.number: number for head, _, number in store.all_packed()}


def add(store, number, words):
    """A document of these words."""
    one = entry(number, number % 60, number)
    one = one._replace(document=replace(one.document, text=words))
    store.commit(Change([one], stories=[StoryRow(number, number)], postings=sketch([one])))
    return one


def grown(path, count, words):
    """An index of so many documents of some words, a commit each; they go on from what is there."""
    draw = random.Random(count)
    with Store.open(path, SETTINGS, "w", policy=SMALL, durable=False) as store:
        first = store.next_document
        return [add(store, number, " ".join(draw.choices(words, k=60))) for number in range(first, first + count)]


@pytest.fixture
def made_one(tmp_path):
    """An index with a dictionary: its path, its model, the documents that need it, and its number."""
    path = tmp_path / "a.dedup"
    model, store = made(path, COMMITS, close=False)
    with store:
        number = raw_size(store.using).dict_id()
        return path, model, {each for each, needed in needs(store).items() if needed == number}, number


def test_what_is_learned_saves_room_and_is_the_same_again():
    """Texts that were not learned from take less room with it; the same texts give the same bytes."""
    words = vocabulary(1)
    found = train_dictionary(laid(300, words), b"")
    assert found == train_dictionary(laid(300, words), b"")
    new = laid(50, words, 1)
    before, after = (sum(len(DocumentCodec(dictionary=each).shrunk(text)) for text in new) for each in (b"", found))
    assert after < 0.9 * before
    assert len(found) <= 1 << 16


def test_what_does_not_pay_is_not_taken():
    """Nothing comes of few texts, of texts with nothing in common, and of more texts like those that were learned
    from; of others, another dictionary does."""
    words = vocabulary(1)
    draw = random.Random(2)
    assert (
        b"" == train_dictionary([], b"") == train_dictionary(laid(8, words), b"") == train_dictionary([b""] * 100, b"")
    )
    assert b"" == train_dictionary([draw.randbytes(600) for _ in range(200)], b"")
    found = train_dictionary(laid(300, words), b"")
    assert b"" == train_dictionary(laid(300, words, 3), found)
    assert train_dictionary(laid(300, vocabulary(2)), found)


def test_documents_from_before_and_after_are_read(tmp_path, made_one):
    """By the writer, by a reader who was there before, by whoever opens it next, and from a file that was exported."""
    path, model, with_it, _ = made_one
    assert with_it and with_it < {*model.documents}
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert store.using
        store.export(tmp_path / "a.export")
        assert [] == store.check()
    import_index(tmp_path / "a.export", tmp_path / "b.dedup")
    for each in (path, tmp_path / "b.dedup"):
        with Store.open(each) as store:
            assert model.answers() == answers(store)
            assert [] == store.check()


def test_a_reader_sees_the_new_dictionary_with_the_first_text_that_needs_it(tmp_path):
    """A reader that was opened before the index had any documents reads each as soon as it is there."""
    draw, words = random.Random(5), vocabulary(5)
    with (
        Store.open(tmp_path / "a.dedup", SETTINGS, "w", policy=SMALL) as store,
        Store.open(tmp_path / "a.dedup") as reader,
    ):
        for number in range(1, 41):
            one = add(store, number, " ".join(draw.choices(words, k=60)))
            assert [one] == reader.documents([number])
        assert {0, raw_size(store.using).dict_id()} == {*needs(reader).values()}


def test_another_one_is_made_when_texts_have_become_others(tmp_path):
    """At four times the documents it is looked for again: texts of other words get their own, in which they take less
    room, and all that was packed is still read."""
    path, old, new = tmp_path / "a.dedup", vocabulary(6), vocabulary(7)
    every = grown(path, 121, old)
    with Store.open(path) as store:
        before = {*needs(store).values()}
    every += grown(path, 400, new)
    with Store.open(path) as store:
        after = needs(store)
        assert before < {*after.values()} and after[521] not in before
        sizes = {head.number: len(packed) for head, packed, _ in store.all_packed()}
        assert sizes[521] < 0.9 * sizes[200]
        assert every == store.documents([each.number for each in every])
        assert [] == store.check()


def flip(value):
    """The same with a bit changed in the midst."""
    return value[:200] + bytes([value[200] ^ 1]) + value[201:]


HARMS = {
    "flipped": lambda table: f"UPDATE {table} SET value = flip(value)",
    "gone": lambda table: f"DELETE FROM {table}",
    "cut": lambda table: f"UPDATE {table} SET value = substr(value, 1, 100)",
    "a text": lambda table: f"UPDATE {table} SET value = 'dictionary'",
    "too large": lambda table: f"UPDATE {table} SET value = zeroblob({LARGEST_DICTIONARY + 1})",
    "of another sum": lambda table: f"UPDATE {table} SET checksum = checksum + 1",
}


def harm(path, kind, tables):
    """Damage the rows of tables."""
    with Store.open(path, mode="w", policy=SMALL) as store:
        connection = store._session.database.connection
        connection.create_function("flip", 1, flip)
        for table in tables:
            connection.execute(HARMS[kind](table))


@pytest.mark.parametrize("table", COPIES)
@pytest.mark.parametrize("kind", HARMS)
def test_a_damaged_copy_is_told_and_written_again(made_one, kind, table):
    """Nothing is missing from any answer, the check tells which copy it is, and a fix writes it from the other one."""
    path, model, _, number = made_one
    harm(path, kind, [table])
    with Store.open(path) as store:
        assert model.answers() == answers(store)
        [problem] = store.check()
        assert problem.startswith(f"{table}: number {number} ")
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert store.using
        assert [problem] == store.check(fix=True, sketch=sketch)
        assert [] == store.check()
    harm(path, kind, {*COPIES} - {table})
    with Store.open(path) as store:
        assert model.answers() == answers(store)


@pytest.mark.parametrize("kind", HARMS)
def test_if_both_copies_are_lost_their_documents_are_told_one_by_one(made_one, kind):
    """Each document that needs it cannot be had, all others can; a fix removes those and leaves a sound index, which
    goes on without it."""
    path, model, with_it, number = made_one
    harm(path, kind, COPIES)
    names = {each.document.id: each.number for each in model.documents.values()}
    with Store.open(path) as store:
        for each in sorted(model.documents):
            if each in with_it:
                with pytest.raises(IndexCorrupt, match=f"dictionary {number} is lost"):
                    store.documents([each])
            else:
                assert [model.documents[each]] == store.documents([each])
        told = [problem for problem in store.check() if "dictionary" in problem and "the text of" in problem]
        assert min(20, len(with_it)) == len(told)
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert b"" == store.using
        assert store.check(fix=True, sketch=sketch)
        assert [] == [problem for problem in store.check() if "led by" not in problem and "of this kind" not in problem]
        assert {*names.values()} - with_it == {*store.all_numbers().tolist()}
    more = grown(path, 9, vocabulary(1))
    with Store.open(path) as store:
        assert more == store.documents([each.number for each in more])
        assert {0} == {*needs(store).values()}


def test_a_writer_that_has_it_in_memory_writes_it_again(made_one):
    """Both copies are lost while a writer packs with it: it answers, tells, and a fix loses nothing."""
    path, model, _, _ = made_one
    with Store.open(path, mode="w", policy=SMALL) as store:
        for table in COPIES:
            store._session.database.execute(f"DELETE FROM {table}")
        assert model.answers() == answers(store)
        assert 2 == len(store.check(fix=True, sketch=sketch))
    with Store.open(path) as store:
        assert model.answers() == answers(store)
        assert [] == store.check()


def test_damage_to_which_one_is_in_use_is_told_and_mended(made_one):
    """Texts are read all the same; a writer looks for a dictionary again."""
    path, model, _, _ = made_one
    with Store.open(path, mode="w", policy=SMALL) as store:
        store._session.database.execute("UPDATE meta SET value = X'00' WHERE name = ?", (IN_USE,))
    with Store.open(path) as store:
        assert model.answers() == answers(store)
        assert 1 == len(store.check())
    with Store.open(path, mode="w", policy=SMALL) as store:
        store.check(fix=True, sketch=sketch)
        assert [] == store.check()
        assert model.answers() == answers(store)


def test_the_copies_share_no_page(tmp_path, made_one):
    """Any page that has a piece of one copy may be overwritten: the other one is whole, and a fix writes the first one
    again without a look at what is left of it."""
    path, model, _, _ = made_one
    large = train_dictionary(laid(120, vocabulary(3)), b"")
    with Store.open(path, mode="w", policy=SMALL) as store:
        database = store._session.database
        store._rows.dictionaries.looked(large, 10**6)
        [size] = database.execute("PRAGMA page_size").fetchone()
        change = model.draw(COMMITS)
        store.commit(change)
        model.apply(change)
    file = path / "documents.sqlite"
    whole = file.read_bytes()
    pieces = [large[place : place + 50] for place in range(0, len(large), 500)]
    pages = [page for page in range(0, len(whole), size) if any(piece in whole[page : page + size] for piece in pieces)]
    assert len(pages) >= 2 * (len(large) // size)
    for page in pages:
        for harm in (bytes(size), random.Random(page).randbytes(size), whole[page : page + 3] + b"!"):
            shutil.rmtree(tmp_path / "b.dedup", ignore_errors=True)
            shutil.copytree(path, tmp_path / "b.dedup")
            (tmp_path / "b.dedup" / file.name).write_bytes(whole[:page] + harm + whole[page + len(harm) :])
            with Store.open(tmp_path / "b.dedup") as store:
                assert model.answers() == answers(store)
                assert store.check()
            with Store.open(tmp_path / "b.dedup", mode="w", policy=SMALL) as store:
                assert store.check(fix=True, sketch=sketch)
                assert [] == store.check()
                assert model.answers() == answers(store)


def test_pages_of_both_copies_are_lost(made_one):
    """An index all of whose pages with dictionaries are damaged is opened and mended, without the documents that need
    them."""
    path, model, with_it, _ = made_one
    with Store.open(path, mode="w") as store:
        piece = store.using[-200:-100]
        [size] = store._session.database.execute("PRAGMA page_size").fetchone()
    file = path / "documents.sqlite"
    whole = bytearray(file.read_bytes())
    for page in range(0, len(whole), size):
        if piece in whole[page : page + size]:
            whole[page : page + size] = bytes(size)
    file.write_bytes(whole)
    with Store.open(path) as store, pytest.raises(IndexCorrupt, match="is lost"):
        store.documents([min(with_it)])
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert store.check(fix=True, sketch=sketch)
        assert [] == [problem for problem in store.check() if "led by" not in problem and "of this kind" not in problem]
        assert {*model.documents} - with_it == {*store.all_numbers().tolist()}


def test_a_foreign_dictionary_does_no_harm(made_one):
    """Bytes that are no dictionary, or the one of another number, with the right sums: the documents cannot be had."""
    path, _, with_it, number = made_one
    other = train_dictionary(laid(300, vocabulary(9)), b"")
    for value in (b"", b"nothing", other, other[:300], zstandard.compress(b"a")):
        with Store.open(path, mode="w", policy=SMALL) as store:
            for table in COPIES:
                row = (value, checksum(value, number), number)
                store._session.database.execute(f"UPDATE {table} SET value = ?, checksum = ? WHERE number = ?", row)
        with Store.open(path) as store, pytest.raises(IndexCorrupt, match="lost"):
            store.documents([min(with_it)])


def test_bytes_are_dictionaries_or_damage():
    """Whatever is changed of a dictionary, it is one or it is `CorruptData`; and so is what is read with it."""
    words = vocabulary(1)
    whole = train_dictionary(laid(100, words), b"")
    [text] = laid(1, words, 4)
    number, packed = raw_size(whole).dict_id(), DocumentCodec(dictionary=whole).shrunk(text)
    assert number == dictionary_of(packed)
    assert text == DocumentCodec({number: whole}.__getitem__).widened(packed)
    draw = random.Random(1)
    for _ in range(300):
        changed = bytearray(whole[: draw.choice([len(whole), draw.randrange(len(whole))])])
        for _ in range(draw.choice([1, 5, 50])):
            if changed:
                changed[draw.randrange(min(len(changed), draw.choice([200, 10**6])))] = draw.randrange(256)
        try:
            DocumentCodec(lambda _, data=bytes(changed): data).widened(packed)
            DocumentCodec(dictionary=bytes(changed)).shrunk(text)
        except CorruptData:
            continue
    with pytest.raises(CorruptData, match="not at hand"):
        DocumentCodec().widened(packed)


def test_which_one_is_in_use_is_two_numbers():
    """The value that an index of format 2 has of it."""
    assert (0, 0) == DictionaryInUse()


def test_a_disk_that_fails_is_no_damage(made_one, monkeypatch):
    """While no dictionary can be read for an error of the disk, a fix changes nothing, and tells it."""
    path, model, _, _ = made_one
    with Store.open(path, mode="w", policy=SMALL) as store:
        store._session.database.execute(f"UPDATE {COPIES[0]} SET checksum = 1")

    def failing(self, table, number):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_READ"
        raise error

    with Store.open(path, mode="w", policy=SMALL) as store, monkeypatch.context() as patched:
        patched.setattr(Dictionaries, "_copy", failing)
        store._rows.dictionaries._found.clear()
        with pytest.raises(IndexProblem, match="see to the disk"):
            store.check(fix=True, sketch=sketch)
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert 1 == len(store.check(fix=True, sketch=sketch))
        assert [] == store.check()
        assert model.answers() == answers(store)
