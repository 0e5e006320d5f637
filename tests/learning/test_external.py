import json
from dataclasses import replace
from hashlib import blake2b

import pytest

from themes.coding.labels import Label, read_labels
from themes.errors import InputError, ModelError
from themes.learning.compare import compare
from themes.learning.evaluation import MODEL
from themes.learning.external import TRAINING, judge, judge_lines, training_fingerprint

HEADER = "id,document,index,sentence,final\n"
ROWS = [
    ("g0", "gus", "In autumn the price doubled for all of us.", "cost"),
    ("g1", "gus", "The hall was packed with people every single evening.", "crowding"),
    ("g2", "gus", "Afterwards he took up swimming in the lake.", ""),
    ("h0", "hal", "She never found a free machine before nine.", "crowding"),
    ("h1", "hal", "Her cousin works in the town hall.", ""),
]


def label(name, document, sentence, themes, source="own"):
    return Label(name, document, 0, sentence, tuple(filter(None, themes.split("|"))), source)


@pytest.fixture
def own():
    return [label(*row) for row in ROWS]


def test_the_fingerprint_holds_names_and_digests_but_no_text(gym):
    labels = [
        label("1", "b.txt", "The fee — again — ROSE by 30!", "cost", "seed"),
        label("2", "a.txt", "the fee again rose by 45", "cost", "field"),
        label("3", "author-1", "Some sentence of five words.", "", "authored"),
        label("4", "a.txt", "Too short.", "", "field"),
    ]
    found = training_fingerprint(labels)
    same = blake2b(b"the fee again rose by ##", digest_size=6).hexdigest()
    other = blake2b(b"some sentence of five words", digest_size=6).hexdigest()
    assert found == {
        "documents": [["field", "a.txt"], ["seed", "b.txt"]],
        "digests": " ".join(sorted([same, other])),
    }
    assert training_fingerprint(labels[::-1]) == found
    manifest = json.loads((gym.folder / "manifest.json").read_text())
    assert manifest[TRAINING] == training_fingerprint(gym.material.labels)
    assert len(manifest[TRAINING]["documents"]) == 6


def test_unseen_documents_are_judged_with_the_model_as_it_is(gym, own):
    found = judge(gym.model, own, resamples=50)
    assert (found.seen, found.authored, found.absent, found.fingerprint) == ([], 0, [], True)
    predictions = found.evaluation.predictions
    assert [p.id for p in predictions] == [row[0] for row in ROWS]
    for prediction in predictions:
        for key, threshold in zip(gym.model.keys, gym.model.thresholds, strict=True):
            assert (key in prediction.themes) == (prediction.probabilities[key] >= threshold)
    cost, crowding = found.evaluation.scores[MODEL][:2]
    given = sum("crowding" in p.themes for p in predictions)
    assert (cost.support, crowding.support, crowding.predicted) == (1, 2, given)
    assert found.evaluation.about["documents"] == 2
    assert compare(found.evaluation.to_dict(), found.evaluation.to_dict(), resamples=5).flips == []


def test_the_scores_are_those_of_classifying(gym, own):
    from themes.scoring.classify import Classifier

    classifier = Classifier(gym.model)
    for prediction in judge(gym.model, own, resamples=0).evaluation.predictions:
        (result,) = classifier.classify(prediction.sentence, unit="line")
        assert prediction.probabilities == pytest.approx(result.probabilities)
        assert prediction.themes == list(result.themes)


def test_documents_that_were_in_training_are_named_and_left_out(gym, own):
    known = next(x for x in gym.material.labels if len(x.sentence.split()) > 5)
    copied = label("i0", "ida", known.sentence.upper(), "", "own")
    fellow = label("i1", "ida", "Nobody else has ever written this sentence.", "", "own")
    same_name = label("a0", known.document, "Another sentence, from nowhere else.", "", known.source)
    found = judge(gym.model, [*own, copied, fellow, same_name], resamples=0)
    assert [(s.source, s.document, s.sentences, s.known, s.named) for s in found.seen] == [
        ("own", "ida", 2, 1, False),
        (known.source, known.document, 1, 0, True),
    ]
    assert {p.document for p in found.evaluation.predictions} == {"gus", "hal"}
    text = "\n".join(judge_lines(found))
    assert "Left out, for the model was trained on them: 2 documents." in text
    assert "own: ida (1 of its 2 sentences known)" in text


def test_authored_sentences_are_left_out_and_nothing_left_is_an_error(gym, own):
    authored = label("x", "author-1", "The fee was raised for the third time.", "cost", "authored")
    assert judge(gym.model, [*own, authored], resamples=0).authored == 1
    with pytest.raises(InputError, match="nothing is left to judge: 0 sentences are authored, and 6 doc"):
        judge(gym.model, gym.material.labels)
    with pytest.raises(
        InputError, match="nothing is left to judge: 1 sentence is authored, and 0 documents were"
    ):
        judge(gym.model, [authored])


def test_an_unknown_theme_is_refused_with_file_and_line(gym, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + "a,d,0,One sentence.,\nb,d,1,Another.,cost|noise\n")
    with pytest.raises(InputError, match=r"mine\.csv, line 3: theme 'noise' is not in the codebook"):
        judge(gym.model, read_labels([path]))


def test_an_id_given_twice_is_refused_with_both_places(gym, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + "a,d,0,One sentence.,\na,d,1,Another.,cost\n")
    with pytest.raises(InputError, match=r"mine\.csv, line 3: id 'a' is that of .*mine\.csv, line 2 too"):
        judge(gym.model, read_labels([path]))


def test_a_file_that_nobody_coded_is_refused_and_named(gym, own, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("id,document,index,sentence,coder_1,coder_2,final\na,d,0,One more sentence.,,,\n")
    told = r"sheet\.csv: final is empty in every row; is it coded\? code the sentences, then settle final$"
    for others in ([], own):
        with pytest.raises(InputError, match=told):
            judge(gym.model, [*others, *read_labels([path])])


def test_a_theme_that_nobody_coded_stays_undefined(gym, own):
    found = judge(gym.model, [row for row in own if "cost" not in row.themes], resamples=20)
    cost = found.evaluation.scores[MODEL][0]
    assert found.absent == ["cost"]
    assert (cost.support, cost.recall.value, cost.average_precision.value) == (0, None, None)
    assert any(line.startswith("note: cost: no sentence here has it") for line in judge_lines(found))
    json.dumps(found.evaluation.to_dict(), allow_nan=False)


def test_a_model_without_fingerprint_says_so_and_a_damaged_one_is_refused(gym, own):
    about = {name: value for name, value in gym.model.about.items() if name != TRAINING}
    found = judge(replace(gym.model, about=about), own, resamples=0)
    assert not found.fingerprint
    assert "note: This model does not know what it was trained on" in "\n".join(judge_lines(found))
    for damaged in ({}, [], {"documents": [["a"]], "digests": ""}, {"documents": [], "digests": 3}):
        with pytest.raises(ModelError, match="damaged"):
            judge(replace(gym.model, about={**about, TRAINING: damaged}), own)


def test_lines_are_harmless_and_narrow(gym, own):
    evil = [replace(row, document="gus\x1b[31m", source="seed") for row in own]
    for name in {(x.source, x.document) for x in gym.material.labels}:
        about = {
            **gym.model.about,
            TRAINING: {"documents": [["own", "hal\x1b[2J"], list(name)], "digests": ""},
        }
    model = replace(gym.model, about=about)
    lines = judge_lines(judge(model, [*evil, label("z", "hal\x1b[2J", "A sentence.", "")], resamples=10))
    assert not any("\x1b" in line for line in lines)
    assert max(map(len, lines)) <= 110
