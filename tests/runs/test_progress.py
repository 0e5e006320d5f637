import io

import pytest

import themes.runs.progress as progress
from themes.runs.progress import Progress, duration
from themes.terminal import columns


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    times = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: times[0])
    return times


def test_a_terminal_has_one_line_that_is_overwritten_and_cleared(clock):
    stream = Terminal()
    shown = Progress(stream=stream)
    shown.begin(400_000_000)
    clock[0] += 10
    shown.step(100_000_000, 50_000)
    clock[0] += 0.01
    shown.step(100_000_000, 50_000)
    shown.note("skipped: a row")
    assert stream.getvalue() == (
        "\r\033[Kthemes: 25% of 400.0 MB, 10.0 MB/s, 5,000 sentences/s, 30 s left"
        "\r\033[Kthemes: skipped: a row\n"
    )


def test_a_line_never_fills_a_narrow_terminal(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    shown = Progress(stream=stream)
    shown.begin(400_000_000)
    clock[0] += 10
    shown.step(100_000_000, 50_000)
    assert columns(stream.getvalue().removeprefix("\r\033[K")) == 39


def test_a_log_has_plain_lines_at_most_every_few_seconds(clock):
    stream = io.StringIO()
    shown = Progress(stream=stream)
    shown.begin(100_000_000, before=50_000_000)
    for _ in range(5):
        clock[0] += 4
        shown.step(10_000_000, 8000)
    shown.clear()
    assert stream.getvalue().splitlines() == [
        "themes: going on where the run stopped, 50% done",
        "themes: 80% of 100.0 MB, 2.5 MB/s, 2,000 sentences/s, 8 s left",
    ]


def test_quiet_tells_of_bad_rows_alone(clock):
    stream = Terminal()
    shown = Progress(quiet=True, stream=stream)
    shown.begin(10, before=5)
    clock[0] += 100
    shown.step(5, 1)
    shown.note("skipped: \x1b[2J", always=True)
    shown.summary(1, 1, "out.csv")
    assert stream.getvalue() == "themes: skipped: �[2J\n"


def test_the_summary_has_totals_and_a_rate_where_there_is_one(clock):
    stream = io.StringIO()
    for size in (3, 30_000_000):
        shown = Progress(stream=stream)
        shown.begin(size)
        shown.step(size, 1000)
        clock[0] += 5
        shown.summary(1, 2000, "out.csv")
    assert stream.getvalue().splitlines() == [
        "themes: out.csv: 1 document, 2,000 sentences, 5 s",
        "themes: out.csv: 1 document, 2,000 sentences, 5 s, 6.0 MB/s, 200 sentences/s",
    ]


def test_the_summary_of_a_run_that_went_on_tells_the_whole_from_this_run(clock):
    stream = io.StringIO()
    shown = Progress(stream=stream)
    shown.begin(90_000_000, before=60_000_000)
    shown.step(30_000_000, 1200)
    clock[0] += 60
    shown.summary(1, 3000, "out.csv")
    shown.note("skipped: a row", always=True)
    shown.summary(1, 3000, "out.csv")
    assert stream.getvalue().splitlines()[1:] == [
        "themes: out.csv: 1 document, 3,000 sentences in all; in this run 1,200 of these sentences, "
        "1 min 0 s, 0.5 MB/s, 20 sentences/s",
        "themes: skipped: a row",
        "themes: out.csv: 1 document, 3,000 sentences, 1 bad row left out in all; in this run 1,200 of these "
        "sentences, 1 min 0 s, 0.5 MB/s, 20 sentences/s",
    ]


def test_the_summary_names_bad_rows(clock):
    stream = io.StringIO()
    shown = Progress(stream=stream)
    shown.begin(9)
    for _ in range(2):
        shown.note("skipped: a row", always=True)
    shown.step(9, 1)
    shown.summary(1, 1, "out.csv")
    assert stream.getvalue().splitlines()[2:] == [
        "themes: out.csv: 1 document, 1 sentence, 2 bad rows left out, 0 s"
    ]


def test_nothing_to_read_is_all_done(clock):
    stream = Terminal()
    shown = Progress(stream=stream)
    shown.begin(0)
    clock[0] += 1
    shown.step(0, 0)
    assert "100% of 0 bytes" in stream.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (3600, "1 h 0 min"), (90_061, "25 h 1 min")],
)
def test_durations_are_written_for_reading(seconds, text):
    assert duration(seconds) == text
