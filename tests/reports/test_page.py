import csv
import io
import json
import re
import sys
from dataclasses import asdict, replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from themes.coding.labels import Label
from themes.errors import InputError
from themes.learning.compare import compare
from themes.learning.dataset import build_dataset
from themes.learning.holdout import evaluate
from themes.learning.training import Settings, fit, to_model
from themes.reports import page
from themes.reports.report import Report

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

QUICK = Settings(strengths=(1.0,), folds=2)
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """What a page holds: its elements, and whether each is closed in its place."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, *tags):
        return [(tag, attributes) for tag, attributes in self.elements if tag in tags]


def report_on(labels, codebook, fitted=True, **options):
    data = build_dataset(labels, codebook)
    result = evaluate(data, QUICK, resamples=30, **options)
    model = to_model(fit(data, np.arange(len(labels)), QUICK), codebook, {}) if fitted else None
    return Report(result, codebook, list(labels), {"a.csv": "0" * 64}, asdict(QUICK), "2020-02-02", model)


def relabelled(gym, themes, count=48):
    """Take the first rows with other final codes; `themes` gives them by position."""
    return [
        Label(label.id, label.document, label.index, label.sentence, themes(i, label), label.source)
        for i, label in enumerate(gym.data.labels[:count])
    ]


@pytest.fixture(scope="module")
def report(gym):
    return report_on(gym.data.labels, gym.material.codebook)


@pytest.fixture(scope="module")
def html(report):
    return page.html(report)


def test_the_page_is_whole_and_loads_nothing(html):
    outline = Outline(html)
    assert not outline.all("script", "link", "img", "iframe", "object", "form", "base")
    for _, attributes in outline.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "xlink:href", "src"):
            assert attributes.get(name, "#").startswith("#")
    assert not re.search(r"@import|url\((?!#)", html)
    policy = next(a for tag, a in outline.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"].startswith("default-src 'none'")


def test_the_page_can_be_read_by_a_screen_reader(html):
    outline = Outline(html)
    levels = [int(tag[1]) for tag, _ in outline.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(a.get("aria-label") for _, a in outline.all("svg"))
    assert all("scope" in a for _, a in outline.all("th"))
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert outline.all("html")[0][1]["lang"] == "en"
    names = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(names) == len(set(names))
    targets = {a["href"][1:] for _, a in outline.all("a")} | {
        a["aria-labelledby"] for _, a in outline.elements if "aria-labelledby" in a
    }
    assert targets <= set(names)


def test_links_inside_the_page_are_no_more_than_its_own_parts(html):
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"|http-equiv', "", html)


def test_every_error_stands_on_the_page_with_its_probability(report, html):
    text = " ".join(Outline(html).text)
    wrong = [(p, key) for p in report.evaluation.predictions for key in set(p.truth) ^ set(p.themes)]
    assert wrong
    assert html.count('<li class="mistake">') == len(wrong)
    for p, key in wrong:
        assert p.sentence in text
        assert f"{p.probabilities[key]:.2f}" in text


def test_the_page_is_the_same_every_time(gym, html):
    again = report_on(gym.data.labels, gym.material.codebook)
    assert page.html(again) == html
    assert page.html(replace(again, date="2021-03-03")) == html.replace("2020-02-02", "2021-03-03")


HOSTILE = [
    "<script>document.title = 'broken'</script> the fee",
    "</style><style>body { display: none }</style> the fee",
    "--></p></li></section></main><h1>Taken over</h1>",
    '" onload="alert(1)" the fee {{ 7 * 7 }} {% raw %}',
    "nul \x00 and \x1b[31m escape and lone \ud800 half",
    "right \u202e to left \u2067 overrides",
    "x" * 5000,
    "&lt;b&gt; &amp; | *a* _b_ `c` [d](javascript:alert(1))",
]


def hostile(gym):
    codebook = gym.material.codebook
    first = replace(codebook.themes[0], name=HOSTILE[0], definition=HOSTILE[1])
    codebook = replace(codebook, title=HOSTILE[2], themes=(first, *codebook.themes[1:]))
    labels = [
        Label(
            label.id,
            f"{label.document}{HOSTILE[3]}",
            label.index,
            f"{HOSTILE[i % 8]} {label.sentence}",
            label.themes,
            HOSTILE[4],
            label.codes,
        )
        for i, label in enumerate(gym.data.labels)
    ]
    report = report_on(labels, codebook)
    other = report.evaluation.to_dict()
    for row in other["predictions"]:
        row["themes"] = [key for key in codebook.keys if key not in row["themes"]]
    comparison = compare(report.evaluation.to_dict(), other, resamples=5)
    return replace(report, hashes={HOSTILE[7]: "0" * 64}, comparison=comparison)


def test_hostile_text_stays_text(gym):
    html = page.html(hostile(gym))
    assert "Sentences that flipped: &lt;script&gt;" in html
    outline = Outline(html)
    assert not outline.all("script")
    assert len(outline.all("style")) == len(outline.all("h1")) == 1
    assert not [a for _, a in outline.elements if "onload" in a]
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    assert "x" * 3001 not in html
    assert "{{ 7 * 7 }}" in html
    html.encode()
    text = page.markdown(hostile(gym))
    assert "<script" not in text.replace("\\<script", "")
    assert "](java" not in text.replace("\\](java", "")


@pytest.mark.parametrize("positives", [0, 1, 2])
def test_a_theme_with_next_to_no_examples_claims_nothing(gym, positives, recwarn):
    labels = relabelled(gym, lambda i, _: ("cost",) if i < positives else (() if i % 2 else ("crowding",)))
    report = report_on(labels, gym.material.codebook)
    html, text = page.html(report), page.markdown(report)
    json.dumps(report.to_dict(), allow_nan=False)
    assert "Too little to carry a claim" in html
    assert ("no sentence has it" in html) == (positives == 0)
    assert "undefined" in text or positives
    assert not re.search(r"\bnan\b|\binf\b|None", html + text)
    assert not recwarn


def test_a_single_document_gives_a_report_that_says_why_it_is_empty(gym, recwarn):
    report = report_on(relabelled(gym, lambda _, label: label.themes, 8), gym.material.codebook)
    html, text = page.html(report), page.markdown(report)
    Outline(html)
    for written in (html, text):
        assert "fewer than two that share no near-copies" in written
        assert not re.search(r"\b0\.\d\d \(|class=\"bar\"", written)
    assert page.spreadsheet(report).count("\n") == 6
    assert not recwarn


def test_where_all_sentences_have_a_theme_or_all_scores_are_equal_nothing_breaks(gym, recwarn):
    labels = relabelled(gym, lambda *_: ("cost",))
    report = report_on(
        [replace(label, sentence="Same words.", index=i) for i, label in enumerate(labels)],
        gym.material.codebook,
    )
    Outline(page.html(report))
    report = report_on(labels, gym.material.codebook)
    assert {tuple(p.truth) for p in report.evaluation.predictions} == {("cost",)}
    Outline(page.html(report))
    assert "undefined" in page.markdown(report)
    assert not recwarn


def test_what_coders_agree_on_stands_beside_the_model(report, html):
    assert [c.sentences for c in report.ceilings] == [48]
    assert report.ceilings[0].coders[1].alpha == pytest.approx(1)
    assert report.ceilings[0].model[1].alpha < 1
    assert "Coders, alpha" in html


def test_labels_of_one_coder_have_no_ceiling(gym):
    report = report_on(relabelled(gym, lambda _, label: label.themes), gym.material.codebook, fitted=False)
    assert report.ceilings == []
    html = page.html(report)
    assert "no sentence judged has the codes of two coders" in html
    assert "What the model listens to" not in html


def test_the_table_has_a_line_for_each_predictor_and_theme(report):
    rows = list(csv.DictReader(io.StringIO(page.spreadsheet(report))))
    assert len(rows) == 4 * 5
    assert rows[0]["theme"] == "cost"
    assert float(rows[0]["recall"]) == pytest.approx(
        report.evaluation.scores["model"][0].recall.value, abs=1e-6
    )
    assert next(row for row in rows if row["predictor"] == "plain")["calibration_error"] == ""


def test_tables_of_markdown_are_as_wide_as_their_heading(report):
    text = page.markdown(report)
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(blocks) >= 4
    for block in blocks:
        assert {line.count("|") for line in block} == {block[0].count("|")}


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_one_line_says_what_is_missing_before_anything_is_computed(
    run, gym_paths, monkeypatch, tmp_path, missing
):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr("themes.reports.reporting.report_held_out", None)
    paths = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook]
    result = run("evaluate", *paths, "--html", tmp_path / "r.html")
    assert result.exit_code == 2
    assert result.stderr == f"themes: this needs {missing}; install it with: pip install 'themes[report]'\n"
    with pytest.raises(InputError, match="report"):
        page.require(missing)


def test_the_command_writes_all_its_reports(run, gym_paths, monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    paths = ["--labels", gym_paths.labels, "--codebook", gym_paths.codebook]
    files = [tmp_path / name for name in ("r.html", "r.md", "r.csv", "r.json")]
    options = zip(("--html", "--markdown", "--csv", "--json"), files, strict=True)
    common = ["evaluate", *paths, "--jobs", "1", "--folds", "2", "--resamples", "20"]
    result = run(*common, "-q", *(word for pair in options for word in pair))
    assert (result.exit_code, result.stderr) == (0, "")
    html, markdown, table, data = (file.read_text() for file in files)
    assert "What the model listens to" in html
    assert "1970-01-02" in html
    assert "1970-01-02" in markdown
    assert table.startswith("predictor,theme,support")
    found = json.loads(data)
    assert found["date"] == "1970-01-02"
    assert set(found["groups"]) == {"source", "length", "document"}
    assert found["differences"]["cues"]["macro"]["f1"]
    assert [p for p in found["predictions"] if p["reasons"]]
    run(*common, "-q", "--date", "2001-01-01", "--html", files[0])
    assert files[0].read_text() == html.replace("1970-01-02", "2001-01-01")


def test_a_date_that_is_none_is_refused(run, gym_paths, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    result = run("evaluate", "--labels", gym_paths.labels, "--codebook", gym_paths.codebook)
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH" in result.stderr
