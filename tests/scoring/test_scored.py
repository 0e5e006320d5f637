import sys
from types import SimpleNamespace

import numpy as np
import pytest

import themes.scoring.scored
from themes.errors import InputError
from themes.inputs.reading import Document
from themes.scoring.scored import Route, compiles_first, encoded, with_units
from themes.scoring.scorer import Scorer
from themes.text.sentences import line_spans, sentence_spans

DOCUMENTS = [
    Document("a", "The fee doubled. My sister 𝄞 stayed.\nIt was packed."),
    Document("blank", "  \n"),
    Document("b", "“Go!” he said.\n\nThe hall was packed every evening. He left.", {"year": 2015}),
    Document("half", "He \ud800 left."),
]


@pytest.fixture(scope="module")
def scorer(gym):
    return Scorer(gym.model)


def told(groups):
    """Name all units of groups with their text and logits, checking that the arrays agree."""
    found = []
    for group in groups:
        assert len(group.offsets) == len(group.ends) == len(group.documents) + 1
        assert group.ends[-1] == len(group.spans) == len(group.logits)
        assert group.offsets[-1] == len(group.codes)
        for at, document in enumerate(group.documents):
            mine = slice(group.ends[at], group.ends[at + 1])
            spans = list(map(tuple, (group.spans[mine] - group.offsets[at]).tolist()))
            texts = [document.text[start:end] for start, end in spans]
            found += zip([document.name] * len(texts), spans, texts, group.logits[mine].tolist(), strict=True)
        for start, end in group.spans.tolist():
            text = group.codes[start:end].tobytes().decode("utf-32-le", "surrogatepass")
            assert text in [unit for _, _, unit, _ in found]
    return found


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(("unit", "split"), [("sentence", sentence_spans), ("line", line_spans)])
@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_units_stand_where_splitting_finds_them_with_their_logits(
    scorer, compiled, unit, split, size, monkeypatch
):
    monkeypatch.setattr(themes.scoring.scored, "_GROUP", size)
    monkeypatch.setattr(themes.scoring.scored, "_LARGE_GROUP", size)
    route = Route(scorer)
    if compiled:
        route.expect(1 << 30)
    assert route.compiled is compiled
    groups = list(route.scored(iter(DOCUMENTS), unit))
    assert [document for group in groups for document in group.documents] == DOCUMENTS
    assert len(groups) == {1: 4, 100: 3}.get(size, 1)
    assert told(groups) == [
        (
            document.name,
            span,
            document.text[slice(*span)],
            scorer.logits(document.text[slice(*span)]).tolist(),
        )
        for document in DOCUMENTS
        for span in split(document.text)
    ]


def test_nothing_is_scored_as_nothing(scorer):
    assert list(Route(scorer).scored([], "sentence")) == []
    (group,) = Route(scorer).scored([Document("a", "")], "sentence")
    assert (group.spans.shape, group.logits.shape, len(group.codes)) == ((0, 2), (0, 2), 0)


def test_many_short_documents_make_several_groups(scorer):
    groups = list(Route(scorer).scored([Document("a", "")] * 3000, "sentence"))
    assert [len(group.documents) for group in groups] == [1024, 1024, 952]


def test_compiled_code_is_loaded_where_it_pays(scorer, monkeypatch):
    monkeypatch.setattr(themes.scoring.scored, "_MANY", 100)
    monkeypatch.setattr(themes.scoring.scored, "_GROUP", 40)
    route = Route(scorer)
    route.expect(99)
    assert not route.compiled
    at = [route.compiled for _ in route.scored([Document("a", "x " * 20)] * 5, "sentence")]
    assert at == [False, False, True, True]


def test_without_numba_plain_code_goes_on(scorer, monkeypatch):
    monkeypatch.setitem(sys.modules, "themes.scoring.fastscore", None)
    route = Route(scorer)
    route.expect(1 << 30)
    assert not route.compiled
    assert len(told(route.scored(DOCUMENTS, "sentence"))) == 7


def test_what_came_before_a_fault_is_given(scorer):
    def documents():
        yield DOCUMENTS[0]
        raise InputError("is broken")

    groups = Route(scorer).scored(documents(), "sentence")
    assert next(groups).documents == DOCUMENTS[:1]
    with pytest.raises(InputError, match="is broken"):
        next(groups)


def test_characters_are_numbers_whatever_they_are():
    assert encoded(DOCUMENTS[2:]).tolist() == list(map(ord, DOCUMENTS[2].text + DOCUMENTS[3].text))
    assert encoded([]).dtype == np.uint32
    assert encoded(DOCUMENTS).flags.writeable


def test_what_is_not_compiled_yet_is_known(tmp_path, monkeypatch):
    from themes.scoring.wordkernels import find_words

    monkeypatch.setattr(find_words, "_cache", SimpleNamespace(cache_path=str(tmp_path)))
    assert compiles_first(1 << 30)
    assert not compiles_first(100)
    (tmp_path / "wordkernels.find_words-118.py311.nbi").touch()
    assert not compiles_first(1 << 30)
    monkeypatch.setitem(sys.modules, "themes.scoring.wordkernels", None)
    (tmp_path / "wordkernels.find_words-118.py311.nbi").unlink()
    assert not compiles_first(1 << 30)


@pytest.mark.parametrize("made", [False, True])
def test_other_units_of_the_same_documents_have_the_same_characters(scorer, made):
    (group,) = Route(scorer).scored(DOCUMENTS[:1], "sentence")
    if made:
        assert len(group.codes) == len(DOCUMENTS[0].text)
    other = with_units(group, group.spans[:1], np.array([0, 1]), group.logits[:1])
    assert ("codes" in vars(other)) is made
    assert other.codes.tolist() == encoded(DOCUMENTS[:1]).tolist()
    assert (other.documents, len(other.spans), len(other.logits)) == (DOCUMENTS[:1], 1, 1)
