from pathlib import Path

import pytest

from themes.learning.evaluation import MODEL
from themes.learning.listing import ASCII, BLOCKS, bar, bar_signs, report_lines, scores_table
from themes.learning.metrics import Figure


@pytest.mark.parametrize(
    ("figure", "drawn"),
    [
        (Figure(None), ""),
        (Figure(0.0), "#..............."),
        (Figure(1.0, 1.0, 1.0), "...............#"),
        (Figure(0.5, 0.0, 1.0), "--------#-------"),
    ],
)
def test_a_bar_runs_from_0_to_1_and_is_empty_where_nothing_is_defined(figure, drawn):
    assert bar(figure, ASCII) == drawn


@pytest.mark.parametrize(
    ("encoding", "signs"),
    [
        ("utf-8", BLOCKS),
        ("cp437", BLOCKS),
        ("ascii", ASCII),
        ("latin-1", ASCII),
        (None, ASCII),
        ("no", ASCII),
    ],
)
def test_bars_are_of_signs_that_the_stream_can_hold(encoding, signs):
    assert bar_signs(encoding) == signs


def test_bars_stand_under_the_figures_of_each_theme_and_add_no_width(gym):
    rows = gym.evaluation.scores[MODEL]
    plain = scores_table(rows, intervals=True)
    drawn = scores_table(rows, intervals=True, bars=ASCII)
    assert len(drawn) == len(plain) + 2
    assert max(map(len, drawn)) == max(map(len, plain))
    assert [line for line in drawn if "#" not in line] == plain
    place = drawn[1].index("[")
    assert drawn[2][place - 5 : place + 11] == bar(rows[0].precision, ASCII)


def test_the_command_draws_ascii_bars_where_the_stream_holds_nothing_else(gym_paths):
    import os
    import subprocess
    import sys

    command = [
        sys.executable,
        "-m",
        "themes",
        "evaluate",
        "-q",
        "--folds",
        "2",
        "--resamples",
        "20",
        "--jobs",
        "1",
    ]
    paths = ["--labels", str(gym_paths.labels), "--codebook", str(gym_paths.codebook)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command + paths, capture_output=True, env=environment, cwd=Path(__file__).parents[2], check=True
    )
    assert b"..-" in done.stdout
    assert done.stderr == b""


def test_the_leads_are_told_with_their_intervals(gym):
    text = "\n".join(report_lines(gym.evaluation))
    assert "The model's lead, macro" in text
    assert text.count("  over ") == len(gym.evaluation.differences) == 3
