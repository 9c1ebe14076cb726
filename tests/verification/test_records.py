"""Real records with the account closed. Each check says what it is: an identity, fitted, or predicted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from lakesim import Flood, Hypsometry, Lake, Result, Series, catalogue, simulate

TAF = 1_233_481.84  # thousand acre-feet [m3]
SUPERIOR_AREA = 8.21e10  # [m2], as the record's authors use it
LEVEL_IN_1948 = 183.41


def folsom() -> tuple[Result, NDArray[np.float64]]:
    """Twenty water years run open from the storage of 1996-09-30, and the recorded storage at the same moments [m³]."""
    path = catalogue.record("folsom_daily")
    terms = {
        term: Series.from_csv(path, f"{term} [TAF/d]", unit="TAF/d", si_unit="m3/s", kind="means")
        for term in ("inflow", "outflow", "evaporation")
    }
    lake = catalogue.load("folsom")
    start = 726.277 * TAF
    lake = lake.changed(initial_level=lake.hypsometry.level(start), **terms)
    flood = Flood(start="1996-10-01", end="2016-10-01", output_step="24 h")
    recorded = pd.read_csv(path, comment="#")["storage [TAF]"].to_numpy() * TAF
    return simulate(lake, flood), np.append(start, recorded)


def test_folsom_reservoir_keeps_its_account_for_twenty_years() -> None:
    """Identity: the operator computes the inflow from the other terms, so this tests bookkeeping, not prediction."""
    result, recorded = folsom()
    difference = (result.storage["folsom"] - recorded) / TAF
    assert np.sqrt(np.mean(difference**2)) <= 4.0
    assert abs(difference[-1]) <= 1.0
    assert np.abs(difference).max() <= 7.6, "0.8 % of what the reservoir holds when full"
    assert result.residual_relative < 1e-12
    assert not result.account["folsom"].unmet, "and never gives more than it has"


def superior() -> pd.DataFrame:
    return pd.read_csv(catalogue.record("lake_superior_monthly"), comment="#", index_col="month", parse_dates=["month"])


def monthly(record: pd.Series, unit: str = "m3/s") -> Series:
    """Means over the months, the last of which ends with the record's last year."""
    edges = np.append(record.index.to_numpy("datetime64[ms]"), np.datetime64("2011-01-01", "ms"))
    return Series(edges, record.to_numpy(float), "means", unit)


def at_beginnings(result: Result, record: pd.DataFrame) -> NDArray[np.float64]:
    """Level at the beginning of each month [m]."""
    beginnings = record.index.to_numpy("datetime64[ms]")
    beginnings = beginnings[(beginnings >= result.times[0]) & (beginnings <= result.times[-1])]
    return result.level["superior"][np.searchsorted(result.times, beginnings)]


def lake_superior(initial_level: float, **series: Series) -> Lake:
    curve = Hypsometry.prism(bottom=180.0, top=190.0, area=SUPERIOR_AREA)
    return Lake(name="superior", hypsometry=curve, initial_level=initial_level, **series)


def test_lake_superior_follows_its_recorded_change_of_storage_for_63_years() -> None:
    """Identity: the change of storage was computed from the level, which is given to the centimetre."""
    record = superior()
    gain = monthly(record["change of storage [m3/s]"])
    flood = Flood(start="1948-01-01", end="2010-12-31", output_step="24 h")
    result = simulate(lake_superior(LEVEL_IN_1948, inflow=gain), flood)
    difference = at_beginnings(result, record) - record["level [m]"].to_numpy()
    assert len(difference) == 63 * 12
    assert np.abs(difference).max() <= 0.01
    assert result.residual_relative < 1e-12


def test_lake_superior_from_its_independent_components_drifts_eight_centimetres_a_year() -> None:
    """Predicted: nothing of the level but each first of January's enters; rain, evaporation, runoff and flows do.

    It predicts the balance, not the weather: the components are measured or modelled, each by itself. Their sum is
    206 m³/s too high on the average, which is what the bias of a year shows: 206 × 31.6e6 s / 8.21e10 m² = 0.079 m.
    """
    record = superior()
    given = monthly(sum(record[f"{term} [m3/s]"] for term in ("precipitation", "runoff", "diversion")))
    taken = monthly(record["evaporation [m3/s]"] + record["outflow [m3/s]"])
    errors = []
    for year in range(1948, 2010):
        start, end = np.datetime64(f"{year}-01-01", "ms"), np.datetime64(f"{year + 1}-01-01", "ms")
        lake = lake_superior(record["level [m]"].loc[f"{year}-01"].item(), inflow=given, outflow=taken)
        result = simulate(lake, Flood(start=start, end=end, output_step="24 h"))
        errors.append(at_beginnings(result, record)[-1] - record["level [m]"].loc[f"{year + 1}-01"].item())
        assert result.residual_relative < 1e-9
    assert np.mean(errors) == pytest.approx(0.078, abs=0.002)
    assert np.std(errors) == pytest.approx(0.078, abs=0.002)
