"""Kernels of tables: strings, pairs and bits looked up by the other kernels (extra ``fast``)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_HIGH = np.uint64(32)
_CHARACTER = np.uint64(21)
_ONE = np.uint64(1)
_BITS = 64


class Trie(NamedTuple):
    """Strings, letter by letter: from node and character to the next node; node 1 is the root.

    Attributes
    ----------
    keys : ndarray of uint64, children : ndarray of int32
        A hash table; the key 0 marks a free slot.
    """

    keys: Any
    children: Any


class Pairs(NamedTuple):
    """Known pairs: a hash table from ``left * wide + right`` to the pair's number; 0 is free.

    Attributes
    ----------
    wide : int
    keys : ndarray of int64
    pairs : ndarray of int32
    """

    wide: int
    keys: Any
    pairs: Any


@njit(cache=True, nogil=True)
def add_strings(codes, bounds, trie, size, nodes):  # type: ignore[no-untyped-def]
    """Add strings to a trie that has `size` nodes; fill in the node of each, and give the new size."""
    mask = np.uint64(len(trie.keys) - 1)
    for string in range(len(nodes)):
        node = 1
        for at in range(bounds[string], bounds[string + 1]):
            key = np.uint64(node) << _CHARACTER | np.uint64(codes[at])
            slot = (key * _SPREAD >> _HIGH) & mask
            while trie.keys[slot] and trie.keys[slot] != key:
                slot = (slot + _ONE) & mask
            if not trie.keys[slot]:
                trie.keys[slot] = key
                size += 1
                trie.children[slot] = size
            node = trie.children[slot]
        nodes[string] = node
    return size


@njit(cache=True, nogil=True)
def add_pairs(keys, numbers, pairs):  # type: ignore[no-untyped-def]
    """Fill the hash table of `Pairs` with keys, each once, and the numbers of their pairs."""
    mask = np.uint64(len(pairs.keys) - 1)
    for i in range(len(keys)):
        slot = (np.uint64(keys[i]) * _SPREAD >> _HIGH) & mask
        while pairs.keys[slot]:
            slot = (slot + _ONE) & mask
        pairs.keys[slot], pairs.pairs[slot] = keys[i], numbers[i]


# What follows is put in where it is called, for a call counts the references to every array.
@njit(inline="always")
def next_node(keys, children, node, code):  # type: ignore[no-untyped-def]
    """Give the node behind a node and a character, or 0."""
    mask = np.uint64(len(keys) - 1)
    key = np.uint64(node) << _CHARACTER | np.uint64(code)
    slot = (key * _SPREAD >> _HIGH) & mask
    while keys[slot] and keys[slot] != key:
        slot = (slot + _ONE) & mask
    return children[slot] if keys[slot] else np.int32(0)


@njit(inline="always")
def find_pair(keys, numbers, wide, left, right):  # type: ignore[no-untyped-def]
    """Give the number of a pair, or -1."""
    mask = np.uint64(len(keys) - 1)
    key = np.int64(left) * wide + right
    slot = (np.uint64(key) * _SPREAD >> _HIGH) & mask
    while keys[slot] and keys[slot] != key:
        slot = (slot + _ONE) & mask
    return numbers[slot] if keys[slot] else np.int32(-1)


@njit(inline="always")
def slot_of(key, mask):  # type: ignore[no-untyped-def]
    """Give the slot of a hash table at which to begin to look for a key."""
    return (key * _SPREAD >> _HIGH) & mask


@njit(inline="always")
def bit(table, row, number):  # type: ignore[no-untyped-def]
    """Tell whether a row of bits has one."""
    return table[row, number // _BITS] >> np.uint64(number % _BITS) & _ONE
