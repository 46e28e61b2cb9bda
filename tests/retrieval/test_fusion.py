"""Ranked lists are put together by rank alone, and by turns."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieval.fusion import RANK_CONSTANT, balance, fuse

FUSED = {
    "one list": ([["a", "b", "c"]], {"a": 1 / 61, "b": 1 / 62, "c": 1 / 63}),
    "agreement": ([["a", "b"], ["a", "b"]], {"a": 1 / 61 + 1 / 61, "b": 1 / 62 + 1 / 62}),
    "contradiction": ([["a", "b"], ["b", "a"]], {"a": 1 / 61 + 1 / 62, "b": 1 / 62 + 1 / 61}),
    "in both beats first in one": ([["a", "b"], ["c", "b"]], {"b": 1 / 62 + 1 / 62, "a": 1 / 61, "c": 1 / 61}),
    "three lists": (
        [["a", "b", "c"], ["b", "c"], ["c"]],
        {"c": 1 / 63 + 1 / 62 + 1 / 61, "b": 1 / 62 + 1 / 61, "a": 1 / 61},
    ),
    "an empty list adds nothing": ([["a"], []], {"a": 1 / 61}),
    "nothing": ([], {}),
}


@pytest.mark.parametrize(("rankings", "expected"), FUSED.values(), ids=FUSED)
def test_each_list_gives_one_over_sixty_plus_rank(rankings, expected):
    """Ranks count from 1: the first of a list gives 1/61."""
    assert RANK_CONSTANT == 60
    found = fuse(rankings)
    assert [key for key, _ in found] == list(expected)
    assert dict(found) == pytest.approx(expected)


RANKINGS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=4)


@given(RANKINGS)
def test_fusion_holds_every_key_once_best_first(rankings):
    found = fuse(rankings)
    assert {key for key, _ in found} == {key for ranking in rankings for key in ranking}
    assert len({key for key, _ in found}) == len(found)
    assert all(one >= other > 0 for (_, one), (_, other) in pairwise(found))


@given(RANKINGS)
def test_the_order_of_the_lists_does_not_change_scores(rankings):
    assert dict(fuse(rankings)) == pytest.approx(dict(fuse(rankings[::-1])))


@given(st.lists(st.integers(0, 30), unique=True, max_size=20))
def test_one_list_keeps_its_order(ranking):
    assert [key for key, _ in fuse([ranking])] == ranking


ITEMS = st.lists(st.tuples(st.sampled_from("abc"), st.integers()), unique=True, max_size=30)
LIMIT = st.integers(0, 35)


def group(item):
    return item[0]


@given(ITEMS, LIMIT)
def test_balance_takes_from_the_list_and_keeps_each_groups_order(items, limit):
    found = balance(items, group, limit)
    assert len(found) == min(limit, len(items))
    for name in "abc":
        own = [item for item in found if group(item) == name]
        assert own == [item for item in items if group(item) == name][: len(own)]


@given(ITEMS, LIMIT)
def test_no_group_is_ahead_by_more_than_one_while_another_has_more(items, limit):
    taken, held = (Counter(map(group, some)) for some in (balance(items, group, limit), items))
    for one in held:
        for other in held:
            assert taken[one] <= taken[other] + 1 or taken[other] == held[other]


@given(ITEMS, LIMIT)
def test_the_best_comes_first(items, limit):
    assert balance(items, group, limit)[:1] == items[: min(1, limit)]


@given(ITEMS)
def test_one_group_is_left_as_it_is(items):
    assert balance(items, lambda item: None, len(items)) == items
