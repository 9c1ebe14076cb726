"""One lake whose balance has a solution in closed form: equation, solution, and how near the solver comes.

A run is right if no level at any output is further from the closed form than three times the error that it states. The
statement must not save a bad run: the method is of second order, so a tenth of the tolerance, which is the error of one
step, is a fifth of the error of the run, and that is asked for as ½ tolerance^(2/3).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lakesim import Flood, Hypsometry, Lake, RatingCurve, Result, Series, System, Weir, simulate

Floats = NDArray[np.float64]
HOUR, DAY = 3600.0, 86_400.0
START = np.datetime64("2020-06-01", "ms")
TOLERANCES = [1e-5, 1e-6, 1e-7]
ROUNDING = 1e-11  # of a level, and of the logarithms below [m]


def days(count: float) -> Flood:
    return Flood(start=START, end=START + np.timedelta64(round(count * DAY * 1000), "ms"))


def seconds(result: Result) -> Floats:
    return (result.times - result.times[0]) / np.timedelta64(1, "s")


def check(result: Result, solution: Callable[[Floats], Floats], tolerance: float) -> None:
    error = np.abs(result.level["lake"] - solution(seconds(result))).max()
    stated = result.numerical_error
    assert error <= 3.0 * stated + ROUNDING, f"error {error:.2e} m, stated {stated:.2e} m"
    assert error <= 0.5 * tolerance ** (2.0 / 3.0)
    assert result.residual_relative < 1e-12


def linear_reservoir(inflow: Series, area: float, rate: float) -> System:
    """A lake with vertical shores whose outlet gives `rate` [m²/s] a metre above 10 m."""
    hypsometry = Hypsometry.prism(bottom=5.0, top=30.0, area=area)
    lake = Lake(name="lake", hypsometry=hypsometry, initial_level=14.0, inflow=inflow)
    outlet = RatingCurve(name="outlet", head="lake", of="headwater", levels=[10.0, 20.0], discharges=[0.0, 10.0 * rate])
    return System(waters=[lake], structures=[outlet])


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_linear_reservoir(tolerance: float) -> None:
    """A dz/dt = q − k (z − 10):  z = 10 + q/k + (z₀ − 10 − q/k) exp(−k t/A)."""
    area, k, q = 2e6, 25.0, 20.0
    result = simulate(linear_reservoir(Series.constant(q, "m3/s"), area, k), days(10), tolerance=tolerance)
    check(result, lambda t: 10.0 + q / k + (4.0 - q / k) * np.exp(-k * t / area), tolerance)


@pytest.mark.parametrize("area", [2e4, 2e6, 2e8], ids=lambda area: f"{area:.0e} m2")
@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_triangular_inflow_through_a_linear_reservoir(tolerance: float, area: float) -> None:
    """A dz/dt = a + b t − k (z − 10), a and b in turn those of the rising limb, the falling limb and of no flow.

    With K = A/k:  z = p(t) + (z₀ − p(0)) exp(−t/K),  p(t) = 10 + (a − b K + b t)/k, t from the start of the limb.
    """
    k, corners, flows = 25.0, np.array([0.0, 1.5, 5.0, 12.0]) * DAY, [0.0, 80.0, 0.0, 0.0]
    inflow = Series(START + (corners * 1000).astype("timedelta64[ms]"), flows, "instants", "m3/s")

    def solution(t: Floats) -> Floats:
        level, start_level = np.empty_like(t), 14.0
        for i in range(3):
            a, b = flows[i], (flows[i + 1] - flows[i]) / (corners[i + 1] - corners[i])
            since = np.append(t[(t >= corners[i])], corners[i + 1]) - corners[i]
            course = 10.0 + (a - b * area / k + b * since) / k
            course += (start_level - 10.0 - (a - b * area / k) / k) * np.exp(-since * k / area)
            level[t >= corners[i]], start_level = course[:-1], course[-1]
        return level

    result = simulate(linear_reservoir(inflow, area, k), days(12), tolerance=tolerance)
    check(result, solution, tolerance)


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_draining_over_a_weir_until_one_centimetre_is_left(tolerance: float) -> None:
    """A dy/dt = −C b y^1.5, y the depth above a crest at the bottom:  y = (1/√y₀ + C b t/(2A))^−2."""
    area, c, width, depth = 5e5, 1.7, 20.0, 3.0
    hypsometry = Hypsometry.prism(bottom=10.0, top=15.0, area=area)
    lake = Lake(name="lake", hypsometry=hypsometry, initial_level=10.0 + depth)
    weir = Weir(name="weir", head="lake", crest=10.0, width=width, coefficient=c)
    emptying = 2.0 * area / (c * width) * (0.01**-0.5 - depth**-0.5)
    result = simulate(System(waters=[lake], structures=[weir]), days(emptying / DAY), tolerance=tolerance)
    check(result, lambda t: 10.0 + (depth**-0.5 + c * width * t / (2.0 * area)) ** -2, tolerance)
    assert result.level["lake"][-1] == pytest.approx(10.01, abs=1e-4)


def test_filling_by_a_constant_inflow_is_exact() -> None:
    """dS/dt = q:  S = S₀ + q t."""
    hypsometry = Hypsometry(levels=[20.0, 21.0, 23.0, 26.0], areas=["0 km2", "3 km2", "4 km2", "9 km2"])
    lake = Lake(name="lake", hypsometry=hypsometry, initial_level=20.0, inflow=Series.constant(12.5, "m3/s"))
    result = simulate(lake, days(20))
    storage = 12.5 * seconds(result)
    np.testing.assert_allclose(result.storage["lake"], storage, rtol=1e-13, atol=1e-6)
    np.testing.assert_allclose(result.level["lake"], hypsometry.level(storage), rtol=0, atol=1e-12)


def wedge(**series: object) -> Lake:
    """A lake of area s y, y the depth and s = 1 km²/m: a valley with straight slopes, storage s y²/2."""
    curve = Hypsometry.power_law(bottom=0.0, top=10.0, exponent=2.0, area="10 km2")
    return Lake(name="lake", hypsometry=curve, initial_level=2.0, **series)


def test_rain_on_the_surface_and_evaporation_move_a_level_by_their_difference_whatever_the_area() -> None:
    """dS/dt = (r − e) A(z):  dz/dt = r − e."""
    rain, loss = Series.constant("2 mm/d", "m/s"), Series.constant("7 mm/d", "m/s")
    result = simulate(wedge(rain=rain, evaporation=loss, rain_falls_on="surface"), days(200))
    check(result, lambda t: 2.0 - 5e-3 / DAY * t, 1e-6)


def test_rain_on_the_bed_is_caught_whatever_the_level() -> None:
    """dS/dt = r A(top):  S = S₀ + r A(top) t."""
    result = simulate(wedge(rain=Series.constant("8 mm/d", "m/s"), rain_falls_on="bed"), days(30))
    storage = 2e6 + 8e-3 / DAY * 10e6 * seconds(result)
    np.testing.assert_allclose(result.level["lake"], np.sqrt(2.0 * storage / 1e6), rtol=0, atol=1e-12)


@pytest.mark.parametrize("tolerance", TOLERANCES)
def test_evaporation_from_a_lake_that_spreads_as_it_fills(tolerance: float) -> None:
    """S y dy/dt = q − e s y:  t = (y₀ − y)/e − q/(s e²) ln((q − s e y)/(q − s e y₀)); it stops at y = q/(s e).

    The time at which the closed form has the solver's level, less the true time, times the rise, is the error.
    """
    s, q, e = 1e6, 0.8, 10e-3 / DAY
    lake = wedge(inflow=Series.constant(q, "m3/s"), evaporation=Series.constant(e, "m/s"))
    result = simulate(lake, days(300), tolerance=tolerance)
    y, t = result.level["lake"], seconds(result)
    when = (2.0 - y) / e - q / (s * e * e) * np.log((q - s * e * y) / (q - s * e * 2.0))
    error = np.abs((when - t) * (q - e * s * y) / (s * y)).max()
    assert error <= 3.0 * result.numerical_error + ROUNDING
    assert error <= 0.5 * tolerance ** (2.0 / 3.0)
    assert y[-1] < q / (s * e)
    assert result.residual_relative < 1e-12


def test_an_empty_lake_gives_no_more_than_it_gets_and_the_shortfall_is_booked() -> None:
    """dS/dt = 1 − 5 until S = 0, then 0: 4 days' storage for 1 m³/s net is gone after S₀/4, and 4 m³/s are unmet."""
    hypsometry = Hypsometry.prism(bottom=0.0, top=5.0, area="1 km2")
    given = {"inflow": Series.constant(1.0, "m3/s"), "outflow": Series.constant(5.0, "m3/s")}
    result = simulate(Lake(name="lake", hypsometry=hypsometry, initial_level=1.0, **given), days(6))
    level, emptied = result.level["lake"], 1e6 / 4.0
    np.testing.assert_allclose(
        level, np.maximum(1.0 - 4e-6 * seconds(result), 0.0), rtol=0, atol=1e-4, err_msg="a skin of 0.1 mm stays"
    )
    assert level.min() >= 0.0
    assert result.account["lake"].unmet["outflow"] == pytest.approx(4.0 * (6 * DAY - emptied), abs=100.0)
    assert result.residual_relative < 1e-12
