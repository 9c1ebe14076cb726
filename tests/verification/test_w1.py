"""W1: a year of hourly inflow through one lake with a weir and a pump, and the same flood through ever smaller ponds.

    dS/dt = inflow(t) − 68 (z − 24)^1.5 − 150 min(max((z − 24.4)/0.1, 0), 1)      S: the integral of the area up to z

The inflow is hourly, linear between the hours. `w1_level.csv` is the level that an explicit method of order 8 gives
when it is restarted at every hour (DOP853, rtol 1e-10). For the ponds, whose area is a tenth, a hundredth and a
thousandth, so that they answer to the inflow within minutes, LSODA does the same here.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lakesim import Hypsometry, Lake, Pump, Result, Series, System, Weir, simulate

HOUR = 3600.0
LEVEL = np.arange(19.0, 28.0)
AREA = np.array([50, 120, 200, 270, 310, 330, 344, 350, 355]) * 1e6
DAY = np.arange(8761) / 24.0
INFLOW = 60.0 + 900.0 * np.exp(-(((DAY - 180.0) / 12.0) ** 2)) + 500.0 * np.exp(-(((DAY - 215.0) / 8.0) ** 2))

Floats = NDArray[np.float64]


def w1(share: float = 1.0) -> System:
    """The lake with this share of its area."""
    times = np.datetime64("2021-01-01", "ms") + np.arange(len(INFLOW)) * np.timedelta64(1, "h")
    lake = Lake(
        name="lake",
        hypsometry=Hypsometry(levels=LEVEL, areas=share * AREA),
        initial_level=23.5,
        inflow=Series(times, INFLOW, "instants", "m3/s"),
    )
    weir = Weir(name="weir", head="lake", crest=24.0, width=40.0, coefficient=1.7)
    pump = Pump(name="pump", head="lake", start_level=24.4, band=0.1, capacity=150.0)
    return System(waters=[lake], structures=[weir, pump])


def reference() -> Floats:
    return np.loadtxt(Path(__file__).parent / "w1_level.csv", skiprows=2)


def lsoda(share: float) -> Floats:
    """Level at every hour by LSODA, restarted at every hour."""
    from scipy.integrate import odeint

    def rise(time: float, level: Floats, inflow: float, slope: float) -> Floats:
        z = level[0]
        weir = 68.0 * max(z - 24.0, 0.0) ** 1.5
        pump = 150.0 * min(max((z - 24.4) / 0.1, 0.0), 1.0)
        area = np.interp(z, LEVEL, AREA) if z < 27.0 else AREA[-1] + 5e6 * (z - 27.0)
        return (inflow + slope * time - weir - pump) / (share * area)

    levels: list[Any] = [np.array([23.5])]
    for now, then in pairwise(INFLOW):
        piece = (now, (then - now) / HOUR)
        levels.append(odeint(rise, levels[-1], [0.0, HOUR], args=piece, rtol=1e-10, atol=1e-10, tfirst=True)[-1])
    return np.concatenate(levels)


def error(result: Result, truth: Floats) -> float:
    return float(np.abs(result.level["lake"] - truth).max())


@pytest.mark.parametrize(("tolerance", "allowed"), [(1e-6, 0.05e-3), (1e-8, 0.002e-3)])
def test_w1_is_as_near_the_reference_as_asked(tolerance: float, allowed: float) -> None:
    result = simulate(w1(), tolerance=tolerance)
    assert error(result, reference()) <= allowed
    assert error(result, reference()) <= 3.0 * result.numerical_error, "and it does not hide how near it is"
    assert result.residual_relative < 1e-12


def test_w1_peaks_where_the_reference_does() -> None:
    """Peak 26.921979 m at hour 4568 among the hourly levels, 24.427336 m at the end."""
    result = simulate(w1())
    level, (time, peak) = result.level["lake"], result.peak("lake")
    assert int(level.argmax()) == 4568
    assert level[4568] == pytest.approx(26.921979, abs=0.05e-3)
    assert level[-1] == pytest.approx(24.427336, abs=0.05e-3)
    assert abs(time - result.times[4568]) < np.timedelta64(30, "m"), "and not later than half-way to the next hour"
    assert level[4568] <= peak < level[4568] + result.numerical_error


@pytest.mark.parametrize("share", [0.1, 0.01, 0.001])
def test_a_pond_under_the_same_river_is_as_near_lsoda_and_loses_no_water(share: float) -> None:
    result = simulate(w1(share))
    assert error(result, lsoda(share)) <= 1e-3
    assert result.residual_relative < 1e-12
    assert 23.5 <= result.level["lake"].min() <= result.level["lake"].max() < 29.3, "nothing blows up"
