"""Misfires: cues of a codebook that fail on the very sentences that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from themes.coding.codebook import Codebook
from themes.coding.fields import Spot
from themes.coding.matcher import CueMatcher
from themes.text.words import words


class Misfire(NamedTuple):
    """A cue that does not do what its codebook says.

    Parameters
    ----------
    spot : Spot
        Where the cue stands.
    reason : str
        Which cue fails on which sentence, and how.
    """

    spot: Spot
    reason: str

    def line(self, path: Path) -> int:
        """Find the line of the cue in the codebook's file, counted from 1."""
        return self.spot.line(path.read_text(encoding="utf-8-sig").replace("’", "'"))


def misfires(codebook: Codebook) -> Iterator[Misfire]:
    """Try every cue on its sentences: it must fire on the one, and be silent on the other.

    Parameters
    ----------
    codebook : Codebook
        Any codebook.

    Yields
    ------
    Misfire
        In the order of the codebook, themes before contexts.
    """
    matcher = CueMatcher.from_codebook(codebook)

    def fires(cue: int, sentence: str) -> bool | None:
        found = (hit for hit in matcher.find(words(sentence)) if hit.index == cue)
        return next((not hit.suppressed for hit in found), None)

    owners = [(Spot("themes", place), theme.cues) for place, theme in enumerate(codebook.themes)]
    owners += [(Spot("contexts", place), context.cues) for place, context in enumerate(codebook.contexts)]
    tried = [(spot._replace(field="cues", text=cue.pattern), cue) for spot, cues in owners for cue in cues]
    for index, (spot, cue) in enumerate(tried):
        fired = fires(index, cue.fires) if cue.fires else True
        if fired is None:
            yield Misfire(spot, f"cue {cue.pattern!r} does not meet its sentence {cue.fires!r}")
        elif not fired:
            yield Misfire(spot, f"cue {cue.pattern!r} is silenced by its conditions on {cue.fires!r} (fires)")
        if cue.silent and fires(index, cue.silent):
            yield Misfire(spot, f"cue {cue.pattern!r} fires on {cue.silent!r} (silent)")
