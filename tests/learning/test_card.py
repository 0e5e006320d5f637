import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from themes.learning.card import OURS, PROVENANCE, UNKNOWN, model_card, with_card
from themes.learning.listing import FIGURES
from themes.scoring.model import load_model, save_model

ROOT = Path(__file__).parents[2]
_SCALAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./,-]*(?: [A-Za-z0-9_./,-]+)*")


def scalar(text):
    if text.startswith('"'):
        return json.loads(text)
    assert _SCALAR.fullmatch(text), text
    return float(text) if re.fullmatch(r"\d+\.\d+", text) else text


def parse(lines, depth=0):
    """Read the part of YAML that the card uses, and nothing else: blocks, lists, plain and quoted scalars."""
    pad = " " * depth
    if lines[0].startswith(f"{pad}- "):
        items = []
        while lines and lines[0].startswith(f"{pad}- "):
            rest = lines[0][depth + 2 :]
            if re.match(r"[a-z_-]+:", rest):
                lines[0] = f"{pad}  {rest}"
                items.append(parse(lines, depth + 2))
            else:
                items.append(scalar(rest))
                lines.pop(0)
        return items
    found = {}
    while lines and re.match(rf"{pad}[a-z]", lines[0]):
        key, value = re.fullmatch(r"([a-z_-]+):(?: (.+))?", lines.pop(0)[depth:]).groups()
        assert key not in found
        # As YAML allows, a list may stand as deep as the key that it belongs to.
        deeper = depth + 2 * (not value and not lines[0].startswith(f"{pad}- "))
        found[key] = scalar(value) if value else parse(lines, deeper)
    return found


def front(card):
    first, matter, _ = card.split("---\n", 2)
    assert first == ""
    lines = matter.splitlines()
    found = parse(lines)
    assert not lines
    return found


def section(card, title):
    return card.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


@pytest.fixture(scope="module")
def card(gym):
    return with_card(gym.model, OURS)[1]


def test_the_card_can_be_made_again_from_the_saved_manifest(gym, tmp_path):
    for provenance in (OURS, UNKNOWN):
        model, card = with_card(gym.model, provenance)
        save_model(model, tmp_path / "m", {"README.md": card})
        manifest = json.loads((tmp_path / "m" / "manifest.json").read_text())
        assert model_card(manifest) == card
        assert load_model(tmp_path / "m").about[PROVENANCE]["licence"] == provenance.licence


def test_the_front_matter_is_strict_yaml_with_the_figures(gym, card):
    found = front(card)
    assert (found["license"], found["language"]) == ("apache-2.0", ["en"])
    assert (found["pipeline_tag"], found["library_name"]) == ("text-classification", "themes")
    assert "multi-label" in found["tags"]
    assert found["metrics"] == ["precision", "recall", "f1", "average_precision"]
    (index,) = found["model-index"]
    assert index["name"] == "Why people stopped going to the gym"
    (result,) = index["results"]
    assert result["task"]["type"] == "text-classification"
    assert result["dataset"]["name"] == "held out: two_themes_labels"
    values = {item["name"]: item["value"] for item in result["metrics"]}
    macro = gym.evaluation.summary()["scores"]["model"]["macro"]
    assert values["macro F1"] == round(macro["f1"][0], 4)
    assert values["macro average precision"] == round(macro["average_precision"][0], 4)
    assert "micro average precision" not in values


def test_tables_show_the_numbers_of_the_manifest(gym, card):
    assert "| two\\_themes\\_labels | 6 | 48 | 13 | 13 | 23 |" in section(card, "Labels")
    evaluation = section(card, "Evaluation")
    row = gym.evaluation.summary()["scores"]["model"]["cost"]
    value, low, high = row["f1"]
    assert f"| `cost` | {row['support']} |" in evaluation
    assert f"{value:.2f} [{low:.2f}–{high:.2f}]" in evaluation
    assert evaluation.count("Baseline: ") == 3
    for key, threshold in zip(gym.model.keys, gym.model.thresholds, strict=True):
        error = gym.evaluation.summary()["scores"]["model"][key]["calibration_error"]
        assert f"| `{key}` | {threshold:.3f} | {error:.3f} |" in section(card, "Thresholds and calibration")
    assert f"{len(gym.model.vocabulary):,} features" in section(card, "Training")
    for key, note in gym.model.about["notes"].items():
        assert f"- `{key}`: {note}." in section(card, "Limits")


def test_tables_have_as_many_cells_in_every_row(card):
    widths = []
    for line in card.splitlines():
        if line.startswith("|"):
            widths.append(len(re.findall(r"(?<!\\)\|", line)))
        elif widths:
            assert len(set(widths)) == 1
            widths = []


def test_what_the_model_is_not_for_and_who_made_the_labels_is_said(card):
    assert "sorts sentences, never persons" in section(card, "Out of scope")
    assert "All coders and authors are language models, known by number only" in section(card, "Labels")
    assert "under their publishers' rights" in section(card, "Licence")


def test_nothing_is_claimed_of_labels_of_unknown_origin(gym):
    card = with_card(gym.model, UNKNOWN)[1]
    assert front(card)["license"] == "unknown"
    assert "language models" not in card
    assert "Apache" not in card
    assert "whoever trained this model did not state" in section(card, "Labels")
    about = {name: value for name, value in gym.model.about.items() if name != PROVENANCE}
    manifest = {"format": 1, "themes": gym.model.names, "thresholds": {}, "features": 1, **about}
    assert "language models" not in model_card(manifest)


def test_a_model_without_evaluation_says_so(gym):
    about = {**gym.model.about, "evaluation": None}
    card = with_card(replace(gym.model, about=about), OURS)[1]
    assert "This model was not evaluated." in section(card, "Evaluation")
    assert "model-index" not in front(card)
    assert "| undefined |" in section(card, "Thresholds and calibration")


def test_undefined_figures_are_not_0(gym):
    evaluation = json.loads(json.dumps(gym.evaluation.summary()))
    evaluation["scores"]["model"]["cost"]["precision"] = [None, None, None]
    evaluation["scores"]["model"]["macro"]["f1"] = [None, None, None]
    card = with_card(replace(gym.model, about={**gym.model.about, "evaluation": evaluation}), OURS)[1]
    assert re.search(r"\| `cost` \| \d+ \| undefined \|", card)
    assert "macro F1" not in {item["name"] for item in front(card)["model-index"][0]["results"][0]["metrics"]}


def test_titles_and_names_can_break_neither_yaml_nor_tables(gym):
    title = 'A "title": | <b>\n---\x1b # [x](y) \\'
    book = {**gym.model.about["codebook"], "title": title, "language": "en\n- x"}
    names = {"cost": "Cost | <i>", "crowding": "Crowding"}
    model = replace(gym.model, names=names, about={**gym.model.about, "codebook": book})
    card = with_card(model, OURS)[1]
    assert front(card)["model-index"][0]["name"] == 'A "title": | <b> ---\ufffd # [x](y) \\'
    assert front(card)["language"] == ["en - x"]
    assert "| `cost` | Cost \\| \\<i\\> |" in card
    assert "\x1b" not in card


def test_training_writes_the_card_into_the_model_folder(run, gym_paths, tmp_path):
    options = ("--labels", gym_paths.labels, "--codebook", gym_paths.codebook, "--no-evaluation", "-q")
    assert run("train", *options, "--output", tmp_path / "m", "--jobs", "1").exit_code == 0
    manifest = json.loads((tmp_path / "m" / "manifest.json").read_text())
    card = (tmp_path / "m" / "README.md").read_text()
    assert card == model_card(manifest)
    assert front(card)["license"] == "unknown"
    # A second training may replace a folder with a card in it.
    assert run("train", *options, "--output", tmp_path / "m", "--jobs", "1").exit_code == 0


def test_the_committed_card_is_that_of_the_committed_model():
    folder = ROOT / "models" / "default"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    evaluation = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert manifest["evaluation"] == {name: evaluation[name] for name in manifest["evaluation"]}
    assert (folder / "README.md").read_text(encoding="utf-8") == model_card(manifest)
    assert manifest[PROVENANCE]["licence"] == "apache-2.0"


def test_the_committed_report_shows_the_committed_evaluation():
    manifest = json.loads((ROOT / "models/default/manifest.json").read_text(encoding="utf-8"))
    html, markdown = ((ROOT / f"docs/report.{end}").read_text(encoding="utf-8") for end in ("html", "md"))
    for name, digest in manifest["labels"]["sha256"].items():
        assert name in html
        assert digest in html
    scores = manifest["evaluation"]["scores"]["model"]
    for key, name in manifest["themes"].items():
        cells = markdown.split(f"\n| {name} |", 1)[1].split("\n")[0].split(" | ")
        for cell, figure in zip(cells[2:6], FIGURES, strict=True):
            value, low, high = scores[key][figure]
            assert cell.removesuffix(" |") == f"{value:.2f} ({low:.2f} to {high:.2f})"
