import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from themes.scoring.lists import Lists, bit, bit_table, is_last, padded, spread, sums

small = st.lists(st.lists(st.integers(0, 130), max_size=5), max_size=6)


@given(small)
def test_lists_come_back_in_any_order(lists):
    table = Lists(lists)
    order = [*range(len(lists))][::-1]
    items, owner = table.expand(np.array(order, dtype=np.int64))
    assert items.tolist() == [item for number in order for item in lists[number]]
    assert owner.tolist() == [at for at, number in enumerate(order) for _ in lists[number]]


@given(small, st.integers(0, 130))
def test_bits_tell_members(lists, number):
    table = bit_table(lists, 131)
    rows = np.arange(len(lists))
    assert bit(table, rows, np.full(len(lists), number)).tolist() == [number in row for row in lists]


def test_bits_leave_out_what_is_too_large_and_hold_what_is_below_0():
    table = bit_table([[3, 900]], 64)
    assert table.shape == (1, 2)
    assert bit(table, np.array([0, 0]), np.array([3, -1])).tolist() == [True, True]


def test_padded_lists_of_nothing_have_no_column():
    assert padded([]).shape == (0, 0)
    assert padded([[], []]).shape == (2, 0)


@given(st.lists(st.integers(0, 4), max_size=8))
def test_groups_know_their_members_and_their_last(counts):
    group, nth = spread(np.array(counts, dtype=np.int64))
    assert list(zip(group.tolist(), nth.tolist(), strict=True)) == [
        (number, member) for number, count in enumerate(counts) for member in range(count)
    ]
    bounds = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    assert is_last(bounds).tolist() == [m == count - 1 for count in counts for m in range(count)]


@given(st.lists(st.floats(-1e6, 1e6), max_size=40), st.integers(0, 40))
def test_sums_add_one_by_one_whatever_the_batch(values, cut):
    rows = np.array([[value, -value] for value in values]).reshape(-1, 2)
    cut = min(cut, len(values))
    total = 0.0
    for value in values[:cut]:
        total += value
    parted = sums(rows, np.array([0, cut, len(values)]))
    assert parted[0].tolist() == [total, -total]
    assert sums(rows[cut:], np.array([0, len(values) - cut])).tolist() == parted[1:].tolist()
