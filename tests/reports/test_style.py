"""The colours of the page: WCAG 2.2, contrast of at least 4.5 for text and 3 for what is drawn."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "themes/templates/style.css").read_text()

TEXT = [
    *((ink, "paper") for ink in ("ink", "soft", "accent", "warn")),
    ("warn", "warn-paper"),
]
DRAWN = [("accent", "paper"), ("other", "paper"), ("soft", "paper"), ("accent", "band")]


def schemes():
    """Give the colours in light, in the dark and on paper, each where the one before is overruled."""
    light, dark, paper = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    )
    return {"light": light, "dark": light | dark, "print": light | paper}


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    levels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(first, second):
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.478, abs=1e-3)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (DRAWN, 3)], ids=["text", "drawn"])
def test_everything_stands_out_enough(scheme, pairs, least):
    colours = schemes()[scheme]
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in found.items() if value < least} == {}


def test_every_colour_is_a_variable_of_the_page():
    rules = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb|hsl|opacity", rules)
