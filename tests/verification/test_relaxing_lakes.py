"""Two and three lakes that relax through linear channels, against the exponential of the matrix.

    A_i dz_i/dt = Σ_j k_ij (z_j − z_i)          z(t) = exp(t M) z(0),  M_ij = k_ij/A_i,  M_ii = −Σ_j k_ij/A_i

The fastest of its rates, λ, says how long a step is: for λΔt up to 0.5 halving the step must quarter the error; where
λΔt is in the thousands (two small lakes on a wide channel) the error must stay below the tolerance at every output,
and the lower lake must not come to stand above the higher one, as a trapezoidal step alone would make it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from lakesim import Flood, Hypsometry, Lake, RatingCurve, System, balance, simulate
from lakesim.simulation import lay_out

Floats = NDArray[np.float64]
START = np.datetime64("2020-06-01", "ms")
AREAS, LINKS, LEVELS = (1e6, 3e6, 0.5e6), (20.0, 7.0), (24.0, 21.0, 22.5)


def chain(areas: tuple[float, ...], links: tuple[float, ...], levels: tuple[float, ...]) -> System:
    lakes = [
        Lake(name=f"lake{i}", hypsometry=Hypsometry.prism(bottom=10.0, top=30.0, area=area), initial_level=level)
        for i, (area, level) in enumerate(zip(areas, levels, strict=True))
    ]
    channels = [
        RatingCurve(
            name=f"k{i}", head=f"lake{i}", tail=f"lake{i + 1}", of="difference", levels=[0, 1], discharges=[0, k]
        )
        for i, k in enumerate(links)
    ]
    return System(waters=lakes, structures=channels)


def matrix(areas: tuple[float, ...], links: tuple[float, ...]) -> Floats:
    m = np.zeros((len(areas), len(areas)))
    for i, k in enumerate(links):
        m[i, i] -= k / areas[i]
        m[i, i + 1] += k / areas[i]
        m[i + 1, i + 1] -= k / areas[i + 1]
        m[i + 1, i] += k / areas[i + 1]
    return m


def exact(m: Floats, levels: tuple[float, ...], times: Floats) -> Floats:
    """Levels, a column a time."""
    from scipy.linalg import expm

    return np.column_stack([expm(time * m) @ levels for time in times])


def fixed_steps(system: System, end: float, count: int) -> Floats:
    """Levels at the end of `count` equal steps of the solver's method."""
    flood = Flood(start=START, end=START + np.timedelta64(round(end * 1000), "ms"))
    run = lay_out(system, flood, tolerance=1e-9).plain()
    layout, forcing, state = run.layout, run.forcing, run.state
    balance.stepping.start_anew(layout, forcing, state)
    step = end / count
    for k in range(count):
        assert balance.stepping.step_tr_bdf2(step, layout, forcing, state)
        balance.stepping.book(step, False, layout, state)
        balance.stepping.move_on((k + 1) * step, state)
    return np.array(state.level[: len(system.lakes)])


@pytest.mark.parametrize("lakes", [2, 3])
def test_halving_the_step_quarters_the_error(lakes: int) -> None:
    m, system = matrix(AREAS[:lakes], LINKS[: lakes - 1]), chain(AREAS[:lakes], LINKS[: lakes - 1], LEVELS[:lakes])
    fastest = np.abs(np.linalg.eigvals(m)).max()
    end = 2.0 / fastest
    truth = exact(m, LEVELS[:lakes], np.array([end]))[:, 0]
    errors = [np.abs(fixed_steps(system, end, count) - truth).max() for count in (4, 8, 16, 32, 64)]  # λΔt = 0.5 …
    orders = [np.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert min(orders) >= 1.9, f"errors {errors}, orders {orders}"


@pytest.mark.parametrize("lakes", [2, 3])
@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
def test_loosely_joined_lakes_keep_to_the_stated_error(lakes: int, tolerance: float) -> None:
    m, system = matrix(AREAS[:lakes], LINKS[: lakes - 1]), chain(AREAS[:lakes], LINKS[: lakes - 1], LEVELS[:lakes])
    result = simulate(system, Flood(start=START, end=START + np.timedelta64(10, "D")), tolerance=tolerance)
    truth = exact(m, LEVELS[:lakes], (result.times - START) / np.timedelta64(1, "s"))
    error = np.abs(np.array([result.level[lake.name] for lake in system.lakes]) - truth).max()
    assert error <= 3.0 * result.numerical_error
    assert error <= 0.5 * tolerance ** (2.0 / 3.0), "see test_closed_forms"
    assert result.residual_relative < 1e-12


@pytest.mark.parametrize("stiffness", [1e3, 1e5, 1e7])
@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
def test_two_tightly_joined_lakes_stay_under_the_tolerance_and_never_pass_one_another(
    stiffness: float, tolerance: float
) -> None:
    """z₀ − z₁ = d₀ exp(−λ t), never below 0, about the level where both come to rest; λ times an hour is 10³ … 10⁷."""
    areas, levels = (1e5, 3e4), (24.0, 23.0)
    link = stiffness / 3600.0 / (1.0 / areas[0] + 1.0 / areas[1])
    result = simulate(
        chain(areas, (link,), levels), Flood(start=START, end=START + np.timedelta64(5, "D")), tolerance=tolerance
    )
    rest = np.dot(areas, levels) / sum(areas)
    time = (result.times - START) / np.timedelta64(1, "s")
    truth = rest + np.outer(np.array(levels) - rest, np.exp(-stiffness / 3600.0 * time))
    found = np.array([result.level["lake0"], result.level["lake1"]])
    assert np.abs(found - truth).max() <= tolerance
    assert (found[0] - found[1]).min() >= -0.01 * tolerance, "a hundredth is what the levels are solved to"
    assert result.residual_relative < 1e-12


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
def test_three_tightly_joined_lakes_stay_under_the_tolerance_and_turn_only_where_they_should(tolerance: float) -> None:
    areas, links, levels = (1e5, 3e4, 8e4), (5e3, 9e3), (24.0, 21.0, 22.5)
    flood = Flood(start=START, end=START + np.timedelta64(1, "D"), output_step=600.0)
    result = simulate(chain(areas, links, levels), flood, tolerance=tolerance)
    truth = exact(matrix(areas, links), levels, (result.times - START) / np.timedelta64(1, "s"))
    found = np.array([result.level[f"lake{i}"] for i in range(3)])
    assert np.abs(found - truth).max() <= tolerance
    turned = np.diff(found, axis=0) * np.diff(truth, axis=0) < 0.0
    assert np.all(np.abs(np.diff(found, axis=0)[turned]) <= 0.01 * tolerance)
    assert result.residual_relative < 1e-12
