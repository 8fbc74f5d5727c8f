"""
What is near in a text: the same answers as a look at everything, whatever the
distances.
"""

from __future__ import annotations

import random

from licensescan.classifier.identify.intervals import SpanIndex, Walls


def test_every_stretch_that_meets_another_is_near_it() -> None:
    rng = random.Random(3)
    spans = [
        (start, start + rng.randrange(3_000))
        for start in (rng.randrange(-500, 20_000) for _ in range(300))
    ]
    places = SpanIndex()
    for number, span in enumerate(spans):
        places.add(number, *span)
    for start, end in spans:
        near = places.near(start, end)
        assert near == sorted(near)
        assert {
            n
            for n, (low, high) in enumerate(spans)
            if low < end and start < high
        } <= set(near)


def test_what_is_far_away_is_not_near() -> None:
    places = SpanIndex()
    places.add(0, 0, 100)
    places.add(1, 90_000, 90_100)
    assert places.near(50, 60) == [0]


def test_a_settled_text_is_a_wall_for_what_is_up_to_twice_its_size() -> None:
    walls = Walls([(1_000, 1_200)])
    walls.add(5_000, 5_100, 1 << 30)
    assert walls.near(1_100, 1_150) == [(1_000, 1_200, 400)]
    assert walls.near(5_000, 5_010) == [(5_000, 5_100, 1 << 30)]
    assert walls.near(20_000, 20_010) == []
