"""A river reach as a row of long narrow waters, each with a rating: travel time and attenuation come out.

A water of area A (length × width) whose rating gives c m³/s a metre holds K = A/c seconds of its own discharge. A row
of n of them with the lags k₁ … k_n turns the inflow I into the outflow O by

    k_i dO_i/dt = O_{i−1} − O_i,   O_0 = I,          1/Π(1 + k_i s) in Laplace's terms

so that the outflow comes Σ k_i later and its variance is larger by Σ k_i². With k_i = K/n that is the cascade of Nash
(1957, IAHS Publ. 45), and for n → ∞ a wave that is shifted by K and keeps its shape: the kinematic limit.

Muskingum's storage K (X I + (1 − X) O) has the same moments, K and K² (1 − 2X). Two waters have both of them if

    k₁ + k₂ = K,   k₁ k₂ = X K²,   that is  k = K (1 ± √(1 − 4X))/2,   X ≤ 1/4,

and n equal ones if n = 1/(1 − 2X). What is left between Muskingum and the two waters is, exactly,

    −X² K³ s³ I / ((1 + K (1 − X) s)(1 + K s + X K² s²)):  the third derivative of the inflow, smoothed, times X² K³.

What is compared: closed forms and moments are identities. The table of the book is computed, not observed; K and X are
taken as printed and nothing is fitted to its outflow, so that two methods agree, and no river is validated.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.special import gammainc

from lakesim import Flood, Hypsometry, Lake, RatingCurve, Result, Series, System, simulate

Floats = NDArray[np.float64]
HOUR, DAY = 3600.0, 86_400.0
START = np.datetime64("2020-06-01", "ms")
RATING = 500.0
"""What the rating of each water gives a metre [m²/s]."""
DEEP = 40.0
"""Height of the beds above one another, and depth of each [m]."""


def reach(lags: list[float], inflow: Series, first: float = 0.0) -> System:
    """Waters of the lags [s], each over the next, in which `first` [m³/s] flows at the start."""
    waters, ratings = [], []
    for n, lag in enumerate(lags):
        bed = DEEP * (len(lags) - n)
        curve = Hypsometry.prism(bottom=bed, top=bed + DEEP, area=lag * RATING)
        series = {"inflow": inflow} if n == 0 else {}
        waters.append(Lake(name=f"reach{n}", hypsometry=curve, initial_level=bed + first / RATING, **series))
        below = {"tail": f"reach{n + 1}", "free_fall": True} if n + 1 < len(lags) else {}
        table = {"levels": [bed, bed + DEEP], "discharges": [0.0, DEEP * RATING]}
        ratings.append(RatingCurve(name=f"end{n}", head=f"reach{n}", of="headwater", **table, **below))
    return System(waters=waters, structures=ratings)


def instants(seconds: Floats, values: Floats) -> Series:
    return Series(START + np.round(seconds * 1000.0).astype("timedelta64[ms]"), values, "instants", "m3/s")


def routed(
    lags: list[float], inflow: Series, days: float, first: float = 0.0, step: float = HOUR, tolerance: float = 1e-6
) -> tuple[Floats, Result]:
    """Outflow of the last water [m³/s], and the run."""
    flood = Flood(start=START, end=START + np.timedelta64(round(days * DAY * 1000), "ms"), output_step=step)
    result = simulate(reach(lags, inflow, first), flood, tolerance=tolerance)
    assert result.residual_relative < 1e-12
    return result.discharge[f"end{len(lags) - 1}"], result


def seconds(result: Result) -> Floats:
    return (result.times - result.times[0]) / np.timedelta64(1, "s")


def stated(result: Result) -> float:
    """What the stated error of a level is in a discharge, three times (see test_closed_forms) [m³/s]."""
    return 3.0 * result.numerical_error * RATING + 1e-8


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_a_row_of_equal_waters_is_the_cascade_of_nash(n: int) -> None:
    """Identity. After a step of q:  O = q P(n, n t/K), P the regularised incomplete gamma function."""
    lag, q = 2.0 * DAY, 1000.0
    outflow, result = routed([lag / n] * n, Series.constant(q, "m3/s"), days=8.0)
    np.testing.assert_allclose(outflow, q * gammainc(n, n * seconds(result) / lag), rtol=0.0, atol=stated(result))
    assert stated(result) < 1e-3 * q


@pytest.mark.parametrize("lags", [[2.0], [0.4, 1.6], [1.6, 0.4], [0.5] * 4, [0.2, 0.3, 0.1, 0.9, 0.5]])
def test_the_wave_comes_later_by_the_lags_and_longer_by_their_squares(lags: list[float]) -> None:
    """Identity. Centroid and variance of the outflow are those of the inflow plus Σ k and Σ k²; its volume is the same.

    The triangle of 0, 1.5 and 5 d has its centroid at 6.5/3 d and the variance (1.5² + 5² − 1.5 · 5)/18 d².
    """
    base = 100.0
    inflow = instants(np.array([0.0, 1.5, 5.0, 40.0]) * DAY, base + np.array([0.0, 800.0, 0.0, 0.0]))
    seconds_of_lag = [lag * DAY for lag in lags]
    outflow, result = routed(seconds_of_lag, inflow, 40.0, first=base, step=0.25 * HOUR, tolerance=1e-8)
    days = seconds(result) / DAY
    above = outflow - base
    volume = np.trapezoid(above, days)
    centroid = np.trapezoid(above * days, days) / volume
    variance = np.trapezoid(above * (days - centroid) ** 2, days) / volume
    # What remains is that of the sums over quarters of an hour, and what has not come out after 40 days.
    assert volume == pytest.approx(2000.0, abs=5e-3)
    assert centroid - 6.5 / 3.0 == pytest.approx(sum(lags), abs=1e-4)
    assert variance - (1.5**2 + 5.0**2 - 7.5) / 18.0 == pytest.approx(sum(lag**2 for lag in lags), abs=1e-3)
    assert above.max() < 800.0
    assert days[above.argmax()] > 1.5


def wave(t: Floats) -> Floats:
    """A smooth wave of 10 days: 500 (1 − cos) [m³/s]."""
    return np.where((t > 0.0) & (t < 10.0 * DAY), 500.0 * (1.0 - np.cos(2.0 * np.pi * t / (10.0 * DAY))), 0.0)


def test_ever_more_waters_become_a_wave_that_keeps_its_shape() -> None:
    """Identity: the kinematic limit. O(t) − I(t − K) → K²/(2n) I'', which halves when n doubles."""
    lag, fine = 2.0 * DAY, np.arange(0.0, 16.0 * DAY + 1.0, 0.5 * HOUR)
    inflow, differences, peaks = instants(fine, wave(fine)), [], []
    for n in (5, 10, 20, 40):
        outflow, result = routed([lag / n] * n, inflow, days=16.0)
        differences.append(np.abs(outflow - wave(seconds(result) - lag)).max())
        peaks.append(outflow.max())
    ratios = [coarse / fine for coarse, fine in pairwise(differences)]
    assert all(1.8 < ratio < 2.2 for ratio in ratios), f"differences {differences}, ratios {ratios}"
    curvature = 500.0 * (2.0 * np.pi / (10.0 * DAY)) ** 2
    assert differences[-1] == pytest.approx(lag**2 / (2.0 * 40.0) * curvature, rel=0.1)
    assert peaks == sorted(peaks)
    assert 1000.0 - peaks[-1] == pytest.approx(lag**2 / (2.0 * 40.0) * curvature, rel=0.1)


@pytest.mark.parametrize("n", [1, 3, 8])
def test_a_tide_is_damped_and_delayed_as_the_closed_form_says(n: int) -> None:
    """Identity. Of q + a sin ωt, once settled:  q + a (1 + (ωK/n)²)^(−n/2) sin(ωt − n arctan(ωK/n))."""
    lag, omega, fine = 1.0 * DAY, 2.0 * np.pi / (4.0 * DAY), np.arange(0.0, 40.0 * DAY + 1.0, 0.5 * HOUR)
    inflow = instants(fine, 1000.0 + 400.0 * np.sin(omega * fine))
    outflow, result = routed([lag / n] * n, inflow, days=40.0, first=1000.0)
    t = seconds(result)
    x = omega * lag / n
    closed = 1000.0 + 400.0 * (1.0 + x * x) ** (-0.5 * n) * np.sin(omega * t - n * np.arctan(x))
    # Straight lines of half an hour stand in for the sine: at most a ω² Δt²/8 below it.
    atol = stated(result) + 400.0 * omega**2 * (0.5 * HOUR) ** 2 / 8.0
    settled = t > 25.0 * DAY  # exp(−25) of 400 m³/s is left of the start
    np.testing.assert_allclose(outflow[settled], closed[settled], rtol=0.0, atol=atol)


K, X, STEP = 2.0, 0.1, 1.0  # days, as printed
PRINTED = pd.read_csv(Path(__file__).parent / "cases" / "ponce_muskingum.csv", comment="#")
INFLOW, OUTFLOW = PRINTED.inflow_m3_s.to_numpy(), PRINTED.outflow_m3_s.to_numpy()


def muskingum(inflow: Floats, step: float) -> Floats:
    """O' = C₀ I' + C₁ I + C₂ O, from O = I."""
    divisor = 2.0 * K * (1.0 - X) + step
    c0, c1, c2 = step - 2.0 * K * X, step + 2.0 * K * X, 2.0 * K * (1.0 - X) - step
    outflow = [inflow[0]]
    for before, after in pairwise(inflow):
        outflow.append((c0 * after + c1 * before + c2 * outflow[-1]) / divisor)
    return np.array(outflow)


def cascade(lags: list[float]) -> Floats:
    """Outflow at the steps of the table, by the exponential of the matrix; the inflow is linear between the steps."""
    n = len(lags)
    m = np.zeros((n + 2, n + 2))  # the waters, the inflow, its slope
    for i, lag in enumerate(lags):
        m[i, i] = -1.0 / lag
        m[i, i - 1 if i else n] = 1.0 / lag
    m[n, n + 1] = 1.0
    a_step, state, outflow = expm(m * STEP), np.full(n, INFLOW[0]), [INFLOW[0]]
    for before, after in pairwise(INFLOW):
        state = (a_step @ np.r_[state, before, (after - before) / STEP])[:n]
        outflow.append(state[-1])
    return np.array(outflow)


def two_waters() -> list[float]:
    """The lags of two waters with Muskingum's travel time and dispersion [d]: 1.775 and 0.225."""
    root = np.sqrt(1.0 - 4.0 * X)
    return [0.5 * K * (1.0 + root), 0.5 * K * (1.0 - root)]


def routed_as_the_book(lags: list[float]) -> tuple[Floats, Result]:
    series = instants(np.arange(len(INFLOW)) * DAY, INFLOW)
    days = len(INFLOW) - 1.0
    return routed([lag * DAY for lag in lags], series, days, first=INFLOW[0], step=DAY, tolerance=1e-7)


def test_the_table_of_the_book_is_muskingum_with_its_k_and_x() -> None:
    """Identity: half a printed digit, and as much again since the book rounds as it goes."""
    np.testing.assert_allclose(muskingum(INFLOW, STEP), OUTFLOW, rtol=0.0, atol=0.1)


@pytest.mark.parametrize(
    "lags", [two_waters(), two_waters()[::-1], [K]], ids=["two waters", "turned round", "one water"]
)
def test_the_solver_routes_the_wave_of_the_book_as_the_closed_form(lags: list[float]) -> None:
    """Identity."""
    outflow, result = routed_as_the_book(lags)
    np.testing.assert_allclose(outflow, cascade(lags), rtol=0.0, atol=stated(result))
    assert stated(result) < 0.05, "less than half a printed digit"


def test_two_waters_come_as_close_to_muskingum_as_the_theory_says() -> None:
    """Nothing fitted: K and X as printed. 32 m³/s, 0.5 % of the peak; most of it is the book's own step of a day.

    A step Δt in Muskingum is worth K Δt²/12 of the third derivative (the trapezoidal rule is (2/Δt) tanh(s Δt/2) in
    the place of s), the shape X² K³ with the other sign; smoothed, they make at most |K Δt²/12 − X² K³| max |I'''|, to
    leading order: 66 m³/s. In steps of 1/100 d only the shape is left, X² K³ max |I'''| = 61 m³/s at most.
    """
    found = routed_as_the_book(two_waters())[0]
    third = np.abs(np.diff(INFLOW, 3)).max() / STEP**3
    off = np.abs(found - OUTFLOW).max()
    assert off == pytest.approx(32.0, abs=0.2)
    assert off < abs(K * STEP**2 / 12.0 - X**2 * K**3) * third
    fine = np.interp(np.arange(2501) / 100.0, PRINTED.time_d, INFLOW)
    shape = np.abs(found - muskingum(fine, 0.01)[::100]).max()
    assert shape == pytest.approx(12.9, abs=0.2)
    assert shape < X**2 * K**3 * third
    # Peak and time of peak: 6352.6 m³/s on day 9 are printed, 6951 m³/s on day 7 came.
    assert OUTFLOW.max() - found.max() == pytest.approx(32.0, abs=0.2)
    assert (found.argmax(), OUTFLOW.argmax(), INFLOW.argmax()) == (9, 9, 7)


def test_one_water_has_the_storage_but_not_the_dispersion_of_muskingum() -> None:
    """n = 1/(1 − 2X) = 1.25 is no whole number: one water of the same K is 153 m³/s off, five times as much as two."""
    assert np.abs(routed_as_the_book([K])[0] - OUTFLOW).max() == pytest.approx(152.7, abs=0.2)
