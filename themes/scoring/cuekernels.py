"""Kernels of cues: which cues stand in sentences, and what they add to the logits (extra ``fast``)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from themes.scoring.tablekernels import bit
from themes.scoring.wordkernels import CUE


class Cues(NamedTuple):
    """The cues, as `themes.scoring.cuescan.CueScan` knows them, and their features.

    Attributes
    ----------
    starts, counts, items, rarest : ndarray of int64
        By role: the entries that a word calls for, and for each the rarest of its `needs` that the word does
        not meet itself, or -1.
    element_starts, element_counts, elements : ndarray of int64
        By role: the elements that a word meets.
    has : ndarray of uint64, shape (roles, elements / 64)
        The same as bits.
    needs : ndarray of int64, shape (entries, n)
        By entry: the elements without which it is not there, rare ones first, filled up with -1.
    steps, gaps : ndarray of int64, shape (2, entries, n)
        By side, before and after, and entry: the elements to be met step by step, filled up with -1, and the
        most words that may be left out before each.
    cue, part : ndarray of int64
        By entry.
    parts, first_parts, owner : ndarray of int64
        By cue: how many parts it has, how many those before it have, and whose it is.
    unless, near : ndarray of int64, shape (cues, n)
        By cue: the owners that silence it, and those of which one is wanted, filled up with -1.
    own_rows : ndarray of int64
        By cue: its row in the weights, or -1.
    owner_rows : ndarray of int64, shape (owners, 2)
        By owner: the rows of its cues, and of its silenced cues, or -1.
    widest : int
        The farthest that any entry reaches, in words.
    """

    starts: Any
    counts: Any
    items: Any
    rarest: Any
    element_starts: Any
    element_counts: Any
    elements: Any
    has: Any
    needs: Any
    steps: Any
    gaps: Any
    cue: Any
    part: Any
    parts: Any
    first_parts: Any
    owner: Any
    unless: Any
    near: Any
    own_rows: Any
    owner_rows: Any
    widest: int


@njit(cache=True, nogil=True)
def add_cues(numbers, bounds, marks, cues, weights, total):  # type: ignore[no-untyped-def]
    """Add what the cues of sentences say.

    Parameters
    ----------
    numbers, bounds, marks, total
        As in `themes.scoring.sumkernels.add_words`.
    cues : Cues
    weights : ndarray of float64, shape (features, themes)
    """
    starts, counts, items, has, needs = cues.starts, cues.counts, cues.items, cues.has, cues.needs
    cue_of, part_of, parts, first_parts = cues.cue, cues.part, cues.parts, cues.first_parts
    steps, gaps = cues.steps, cues.gaps
    rarest, owner_of, unless, near = cues.rarest, cues.owner, cues.unless, cues.near
    own_rows, owner_rows = cues.own_rows, cues.owner_rows
    element_starts, element_counts, elements = cues.element_starts, cues.element_counts, cues.elements
    # By element: the last sentence, counted from 1, that has it.
    present = np.zeros(64 * has.shape[1] + 1, np.int64)
    # What a word meets itself is always there.
    present[-1] = len(bounds)
    # By distance: the words that were reached by the last step, and by this one.
    reached = np.zeros((2, cues.widest + 1), np.bool_)
    met, found = np.zeros(parts.sum(), np.bool_), np.zeros(len(parts), np.int64)
    touched, rows = np.zeros(len(parts), np.int64), np.zeros(3 * len(parts), np.int64)
    owners = np.zeros(len(owner_rows), np.bool_)
    sums = np.zeros(total.shape[1])
    longest = 0
    for sentence in range(len(bounds) - 1):
        longest = max(longest, bounds[sentence + 1] - bounds[sentence])
    roles = np.zeros(longest, np.int32)
    for sentence in range(len(bounds) - 1):
        low, high = bounds[sentence], bounds[sentence + 1]
        calls = False
        whole = several = 0
        for at in range(low, high):
            role = marks[numbers[at], CUE]
            roles[at - low] = role
            if role:
                calls = calls or counts[role] > 0
                for i in range(element_starts[role], element_starts[role] + element_counts[role]):
                    present[elements[i]] = sentence + 1
        if not calls:
            continue
        for at in range(low, high):
            role = roles[at - low]
            for item in range(starts[role], starts[role] + counts[role]):
                if present[rarest[item]] <= sentence:
                    continue
                entry = items[item]
                cue = cue_of[entry]
                part = first_parts[cue] + part_of[entry]
                fits = not met[part]
                i = 0
                while fits and i < needs.shape[1] and needs[entry, i] >= 0:
                    fits = present[needs[entry, i]] == sentence + 1
                    i += 1
                # The words that an entry wants on either side must be reached step by step.
                for side in range(2):
                    way = 2 * side - 1
                    first = last = now = 0
                    reached[0, 0] = True
                    step = 0
                    while fits and step < steps.shape[2] and steps[side, entry, step] >= 0:
                        gap = gaps[side, entry, step]
                        for off in range(first + 1, last + gap + 2):
                            reached[1 - now, off] = False
                        nearest = farthest = -1
                        for off in range(first, last + 1):
                            if not reached[now, off]:
                                continue
                            for ahead in range(off + 1, off + gap + 2):
                                there = at + way * ahead
                                if there < low or there >= high:
                                    break
                                if reached[1 - now, ahead]:
                                    continue
                                if bit(has, roles[there - low], steps[side, entry, step]):
                                    reached[1 - now, ahead] = True
                                    nearest = ahead if nearest < 0 else min(nearest, ahead)
                                    farthest = max(farthest, ahead)
                        fits = nearest >= 0
                        first, last, now = nearest, farthest, 1 - now
                        step += 1
                if fits:
                    if found[cue] == 0:
                        touched[several] = cue
                        several += 1
                    met[part] = True
                    found[cue] += 1
        if several == 0:
            continue
        for i in range(several):
            cue = touched[i]
            if found[cue] == parts[cue]:
                touched[whole] = cue
                whole += 1
                owners[owner_of[cue]] = True
            found[cue] = 0
            for part in range(first_parts[cue], first_parts[cue] + parts[cue]):
                met[part] = False
        count = 0
        for i in range(whole):
            cue = touched[i]
            silenced = wanted = close = False
            for k in range(unless.shape[1]):
                silenced = silenced or (unless[cue, k] >= 0 and owners[unless[cue, k]])
            for k in range(near.shape[1]):
                wanted = wanted or near[cue, k] >= 0
                close = close or (near[cue, k] >= 0 and owners[near[cue, k]])
            silenced = silenced or (wanted and not close)
            rows[count] = owner_rows[owner_of[cue], 1 if silenced else 0]
            rows[count + 1] = -1 if silenced else own_rows[cue]
            count += 2
        for i in range(whole):
            owners[owner_of[touched[i]]] = False
        # Each row once, in the order of the features.
        rows[:count].sort()
        sums[:] = 0.0
        last_row = -1
        for i in range(count):
            if rows[i] > last_row:
                last_row = rows[i]
                for theme in range(len(sums)):
                    sums[theme] += weights[last_row, theme]
        for theme in range(len(sums)):
            total[sentence, theme] += sums[theme]
