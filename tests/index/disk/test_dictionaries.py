"""Dictionaries of texts: when one is trained, that none is lost, and that a foreign one does no harm."""

import random
import shutil
import sqlite3

import pytest
import zstandard
from msgspec.structs import replace

from dedup.errors import IndexCorrupt, IndexProblem
from dedup.index.disk.codec import (
    LARGEST_DICTIONARY,
    CorruptData,
    DocumentCodec,
    checksum,
    dictionary_of,
    parse_dictionary,
)
from dedup.index.disk.database import COPIES
from dedup.index.disk.dictionaries import IN_USE, Dictionaries, DictionaryInUse, train_dictionary
from dedup.index.export import import_index
from dedup.index.records import Change, StoryRow
from dedup.index.store import Store
from dedup.types import Document
from tests.helpers.index_making import SETTINGS, SMALL, answers, entry, made, sketch

COMMITS = 40


def encoded(count, words, seed=0):
    """Return documents of random words, as `DocumentCodec.encoded` encodes them."""
    draw = random.Random(seed)
    documents = (Document(" ".join(draw.choices(words, k=200)), url=f"{draw.random()}") for _ in range(count))
    return [DocumentCodec().encoded(document) for document in documents]


def vocabulary(seed):
    """Return words that no other seed has."""
    draw = random.Random(seed)
    return ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(400)]


def needs(store):
    """Return the number of the dictionary of each document."""
    return {head.number: number for head, _, number in store.all_packed()}


def add(store, number, words):
    """Add a document of these words, and return it."""
    new = entry(number, number % 60, number)
    new = new._replace(document=replace(new.document, text=words))
    store.commit(Change([new], stories=[StoryRow(number, number)], postings=sketch([new])))
    return new


def grown(path, count, words):
    """Add documents of random words to an index, one a commit, and return them."""
    draw = random.Random(count)
    with Store.open(path, SETTINGS, "w", policy=SMALL, durable=False) as store:
        first = store.next_document
        return [add(store, number, " ".join(draw.choices(words, k=60))) for number in range(first, first + count)]


@pytest.fixture
def made_one(tmp_path):
    """Make an index with a dictionary; return its path, its model, the documents that need it, and its number."""
    path = tmp_path / "a.dedup"
    model, store = made(path, COMMITS, close=False)
    with store:
        number = parse_dictionary(store.using).dict_id()
        return path, model, {document for document, needed in needs(store).items() if needed == number}, number


def test_what_is_learned_saves_room_and_is_the_same_again():
    """New texts take less room with a dictionary, and the same texts give the same dictionary."""
    words = vocabulary(1)
    dictionary = train_dictionary(encoded(300, words), b"")
    assert dictionary == train_dictionary(encoded(300, words), b"")
    new = encoded(50, words, 1)
    codecs = DocumentCodec(), DocumentCodec(dictionary=dictionary)
    before, after = (sum(len(codec.shrunk(text)) for text in new) for codec in codecs)
    assert after < 0.9 * before
    assert len(dictionary) <= 1 << 16


def test_what_does_not_pay_is_not_taken():
    """Few texts, unlike texts and more of the same texts give no dictionary, and other texts give another one."""
    words = vocabulary(1)
    draw = random.Random(2)
    for texts in ([], encoded(8, words), [b""] * 100, [draw.randbytes(600) for _ in range(200)]):
        assert b"" == train_dictionary(texts, b"")
    dictionary = train_dictionary(encoded(300, words), b"")
    assert b"" == train_dictionary(encoded(300, words, 3), dictionary)
    assert train_dictionary(encoded(300, vocabulary(2)), dictionary)


def test_documents_from_before_and_after_are_read(tmp_path, made_one):
    """An index and its exported copy read the documents from before and after the training."""
    path, model, with_it, _ = made_one
    assert with_it and with_it < {*model.documents}
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert store.using
        store.export(tmp_path / "a.export")
        assert [] == store.check()
    import_index(tmp_path / "a.export", tmp_path / "b.dedup")
    for index in (path, tmp_path / "b.dedup"):
        with Store.open(index) as store:
            assert model.answers() == answers(store)
            assert [] == store.check()


def test_a_reader_sees_the_new_dictionary_with_the_first_text_that_needs_it(tmp_path):
    """A reader that was opened before the first document reads each document as soon as it is committed."""
    draw, words = random.Random(5), vocabulary(5)
    with (
        Store.open(tmp_path / "a.dedup", SETTINGS, "w", policy=SMALL) as store,
        Store.open(tmp_path / "a.dedup") as reader,
    ):
        for number in range(1, 41):
            new = add(store, number, " ".join(draw.choices(words, k=60)))
            assert [new] == reader.documents([number])
        assert {0, parse_dictionary(store.using).dict_id()} == {*needs(reader).values()}


def test_another_one_is_made_when_texts_have_become_others(tmp_path):
    """At four times the documents a training gives texts of other words their dictionary, and old texts are read."""
    path, old, new = tmp_path / "a.dedup", vocabulary(6), vocabulary(7)
    documents = grown(path, 121, old)
    with Store.open(path) as store:
        before = {*needs(store).values()}
    documents += grown(path, 400, new)
    with Store.open(path) as store:
        after = needs(store)
        assert before < {*after.values()} and after[521] not in before
        sizes = {head.number: len(packed) for head, packed, _ in store.all_packed()}
        assert sizes[521] < 0.9 * sizes[200]
        assert documents == store.documents([document.number for document in documents])
        assert [] == store.check()


def flip(value):
    """Return a value with one bit changed."""
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
    """Damage the rows of some tables."""
    with Store.open(path, mode="w", policy=SMALL) as store:
        connection = store._session.database.connection
        connection.create_function("flip", 1, flip)
        for table in tables:
            connection.execute(HARMS[kind](table))


@pytest.mark.parametrize("table", COPIES)
@pytest.mark.parametrize("kind", HARMS)
def test_a_damaged_copy_is_reported_and_written_again(made_one, kind, table):
    """Answers are complete, the check names the damaged copy, and a fix writes it from the other copy."""
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
def test_if_both_copies_are_lost_their_documents_are_reported_one_by_one(made_one, kind):
    """The documents that need a lost dictionary cannot be read, and a fix removes them and leaves a sound index."""
    path, model, with_it, number = made_one
    harm(path, kind, COPIES)
    numbers = {*model.documents}
    with Store.open(path) as store:
        for document in sorted(model.documents):
            if document in with_it:
                with pytest.raises(IndexCorrupt, match=f"dictionary {number} is lost"):
                    store.documents([document])
            else:
                assert [model.documents[document]] == store.documents([document])
        problems = [problem for problem in store.check() if "dictionary" in problem and "the text of" in problem]
        assert min(20, len(with_it)) == len(problems)
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert b"" == store.using
        assert store.check(fix=True, sketch=sketch)
        assert [] == [problem for problem in store.check() if "led by" not in problem and "of this kind" not in problem]
        assert numbers - with_it == {*store.all_numbers().tolist()}
    more = grown(path, 9, vocabulary(1))
    with Store.open(path) as store:
        assert more == store.documents([document.number for document in more])
        assert {0} == {*needs(store).values()}


def test_a_writer_that_has_it_in_memory_writes_it_again(made_one):
    """A writer whose dictionary is lost on the disk answers, reports the loss, and a fix writes it from memory."""
    path, model, _, _ = made_one
    with Store.open(path, mode="w", policy=SMALL) as store:
        for table in COPIES:
            store._session.database.execute(f"DELETE FROM {table}")
        assert model.answers() == answers(store)
        assert 2 == len(store.check(fix=True, sketch=sketch))
    with Store.open(path) as store:
        assert model.answers() == answers(store)
        assert [] == store.check()


def test_damage_to_which_one_is_in_use_is_reported_and_repaired(made_one):
    """Texts are read without the number of the dictionary in use, and a fix repairs it."""
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
    """With any page of a dictionary overwritten the other copy is whole, and a fix writes the first copy again."""
    path, model, _, _ = made_one
    large = train_dictionary(encoded(120, vocabulary(3)), b"")
    with Store.open(path, mode="w", policy=SMALL) as store:
        database = store._session.database
        store._rows.dictionaries.record_training(large, 10**6)
        [size] = database.execute("PRAGMA page_size").fetchone()
        change = model.draw(COMMITS)
        store.commit(change)
        model.apply(change)
    file = path / "documents.sqlite"
    whole = file.read_bytes()
    pieces = [large[start : start + 50] for start in range(0, len(large), 500)]
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
    """An index with damage on all pages of dictionaries is repaired, without the documents that need them."""
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
    """With other bytes or another dictionary under the right checksum the documents cannot be read."""
    path, _, with_it, number = made_one
    other = train_dictionary(encoded(300, vocabulary(9)), b"")
    for value in (b"", b"nothing", other, other[:300], zstandard.compress(b"a")):
        with Store.open(path, mode="w", policy=SMALL) as store:
            for table in COPIES:
                row = (value, checksum(value, number), number)
                store._session.database.execute(f"UPDATE {table} SET value = ?, checksum = ? WHERE number = ?", row)
        with Store.open(path) as store, pytest.raises(IndexCorrupt, match="lost"):
            store.documents([min(with_it)])


def test_bytes_are_dictionaries_or_damage():
    """A changed dictionary is a dictionary or `CorruptData`, and so are the texts that are read with it."""
    words = vocabulary(1)
    whole = train_dictionary(encoded(100, words), b"")
    [text] = encoded(1, words, 4)
    number, packed = parse_dictionary(whole).dict_id(), DocumentCodec(dictionary=whole).shrunk(text)
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
    """The value has the two numbers of format 2."""
    assert (0, 0) == DictionaryInUse()


def test_a_disk_that_fails_is_no_damage(made_one, monkeypatch):
    """A fix during an error of the disk changes nothing, and raises the error."""
    path, model, _, _ = made_one
    with Store.open(path, mode="w", policy=SMALL) as store:
        store._session.database.execute(f"UPDATE {COPIES[0]} SET checksum = 1")

    def failing(self, table, number):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_READ"
        raise error

    with Store.open(path, mode="w", policy=SMALL) as store, monkeypatch.context() as patched:
        patched.setattr(Dictionaries, "_read_copy", failing)
        store._rows.dictionaries._cache.clear()
        with pytest.raises(IndexProblem, match="see to the disk"):
            store.check(fix=True, sketch=sketch)
    with Store.open(path, mode="w", policy=SMALL) as store:
        assert 1 == len(store.check(fix=True, sketch=sketch))
        assert [] == store.check()
        assert model.answers() == answers(store)
