from dataclasses import replace
from pathlib import Path

import pytest

from themes.coding.balance import ERROR, NOTE, WARNING
from themes.coding.check import audit
from themes.coding.codebook import Codebook, load_codebook
from themes.coding.labels import Label, read_labels

ROOT = Path(__file__).parents[2]
BOOK = Codebook.from_dict(
    {"title": "Gym", "themes": [{"key": key, "name": key, "definition": "."} for key in ("cost", "crowding")]}
)
PAGE = "Gyms lose members\n\nThe fee rose twice in May. Nobody told us why.\n\nWe left in June.\n"


def label(number, sentence=None, themes=(), document=None, source="field", index=None, codes=None):
    """Give a label of its own document and its own words unless they are given."""
    own = " ".join(f"{word}{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}" for word in "pqrs")
    document, sentence = document or f"d{number}", sentence or own
    place = number if index is None else index
    return Label(
        f"x-{number}", document, place, sentence, themes, source, codes or {}, "", f"{source}.csv", number + 2
    )


def found(labels, level, documents=None):
    """Give the findings of a level, but for those that say there is too little or nothing coded."""
    findings = audit(labels, BOOK, documents).findings
    little = ("too few", "final is empty")
    return [
        one.message for one in findings if one.level == level and not any(x in one.message for x in little)
    ]


def plenty():
    """Give labels with nothing to find: 30 of each theme, 30 without, in turn, over 9 documents."""
    kinds = [("cost",), ("crowding",), ()]
    return [label(n, themes=kinds[n % 3], document=f"d{n // 10}", index=n % 10) for n in range(90)]


@pytest.fixture
def page(tmp_path):
    """The labels of a page, and its folder: sentence 0 is the headline."""
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    texts = ["The fee rose twice in May.", "Nobody told us why.", "We left in June."]
    return [label(n, text, document="page.txt") for n, text in enumerate(texts, 1)], tmp_path


def test_nothing_is_wrong_with_clean_labels():
    result = audit(plenty(), BOOK)
    assert result.errors == 0
    assert {finding.level for finding in result.findings} == {NOTE}
    assert result.counts == {
        "field": {"documents": 9, "sentences": 90, "cost": 30, "crowding": 30, "none": 30}
    }


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (replace(label(1), id="x-0"), "field.csv, line 3: id 'x-0' is taken by field.csv, line 2"),
        (replace(label(1), id=""), "field.csv, line 3: has no id"),
        (label(1, themes=("fees",)), "final has the unknown theme 'fees' (known are cost, crowding)"),
        (label(1, codes={"coder_2": ("fees",)}), "coder_2 has the unknown theme 'fees'"),
        (label(1, themes=("cost", "cost")), "field.csv, line 3: final names a theme twice"),
        (label(1, codes={"coder_1": ("cost", "cost")}), "coder_1 names a theme twice"),
    ],
)
def test_a_wrong_row_is_an_error_with_its_place(second, message):
    (error,) = found([label(0), second], ERROR)
    assert error.startswith("field.csv, line 3: ")
    assert message in error


def test_a_sentence_in_two_rows_is_an_error_with_both_places():
    twice = [replace(row, index=4, document="d") for row in (label(0), label(1), label(2, source="own"))]
    assert found(twice, ERROR) == [
        "field.csv, line 3: sentence 4 of d stands in field.csv, line 2 too; leave one out"
    ]


def test_a_file_that_nobody_coded_is_asked_about():
    rows = [label(0), label(1, source="mine"), label(2, themes=("cost",), source="mine")]
    warnings = [one.message for one in audit(rows, BOOK).findings if one.level == WARNING]
    assert warnings[0] == (
        "field.csv: final is empty in every row; is it coded? code the sentences, then settle final"
    )
    assert not any("mine.csv: final" in message for message in warnings)


def test_errors_come_first_and_are_counted(page):
    rows, folder = page
    same = [label(n, "The fee rose again.", themes) for n, themes in ((7, ()), (8, ("cost",)))]
    result = audit([rows[0], *same, label(9, themes=("fees", "dues"))], BOOK, folder)
    levels = [finding.level for finding in result.findings]
    assert result.errors == levels.count(ERROR) == 3
    assert levels == sorted(levels, key=[ERROR, WARNING, NOTE].index)
    assert WARNING in levels


def test_a_page_coded_sentence_by_sentence_is_clean_and_its_furniture_listed(page):
    rows, folder = page
    assert found(rows, ERROR, folder) == found(rows, WARNING, folder) == []
    left_out = audit(rows, BOOK, folder).left_out
    assert [(piece.sentence.text, piece.kind) for piece in left_out] == [("Gyms lose members", "headline")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sentence": "The fee rose in May."}, "the text is not that of sentence 1 of page.txt"),
        ({"index": 0, "sentence": "Gyms lose members"}, "no sentence 0, or it is page furniture"),
        ({"index": 4}, "page.txt has no sentence 4"),
    ],
)
def test_a_row_that_is_not_its_documents_is_an_error(page, change, message):
    rows, folder = page
    (error,) = found([replace(rows[0], **change), *rows[1:]], ERROR, folder)
    assert message in error
    assert error.startswith("field.csv, line 3: ")


def test_a_sentence_that_is_not_coded_is_named(page):
    rows, folder = page
    assert found(rows[:1], WARNING, folder) == ["page.txt: 2 of its sentences are not coded (2, 3)"]
    assert found(rows[:1], ERROR, folder) == []
    assert found(rows[:2], WARNING, folder) == ["page.txt: 1 of its sentences is not coded (3)"]


def test_only_real_sentences_of_documents_at_hand_are_compared(page):
    rows, folder = page
    odd = replace(rows[0], sentence="Something else entirely.")
    for row in (replace(odd, source="authored"), replace(odd, document="other.txt")):
        assert found([row], ERROR, folder) == found([row], WARNING, folder) == []
    assert found([replace(odd, document="../" + folder.name + "/page.txt")], ERROR, folder) == []
    assert found([odd], ERROR, folder / "missing") == []


def test_equal_texts_with_other_themes_are_an_error_in_any_order_of_themes():
    first = label(0, "The fee rose again.", ("cost", "crowding"), "d")
    same = label(1, "The fee rose again!", ("crowding", "cost"), "d")
    assert found([first, same], ERROR) == []
    assert found([first, same], WARNING) == ["1 sentence stands twice: x-0 ~ x-1"]
    (error,) = found([first, replace(same, themes=("cost",))], ERROR)
    assert error == "field.csv, line 3: same text as field.csv, line 2, but other themes"


@pytest.mark.parametrize(
    ("document", "source", "what"),
    [("d", "field", []), ("e", "field", ["documents"]), *((name, "seed", ["sources"]) for name in "de")],
)
def test_near_copies_are_warned_of_where_they_could_straddle_a_fold(document, source, what):
    first = label(0, "They raised the fee twice in May.", document="d")
    rows = [first, label(1, "They raised the fee twice in June.", document=document, source=source)]
    kept = "(kept on one side of every fold): x-0 ~ x-1"
    assert found(rows, WARNING) == [f"1 near-copy across {those} {kept}" for those in what]
    assert found(rows, ERROR) == []


def test_a_run_of_six_words_shared_by_an_authored_and_a_real_sentence_is_warned_of():
    real = label(0, "One two three four five six, then a long way off.")
    authored = label(1, "He counted: one, two, three, four, five, six and was done.", source="authored")
    expected = ["1 authored sentence shares a run of six words with a real one: x-1 ~ x-0"]
    assert found([real, authored], WARNING) == expected
    assert found([real, replace(authored, source="seed")], WARNING) == []
    shorter = replace(authored, sentence="He counted: one, two, three, four, five and was done.")
    assert found([real, shorter], WARNING) == []


def test_a_long_list_of_pairs_is_cut_short():
    rows = [label(n, "The fee rose again.", document="d") for n in range(4)]
    (warning,) = found(rows, WARNING)
    assert warning.startswith("6 sentences stand twice: x-0 ~ x-1; ")
    assert warning.endswith(" ...")
    assert warning.count("~") == 5


@pytest.mark.parametrize(
    ("count", "documents", "source", "learn", "judge"),
    [
        (20, 5, "field", False, False),
        (19, 5, "field", True, True),
        (20, 4, "field", False, True),
        (20, 5, "authored", False, True),
    ],
)
def test_too_few_examples_are_warned_of(count, documents, source, learn, judge):
    rows = [label(n, themes=("cost",), document=f"d{n % documents}", source=source) for n in range(count)]
    messages = [finding.message for finding in audit(rows, BOOK).findings if finding.message[:5] == "cost:"]
    assert any("too few to learn from" in message for message in messages) == learn
    assert any("too few for figures" in message for message in messages) == judge


def test_authored_examples_do_not_count_as_real_ones():
    rows = [label(n, themes=("cost",), document=f"d{n % 4}") for n in range(20)]
    rows += [label(n, themes=("cost",), document="ann", source="authored") for n in range(20, 40)]
    messages = [finding.message for finding in audit(rows, BOOK).findings]
    assert any(message.startswith("cost: 20 real examples in 4 documents") for message in messages)


def test_a_theme_that_goes_with_length_or_position_is_warned_of():
    long = [replace(row, sentence=row.sentence + " long" * ("cost" in row.themes)) for row in plenty()]
    assert "field: cost goes with length alone (area under the curve 1.00)" in found(long, WARNING)
    places = [("short", n, 20) for n in range(20)] + [("long", n, 40) for n in range(40)]
    early = [
        label(number, themes=("cost",) * (2 * n < size), document=name, index=n)
        for number, (name, n, size) in enumerate(places)
    ]
    assert found(early, WARNING) == [
        "field: cost goes with position in the document alone (area under the curve 0.00)"
    ]


def by_authors(shares, size=40):
    """Give authored rows: each author's share of one theme, spread over the rows."""
    marks = [(name, n < share * size) for name, share in shares.items() for n in range(size)]
    return [
        label(n, themes=("cost",) * mark, document=name, source="authored")
        for n, (name, mark) in enumerate(marks)
    ]


@pytest.mark.parametrize(
    ("shares", "level"),
    [
        ({"ann": 0.5, "bob": 0.5}, NOTE),
        ({"ann": 0.3, "bob": 0.35, "cem": 0.3}, NOTE),
        ({"ann": 0.8, "bob": 0.2}, WARNING),
        ({"ann": 1.0, "bob": 0.0}, WARNING),
        ({f"one {n}": n % 2 for n in range(10)}, WARNING),
    ],
)
def test_a_theme_that_goes_with_its_author_is_warned_of(shares, level):
    """Equal shares must not look like a pattern, nor a row's own code give its author away."""
    rows = by_authors(shares)
    assert sum("who wrote it" in message for message in found(rows, level)) == 1


def test_authors_of_one_sentence_each_tell_nothing():
    rows = [replace(row, document=f"author {n}") for n, row in enumerate(by_authors({"": 0.5}, 80))]
    (note,) = (message for message in found(rows, NOTE) if "who wrote it" in message)
    assert note == "authored: cost hardly goes with who wrote it alone (area under the curve 0.50)"


def test_the_committed_labels_have_no_error():
    result = audit(read_labels([ROOT / "labels"]), load_codebook(), ROOT / "seeds")
    assert [finding.message for finding in result.findings if finding.level == ERROR] == []
    assert not [finding.message for finding in result.findings if "are not coded" in finding.message]
    assert len({piece.sentence.document for piece in result.left_out}) == 5


def test_sentences_without_final_codes_are_noticed():
    from themes.coding.labels import Label

    codebook = load_codebook()
    key = codebook.keys[0]
    given = Label("2", "d", 1, "Two.", (), "field", {"coder_1": (key,), "coder_2": ()}, "", "f.csv", 3)
    coded = Label("3", "d", 2, "Three.", (key,), "field", {}, "", "f.csv", 4)
    messages = [(f.level, f.message) for f in audit([given, coded], codebook).findings]
    assert (WARNING, f"f.csv, line 3: coders gave {key}, final is empty and no note says why") in messages
