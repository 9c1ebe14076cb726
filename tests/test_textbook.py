"""The storage-indication method: its balance, its exactness where it is exact, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakesim.textbook import route, storage_indication

STORAGE = [0.0, 1.0e5, 3.0e5, 6.0e5]
OUTFLOW = [0.0, 5.0, 12.0, 40.0]


@given(
    inflow=st.lists(st.floats(0.0, 30.0), min_size=2, max_size=40),
    start=st.floats(0.0, 6.0e5),
    step=st.sampled_from([60.0, 600.0, 3600.0]),
)
def test_every_step_keeps_its_water(inflow: list[float], start: float, step: float) -> None:
    sheet = route(inflow, step, STORAGE, OUTFLOW, initial_storage=start, extend=True)
    came = (sheet.inflow[1:] + sheet.inflow[:-1]) / 2.0 * step
    left = (sheet.outflow[1:] + sheet.outflow[:-1]) / 2.0 * step
    np.testing.assert_allclose(np.diff(sheet.storage), came - left, atol=1e-6 * step, rtol=1e-9)


def test_linear_reservoir_converges_with_the_square_of_the_step() -> None:
    """dS/dt = inflow − S/K with S(0) = 0 has S = inflow·K·(1 − exp(−t/K)); halving the step quarters the error."""
    k, inflow, end = 7200.0, 10.0, 3600.0 * 4

    def error(step: float) -> float:
        count = round(end / step) + 1
        sheet = route([inflow] * count, step, [0.0, 1e6], [0.0, 1e6 / k], initial_storage=0.0)
        return abs(float(sheet.storage[-1]) - inflow * k * (1.0 - np.exp(-end / k)))

    assert np.log2(error(600.0) / error(300.0)) == pytest.approx(2.0, abs=0.02)


def test_start_by_outflow_is_start_by_storage() -> None:
    by_storage = route([3.0, 4.0, 5.0], 600.0, STORAGE, OUTFLOW, initial_storage=2.0e5)
    by_outflow = route([3.0, 4.0, 5.0], 600.0, STORAGE, OUTFLOW, initial_outflow=8.5)
    np.testing.assert_allclose(by_outflow.storage, by_storage.storage, rtol=1e-14)


def test_a_falling_rating_is_accepted_while_the_indication_rises() -> None:
    np.testing.assert_allclose(storage_indication(600.0, [0.0, 3e4, 6e4], [0.0, 50.0, 40.0]), [0.0, 150.0, 240.0])
    with pytest.raises(ValueError, match=r"indication does not rise from row 2 .* shorter"):
        storage_indication(6000.0, [0.0, 3e4, 6e4], [0.0, 50.0, 40.0])


def test_above_the_table_it_refuses_unless_told_to_extend() -> None:
    flood = [0.0, 400.0, 400.0]
    with pytest.raises(ValueError, match=r"step 2 leaves the table above its last row .* extend=True"):
        route(flood, 1800.0, STORAGE, OUTFLOW, initial_storage=0.0)
    sheet = route(flood, 1800.0, STORAGE, OUTFLOW, initial_storage=0.0, extend=True)
    over = sheet.storage[-1] - STORAGE[-1]
    assert over > 0.0
    assert sheet.outflow[-1] == pytest.approx(40.0 + over * 28.0 / 3.0e5, rel=1e-12)


def test_below_the_table_it_always_refuses() -> None:
    with pytest.raises(ValueError, match=r"step 1 leaves the table below its first row .* shorter time step"):
        route([0.0, 0.0], 86_400.0, STORAGE, OUTFLOW, initial_storage=2.0e5, extend=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time_step": 0.0}, "positive number of seconds"),
        ({"time_step": float("nan")}, "positive number of seconds"),
        ({"storage": [0.0, 1.0]}, "2 storages and 4 outflows"),
        ({"storage": [0.0, 1.0, 1.0, 2.0]}, "storage does not rise from row 2"),
        ({"outflow": [0.0, 1.0, float("inf"), 2.0]}, "outflow must be a plain list of finite numbers"),
        ({"inflow": []}, "inflow must be a plain list"),
        ({"inflow": [[1.0, 2.0]]}, "inflow must be a plain list"),
        ({"initial_storage": None}, "not both"),
        ({"initial_outflow": 5.0}, "not both"),
        ({"initial_storage": -1.0}, "initial_storage is -1"),
        ({"initial_storage": 7.0e5}, "initial_storage is 700000"),
        ({"initial_storage": float("nan")}, "initial_storage is nan"),
        ({"initial_storage": None, "initial_outflow": 41.0}, "initial_outflow is 41"),
        (
            {"initial_storage": None, "initial_outflow": 3.0, "outflow": [0.0, 5.0, 5.0, 9.0]},
            "does not rise; give initial_storage",
        ),
    ],
)
def test_bad_input_is_named(changes: dict[str, object], message: str) -> None:
    good = {"inflow": [1.0, 2.0], "time_step": 600.0, "storage": STORAGE, "outflow": OUTFLOW, "initial_storage": 1e5}
    with pytest.raises(ValueError, match=message):
        route(**(good | changes))  # type: ignore[arg-type]
