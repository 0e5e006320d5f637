"""Splitting by compiled code: gives the spans that `themes.text.sentences.sentence_spans` gives."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from themes.text import splitkernels as kernels
from themes.text.paragraphs import FEWEST_FULL, NARROWEST, WIDEST, WRAPPED_SHARE, unwrap
from themes.text.punkt import Punkt, english

_EVERY_CHARACTER = 0x110000
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_CLOSERS = """])}"'‘’“”«»"""
_FLAGS = {
    kernels.BREAK: "\n\r\v\f\x85\u2028\u2029",
    kernels.SPACE: _SPACES,
    kernels.ASCII_SPACE: " \t\n\r\v\f",
    kernels.STOP: ".?!",
    kernels.DELICATE: ".\x1c\x1d\x1e\x1f",
    kernels.NEVER: _CLOSERS + "([{;:@*?!",
    kernels.CLOSER: _CLOSERS,
    kernels.QUOTE: "\"'”’»",
    kernels.LINE_CLOSER: "\"'”’»)]",
    kernels.LINE_END: ".!?…:;",
    kernels.SENTENCE_END: ".!?…",
}


class CompiledSplitter:
    """Splits texts into sentences by compiled code.

    Examples
    --------
    >>> CompiledSplitter().spans("He left. They are like dogs!” says one man.")
    [(0, 8), (9, 43)]
    """

    def __init__(self) -> None:
        parameters = english()
        self._punkt = Punkt(parameters)
        self._flags = _flags()
        words = [word for word in parameters.abbreviations if word.isalpha() and word.isascii()]
        self._longest = max(map(len, words))
        if self._longest > kernels.LONGEST_PACKED:
            raise ValueError(f"an abbreviation has more than {kernels.LONGEST_PACKED} letters")
        self._abbreviations = np.sort(np.array([int.from_bytes(w.encode(), "big") for w in words], np.uint64))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Split a text into sentences.

        Parameters
        ----------
        text : str
            Any text.

        Returns
        -------
        list of (int, int)
            Start and end of each sentence, in order.
        """
        codes = np.frombuffer(bytearray(text.encode("utf-32-le", "surrogatepass")), np.uint32)
        flags = self._flags
        starts, ends = self._paragraphs(text, codes)
        # A candidate is a character, with a space or a closing sign behind all but the last.
        found = np.empty((len(codes) // 2 + 1, 6), dtype=np.int64)
        count = kernels.find_candidates(codes, flags, starts, ends, self._abbreviations, self._longest, found)
        found = found[:count]
        doubtful = np.flatnonzero(found[:, 4] == 0)
        contexts = found[doubtful][:, [1, 5]].tolist()
        found[doubtful, 4] = [self._punkt.holds_break(unwrap(text[start:end])) for start, end in contexts]
        spans = np.empty((count + len(starts), 2), dtype=np.int64)
        kept = kernels.find_spans(codes, flags, starts, ends, found, spans)
        return list(map(tuple, spans[:kept].tolist()))

    def _paragraphs(
        self, text: str, codes: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the paragraphs, and make the breaks inside them spaces."""
        bounds = np.empty((2, len(codes) + 1), dtype=np.int64)
        lines = kernels.find_lines(codes, self._flags, *bounds)
        starts, ends = bounds[0, :lines].copy(), bounds[1, :lines].copy()
        soft = np.zeros(lines, dtype=np.bool_)
        inner, marked, running = kernels.find_soft_breaks(
            codes, self._flags, starts, ends, NARROWEST, WIDEST, soft
        )
        believed = running or (marked >= FEWEST_FULL and text.upper() == text)
        if marked < WRAPPED_SHARE * inner or not believed:
            soft[:] = False
        count = kernels.join_lines(codes, self._flags, starts, ends, soft)
        return starts[:count], ends[:count]


@cache
def _flags() -> NDArray[np.uint16]:
    """Say of every character what it can be."""
    flags = np.zeros(_EVERY_CHARACTER, dtype=np.uint16)
    for flag, characters in _FLAGS.items():
        flags[[ord(character) for character in characters]] |= flag
    for flag, holds in (
        (kernels.BLANK, str.isspace),
        (kernels.LOWER, str.islower),
        (kernels.LETTER, str.isalpha),
    ):
        flags[np.fromiter(map(holds, map(chr, range(_EVERY_CHARACTER))), np.bool_, _EVERY_CHARACTER)] |= flag
    return flags
