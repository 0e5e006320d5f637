"""The page as a browser shows it; skipped where there is no Chromium."""

import html
import json
import os
import re
import shutil
import struct
import subprocess

import pytest
from test_page import hostile, report_on

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no browser laid the page out: apt-get install chromium, or name a Chromium in CHROMIUM",
)

FRAME = """<!DOCTYPE html><title>frame</title><body><pre id=found></pre>
<iframe id=page style="border:0;width:WIDTHpx;height:900px" srcdoc="PAGE"></iframe>
<script>
const frame = document.getElementById("page");
frame.onload = () => {
  const inner = frame.contentDocument, style = node => frame.contentWindow.getComputedStyle(node);
  const box = inner.querySelector("main").getBoundingClientRect();
  document.getElementById("found").textContent = JSON.stringify({
    title: inner.title,
    scripts: inner.querySelectorAll("script").length,
    styles: inner.querySelectorAll("style").length,
    h1: inner.querySelectorAll("h1").length,
    handlers: [...inner.querySelectorAll("*")].filter(n => n.onload || n.onclick || n.onerror).length,
    display: style(inner.body).display,
    wide: inner.documentElement.scrollWidth,
    main: [box.width, box.height],
    drawn: [...inner.querySelectorAll("svg")].filter(n => n.getBoundingClientRect().height > 100).length,
    loaded: frame.contentWindow.performance.getEntriesByType("resource").length,
    footer: inner.querySelector("footer").textContent.trim(),
  });
  frame.remove();
};
</script>
"""


def chromium(tmp_path, *arguments):
    profile = tmp_path / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120, check=True).stdout


def look(tmp_path, text, width):
    """Lay the page out at a width and give what is found there."""
    place = tmp_path / "frame.html"
    filled = FRAME.replace("WIDTH", str(width)).replace("PAGE", html.escape(text))
    place.write_text(filled, encoding="utf-8")
    dom = chromium(tmp_path, "--virtual-time-budget=5000", "--dump-dom", place.as_uri()).decode()
    return json.loads(html.unescape(re.search("<pre id=.found.>(.+?)</pre>", dom)[1]))


@pytest.fixture(scope="module")
def pages(gym):
    from themes.reports import page

    report = report_on(gym.data.labels, gym.material.codebook)
    return {"plain": page.html(report), "hostile": page.html(hostile(gym))}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_a_browser_shows_the_page_whole_and_runs_nothing(tmp_path, pages, name, width):
    found = look(tmp_path, pages[name], width)
    assert found["title"].startswith("Evaluation: ")
    assert (found["scripts"], found["styles"], found["h1"], found["handlers"]) == (0, 1, 1, 0)
    assert found["display"] == "block"
    assert found["drawn"] == 6
    assert found["loaded"] == 0
    assert found["main"][0] > 0.75 * min(width, 1088)
    assert found["footer"].endswith("This file loads nothing and runs nothing.")
    # Nothing sticks out sideways: wide tables scroll by themselves.
    assert found["wide"] <= width


@pytest.mark.parametrize("name", ["plain", "hostile"])
@pytest.mark.parametrize(("width", "height"), [(500, 900), (1280, 900)])
def test_screenshots_at_the_width_of_a_phone_and_of_a_desk(tmp_path, pages, name, width, height):
    place, shot = tmp_path / "page.html", tmp_path / f"{name}-{width}.png"
    place.write_text(pages[name], encoding="utf-8")
    chromium(tmp_path, f"--window-size={width},{height}", f"--screenshot={shot}", place.as_uri())
    data = shot.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (width, height)
    # A page that a style hid, or that came out blank, would compress to next to nothing.
    assert len(data) > 20_000


def test_it_prints_on_a4(tmp_path, pages):
    place, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    place.write_text(pages["plain"], encoding="utf-8")
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", place.as_uri())
    boxes = set(re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", paper.read_bytes()))
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
