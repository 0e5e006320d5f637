"""`themes evaluate` with its other ways of judging: against another run, on an external test set, curves."""

import csv
import json
import re

import pytest

from themes.learning.external import TRAINING

OWN = """id,document,index,sentence,final
g0,gus,0,In autumn the price doubled for all of us.,cost
g1,gus,1,The hall was packed with people every single evening.,crowding
g2,gus,2,Afterwards he took up swimming in the lake.,
h0,hal,0,She never found a free machine before nine.,crowding
h1,hal,1,Her cousin works in the town hall.,
"""


@pytest.fixture
def evaluate(run, gym_paths):
    """Run the command on the small label set, quickly."""

    def call(*options):
        paths = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook]
        return run("evaluate", *paths, "-q", "--jobs", "1", "--folds", "2", "--resamples", "20", *options)

    return call


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(OWN)
    return path


def reports(tmp_path):
    names = ("html", "markdown", "csv", "json")
    files = {name: tmp_path / f"report.{name}" for name in names}
    return files, [word for name, file in files.items() for word in (f"--{name}", file)]


def test_against_an_earlier_run_every_report_tells_what_changed(evaluate, tmp_path):
    old = tmp_path / "old.json"
    assert evaluate("--json", old).exit_code == 0
    data = json.loads(old.read_text())
    first = next(p for p in data["predictions"] if p["themes"])
    first["themes"].clear()
    old.write_text(json.dumps(data))
    files, options = reports(tmp_path)
    result = evaluate("--against", old, *options)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Against the other evaluation\nCompared on 48 sentences of 6 documents" in result.stdout
    found = json.loads(files["json"].read_text())["comparison"]
    assert {flip["id"] for flip in found["flips"]} == {first["id"]}
    html, markdown = files["html"].read_text(), files["markdown"].read_text()
    for text in (html, markdown):
        assert "Against another run" in text
    section = html.split('id="compared"')[1].split("</section>")[0]
    assert section.count('<li class="mistake">') == len(found["flips"])
    assert f"({first['id']})" in markdown.replace("\\", "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "no such file"), ("{", "is no evaluation"), ("{}", "is no evaluation (no predictions)")],
)
def test_an_evaluation_that_cannot_be_used_is_refused_before_the_long_part(
    evaluate, tmp_path, monkeypatch, content, reason
):
    monkeypatch.setattr("themes.reports.reporting.evaluate", None)
    path = tmp_path / "old.json"
    if content is not None:
        path.write_text(content)
    result = evaluate("--against", path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"themes: {path}: ")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_external_test_set_is_judged_by_the_model_as_it_is(run, gym, own, tmp_path):
    files, options = reports(tmp_path)
    result = run("evaluate", "--on", own, "--model", gym.folder, "--resamples", "20", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Judged: 5 sentences of 2 documents, 3 with a theme." in result.stdout
    assert "nothing was fitted to these sentences" in result.stdout
    html, markdown, table, data = (file.read_text() for file in files.values())
    assert "An external test: 5 sentences from 2 documents, judged by the finished model as it is" in html
    assert "An external test of the finished model" in markdown
    assert {row["test"] for row in csv.DictReader(table.splitlines())} == {"external"}
    found = json.loads(data)
    assert found["external"]["seen"] == []
    assert found["external"]["model_sha256"] in html
    assert len(found["predictions"]) == 5
    wrong = sum(len(set(p["truth"]) ^ set(p["themes"])) for p in found["predictions"])
    assert html.count('<li class="mistake">') == wrong
    assert not re.search(r"\bNone\b|Undefined: nothing", html)


def test_documents_in_training_are_named_in_every_report_and_several_files_may_be_given(
    run, gym, gym_paths, own, tmp_path
):
    files, options = reports(tmp_path)
    known = tmp_path / "known.csv"
    known.write_text(gym_paths.labels.read_text().replace("anna", "nora"))
    result = run("evaluate", "--on", own, "--on", known, "--model", gym.folder, *options)
    assert result.exit_code == 0, result.stderr
    assert "Left out, for the model was trained on them: 6 documents." in result.stdout
    html, markdown, _, data = (file.read_text() for file in files.values())
    assert json.loads(data)["external"]["seen"][0]["document"] == "nora"
    assert json.loads(data)["about"]["documents"] == 2
    for text in (html, markdown):
        assert "Left out" in text
        assert "nora" in text


def test_a_model_that_does_not_know_its_training_is_warned_of(run, gym, own, tmp_path):
    from dataclasses import replace

    from themes.learning.external import UNKNOWN
    from themes.scoring.model import save_model

    about = {name: value for name, value in gym.model.about.items() if name != TRAINING}
    save_model(replace(gym.model, about=about), tmp_path / "m")
    files, options = reports(tmp_path)
    result = run("evaluate", "--on", own, "--model", tmp_path / "m", *options)
    assert result.exit_code == 0, result.stderr
    assert UNKNOWN in files["html"].read_text()
    assert UNKNOWN in files["markdown"].read_text().replace("\\", "")


def test_two_models_can_be_compared_on_one_external_test_set(run, gym, own, tmp_path):
    old = tmp_path / "old.json"
    common = ["evaluate", "--on", own, "--model", gym.folder]
    assert run(*common, "--json", old).exit_code == 0
    result = run(*common, "--against", old)
    assert result.exit_code == 0
    assert "Compared on 5 sentences of 2 documents" in result.stdout


def test_one_document_has_figures_but_no_interval_and_the_page_says_so(run, gym, own, tmp_path):
    own.write_text("".join(OWN.splitlines(keepends=True)[:4]))
    result = run("evaluate", "--on", own, "--model", gym.folder, "--html", tmp_path / "r.html")
    assert result.exit_code == 0
    assert "One document only: no interval can be given" in (tmp_path / "r.html").read_text()
    assert "One document only: no interval can be given" in result.stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--model", "m"], "--model has no effect without --on; give the FILE that it is to judge"),
        (["--on", "a.csv", "--folds", "3"], "--folds has no effect with --on, which judges a finished model"),
        (["--on", "a.csv", "--labels", "x", "--learning-curve"], "--labels, --learning-curve have no effect"),
        (["--on", "missing.csv"], "missing.csv: no such file or folder"),
    ],
)
def test_options_that_exclude_each_other_give_one_line(run, options, reason):
    result = run("evaluate", *options)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_learning_curves_are_measured_told_and_drawn(evaluate, tmp_path, monkeypatch):
    from functools import partial

    from themes.learning import curve
    from themes.reports import reporting

    quick = partial(curve.learning_curve, shares=(0.5, 1.0), repeats=2, folds=2)
    monkeypatch.setattr(reporting, "learning_curve", quick)
    files, options = reports(tmp_path)
    result = evaluate("--learning-curve", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\nLearning curves\n" in result.stdout
    html, markdown, _, data = (file.read_text() for file in files.values())
    found = json.loads(data)["learning_curve"]
    assert [point["share"] for point in found["points"]["real documents"]] == [0.5, 1.0]
    section = html.split('id="curve"')[1].split("</section>")[0]
    assert section.count("<svg") == 1
    assert "What the model gains from more real documents. Macro average precision: " in section
    assert "## More real documents" in markdown


def test_too_few_documents_are_told_in_the_terminal_and_refuse_a_curve(run, gym_paths, tmp_path):
    labels = tmp_path / "labels.csv"
    rows = gym_paths.labels.read_text().splitlines(keepends=True)
    labels.write_text("".join(rows[:9]))
    common = ["evaluate", "--labels", labels, "--codebook", gym_paths.codebook, "-q", "--jobs", "1"]
    result = run(*common)
    assert result.exit_code == 0
    assert "Everything is undefined: an evaluation holds out whole documents" in result.stdout
    assert not re.search(r" 0\.\d\d", result.stdout)
    result = run(*common, "--learning-curve")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "fewer than two" in result.stderr
    old = tmp_path / "old.json"
    assert run("evaluate", "--labels", gym_paths.labels, "--codebook", gym_paths.codebook, "-q", "--folds",
               "2", "--resamples", "5", "--jobs", "1", "--json", old).exit_code == 0  # fmt: skip
    result = run(*common, "--against", old)
    assert result.exit_code == 2
    assert "nothing was held out here, so there is nothing to compare" in result.stderr


def test_every_pair_of_themes_is_in_the_json(evaluate, tmp_path):
    assert evaluate("--json", tmp_path / "r.json").exit_code == 0
    (pair,) = json.loads((tmp_path / "r.json").read_text())["pairs"]
    assert (pair["first"], pair["second"]) == ("cost", "crowding")
