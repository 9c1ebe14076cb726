"""The water account: it closes in every run, it sees every loss, and no water is made or lost between two waters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakesim import Flood, Result, SimulationError, System, balance, simulate

Draw = Callable[..., tuple[System, Flood]]


def test_the_account_closes_to_rounding(random_system: Draw) -> None:
    residuals = [simulate(*random_system(Random(seed)), compiled=True).residual_relative for seed in range(200)]
    assert max(residuals) < 1e-12
    assert np.median(residuals) < 1e-14


@pytest.fixture(scope="module")
def busy(random_system: Draw) -> tuple[System, Flood]:
    """A system in which every term of the account moves water, and lakes give to lakes."""
    for seed in range(1000):
        system, flood = random_system(Random(seed))
        lakes = {lake.name for lake in system.lakes}
        given = {term for lake in system.lakes for term in ("rain", "evaporation", "seepage") if getattr(lake, term)}
        if len(given) == 3 and sum({structure.head, structure.tail} <= lakes for structure in system.structures) > 2:
            surface = [lake.changed(rain_falls_on="surface") for lake in system.lakes]
            return system.replaced(*surface), flood.changed(end=flood.start + np.timedelta64(24, "h"))
    raise AssertionError("none of a thousand systems has all terms")


@pytest.mark.parametrize(
    "term", [balance.RAIN, balance.EVAPORATION, balance.SEEPAGE, "what leaves", "what arrives"], ids=str
)
def test_a_term_that_is_not_booked_in_the_storages_is_found_out(
    term: int | str, busy: tuple[System, Flood], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is right, and the storage that a step ends with lacks one term."""
    stepping = balance.stepping
    net_of, book = stepping.net_of, stepping.book

    def forgetful(w: int, flux: Any, lakes: Any, structures: Any, index: Any) -> float:
        at_lake = len(structures) + balance.TERMS * w
        if term == "what leaves":
            forgotten = -sum(flux[j] for j, structure in enumerate(structures) if structure.head == w)
        elif term == "what arrives":
            forgotten = sum(flux[j] for j, structure in enumerate(structures) if structure.tail == w)
        else:
            forgotten = flux[at_lake + int(term)] * (1.0 if term == balance.RAIN else -1.0)
        return net_of(w, flux, lakes, structures, index) - forgotten

    def book_forgetfully(step: float, euler: bool, layout: balance.Layout, state: balance.State) -> None:
        stepping.net_of = forgetful
        book(step, euler, layout, state)
        stepping.net_of = net_of

    assert simulate(*busy, compiled=False).residual_relative < 1e-12
    monkeypatch.setattr(stepping, "net_of", net_of)  # so that it is put back whatever happens
    monkeypatch.setattr(stepping, "book", book_forgetfully)
    with pytest.raises(SimulationError, match="does not close"):
        simulate(*busy, compiled=False)


def test_a_step_that_is_not_booked_in_the_ledger_is_found_out(
    busy: tuple[System, Flood], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way round: the storages are right, and one step of a day is left out of the ledger."""
    book, count = balance.stepping.book, itertools.count()

    def forgetful(step: float, euler: bool, layout: balance.Layout, state: balance.State) -> None:
        before = list(state.ledger)
        book(step, euler, layout, state)
        if next(count) == 50:
            state.ledger[:] = before

    monkeypatch.setattr(balance.stepping, "book", forgetful)
    with pytest.raises(SimulationError, match="does not close"):
        simulate(*busy, compiled=False)


def check_no_water_is_made_or_lost(result: Result) -> None:
    """Over all lakes: what came from outside, less what left, is the gain of storage.

    Between two lakes the same volume leaves one account and enters the other. This sum takes each structure that leads
    out of the system or to a river, and each given term, once; it never looks at a residual.
    """
    lakes = {lake.name for lake in result.system.lakes}
    accounts = result.account
    inner = {s.name for s in result.system.structures if s.head in lakes and s.tail in lakes}
    outside = math.fsum(
        volume for account in accounts.values() for term, volume in account.volumes.items() if term not in inner
    )
    gained = math.fsum(values[-1] - values[0] for values in result.storage.values())
    moved = math.fsum(account.turnover for account in accounts.values())
    stored = math.fsum(values[-1] for values in result.storage.values())
    assert abs(outside - gained) <= 1e-12 * (moved + stored)
    for structure in inner:
        both = [account.volumes[structure] for account in accounts.values() if structure in account.volumes]
        assert len(both) == 2
        assert both[0] == -both[1]


def check_levels(result: Result) -> None:
    for lake in result.system.lakes:
        level, storage = result.level[lake.name], result.storage[lake.name]
        assert np.isfinite(level).all()
        assert np.isfinite(storage).all()
        assert level.min() >= lake.hypsometry.bottom
        np.testing.assert_allclose(lake.hypsometry.storage(level), storage, rtol=1e-9, atol=1e-3)
        assert result.lowest(lake.name)[1] <= level.min() + 1e-12
        assert result.peak(lake.name)[1] >= level.max() - 1e-12


@settings(max_examples=100)
@given(rng=st.randoms(use_true_random=False))
def test_whatever_the_system_no_water_is_made_or_lost(rng: Random, random_system: Draw) -> None:
    result = simulate(*random_system(rng), compiled=True)
    check_no_water_is_made_or_lost(result)
    check_levels(result)
    for column in result.table():
        assert np.isfinite(column.values).all(), column.name


@settings(max_examples=100)
@given(rng=st.randoms(use_true_random=False), more=st.floats(0.0, 2.0), which=st.integers(0, 5))
def test_more_inflow_never_lowers_a_lake(rng: Random, more: float, which: int, random_system: Draw) -> None:
    """Every discharge rises with the headwater and falls with the tailwater, so more for one is never less for another.

    (Such a system is cooperative: of two courses the one that begins higher, or gets more, stays higher; E. Kamke, Acta
    Mathematica 58 (1932).) Numbers may disagree by what both runs state as their errors.
    """
    system, flood = random_system(rng)
    lake = system.lakes[which % len(system.lakes)]
    assert lake.inflow is not None
    raised = system.replaced(lake.changed(inflow=lake.inflow * (1.0 + more)))
    less, greater = simulate(system, flood, compiled=True), simulate(raised, flood, compiled=True)
    allowed = less.numerical_error + greater.numerical_error
    for each in system.lakes:
        assert (greater.level[each.name] - less.level[each.name]).min() >= -allowed
