"""Worked examples of level-pool routing: what a book, a course and a dam-safety tool print, and what lakesim gets.

`textbook` does what the books do, and the agreement asked for is the one that the printed digits allow. The solver has
no fixed step: it is held against the same table routed in steps so short that they no longer matter, to the error that
it states itself, and against the printed numbers as far as their step allows. `cases/SOURCES.md` has each source.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike, NDArray

from lakesim import Flood, Hypsometry, Lake, RatingCurve, Result, Series, System, simulate
from lakesim.textbook import route

HOUR = 3600.0
FOOT = 0.3048
ACRE_FOOT = 43_560.0  # cubic feet: the American cases are routed in feet and cubic feet per second, as printed


def case(name: str) -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parent / "cases" / f"{name}.csv", comment="#")


def test_cherry_cricket_dam_to_the_printed_four_decimals() -> None:
    table = case("usace_rfar_cherry_cricket_elev_storage_outflow")
    printed = case("usace_rfar_cherry_cricket_hms")
    sheet = route(
        printed.inflow_cfs,
        HOUR,
        table.stor_acft * ACRE_FOOT,
        table.outflow_cfs,
        initial_storage=printed.storage_acft[0] * ACRE_FOOT,
    )
    level = np.interp(sheet.storage / ACRE_FOOT, table.stor_acft, table.elev_ft)
    np.testing.assert_allclose(level, printed.elevation_ft, rtol=0, atol=0.5e-4)
    np.testing.assert_allclose(sheet.outflow, printed.outflow_cfs, rtol=0, atol=0.5e-4)
    np.testing.assert_allclose(sheet.storage / ACRE_FOOT, printed.storage_acft, rtol=0, atol=0.5e-4)


@pytest.mark.parametrize("scale", ["1x", "1.5x", "5x"])
def test_john_martin_dam_to_the_printed_tenth(scale: str) -> None:
    table = case("usace_rfar_jmd_elev_storage_outflow")
    flood = case("usace_rfar_jmd_hms_may1955")
    printed = flood[flood.scale == scale]
    start = np.interp(3830.0, table.stage_ft, table.stor_acft)
    sheet = route(
        printed.inflow_cfs, HOUR, table.stor_acft * ACRE_FOOT, table.discharge_cfs, initial_storage=start * ACRE_FOOT
    )
    level = np.interp(sheet.storage / ACRE_FOOT, table.stor_acft, table.stage_ft)
    np.testing.assert_allclose(sheet.outflow, printed.outflow_cfs, rtol=0, atol=0.0500001)
    np.testing.assert_allclose(sheet.storage / ACRE_FOOT, printed.storage_acft, rtol=0, atol=0.0500001)
    np.testing.assert_allclose(level, printed.elevation_ft, rtol=0, atol=0.0500001)


def test_john_martin_dam_times_five_peaks_where_the_hourly_table_says() -> None:
    """489 176 cfs is what the hourly step makes of a rating that jumps within a foot; the converged peak is 423 662."""
    table = case("usace_rfar_jmd_elev_storage_outflow")
    flood = case("usace_rfar_jmd_hms_may1955")
    printed = flood[flood.scale == "5x"]
    start = np.interp(3830.0, table.stage_ft, table.stor_acft)

    def peak(steps_an_hour: int) -> float:
        hours = np.arange(0.0, len(printed) - 1 + 1e-9, 1.0 / steps_an_hour)
        inflow = np.interp(hours, printed.time_hr, printed.inflow_cfs)
        storage = table.stor_acft * ACRE_FOOT
        sheet = route(inflow, HOUR / steps_an_hour, storage, table.discharge_cfs, initial_storage=start * ACRE_FOOT)
        return float(sheet.outflow.max())

    assert peak(1) == pytest.approx(489_176.1, abs=0.1)
    assert peak(60) == pytest.approx(423_662, rel=1e-3)


def test_hec22_example_8_9_as_far_as_a_sheet_rounded_at_every_step_allows() -> None:
    table = case("fhwa_hec22_ex8_9_table_si")
    printed = case("fhwa_hec22_ex8_9_routing_si")
    sheet = route(printed.inflow_m3_s, 0.057 * HOUR, table.storage_m3, table.outflow_m3_s, initial_storage=0.0)
    np.testing.assert_allclose(sheet.outflow, printed.outflow_m3_s, rtol=0, atol=0.025)
    assert sheet.outflow.max() == pytest.approx(0.518, abs=0.0005)


def test_cleveland_pond_equals_the_spreadsheet_through_a_falling_rating() -> None:
    """Table and answers are both printed to six decimals: half a unit each, one together."""
    table = case("cleveland_pond_table").drop_duplicates("storage_ft3")  # 5 ft is printed as pipe and as orifice
    printed = case("cleveland_pond_routing")
    assert table.outflow_cfs.diff().min() < -9.0, "the rating falls between 4.5 and 5.0 ft"
    sheet = route(printed.inflow_cfs, 600.0, table.storage_ft3, table.outflow_cfs, initial_storage=0.0)
    np.testing.assert_allclose(sheet.outflow, printed.outflow_spreadsheet_cfs, rtol=0, atol=1e-6)

    difference = np.abs(sheet.outflow - printed.outflow_HEC_HMS_cfs)
    assert difference[printed.time_min < 140].max() < 0.051, "HEC-HMS agrees to its printed tenth until the dip"
    assert difference[printed.time_min.isin([140, 150])].min() > 2.8, "and goes its own way in it"


def test_ponce_linear_reservoir_to_the_printed_three_decimals() -> None:
    printed = case("ponce_sdsu_linear_reservoir")
    sheet = route(printed.inflow, HOUR, [0.0, 2000.0 * HOUR], [0.0, 1000.0], initial_outflow=100.0)
    np.testing.assert_allclose(sheet.outflow, printed.outflow_published, rtol=0, atol=0.0005)


class Example(NamedTuple):
    """A case in SI units: its table, its inflow at equal steps, and the level at which it starts."""

    level: NDArray[np.float64]
    storage: NDArray[np.float64]
    outflow: NDArray[np.float64]
    inflow: NDArray[np.float64]
    step: float
    start: float

    def solved(self, tolerance: float = 1e-6) -> Result:
        """By the solver, on the same table: between its rows storage and outflow are straight lines."""
        curve = Hypsometry(levels=self.level, storages=self.storage, accept="as printed")
        times = np.datetime64("2000-01-01", "ms") + np.arange(len(self.inflow)) * np.timedelta64(
            round(self.step * 1e3), "ms"
        )
        inflow = Series(times, self.inflow, "instants", "m3/s")
        lake = Lake(name="lake", hypsometry=curve, initial_level=self.start, inflow=inflow)
        table = {"levels": self.level, "discharges": self.outflow}
        outlet = RatingCurve(name="outlet", head="lake", of="headwater", **table)
        return simulate(System(waters=[lake], structures=[outlet]), Flood(output_step=self.step), tolerance=tolerance)

    def finely_routed(self) -> NDArray[np.float64]:
        """Levels by the storage-indication method in 600 steps to each of the book's."""
        steps = np.arange((len(self.inflow) - 1) * 600 + 1) / 600.0
        inflow = np.interp(steps, np.arange(len(self.inflow)), self.inflow)
        storage = float(np.interp(self.start, self.level, self.storage))
        sheet = route(inflow, self.step / 600.0, self.storage, self.outflow, initial_storage=storage)
        return np.interp(sheet.storage, self.storage, self.level)[::600]


def american(level: ArrayLike, storage: ArrayLike, outflow: ArrayLike, inflow: ArrayLike, start: float) -> Example:
    """An hourly case in feet, acre-feet and cubic feet per second."""
    columns = (np.asarray(level) * FOOT, np.asarray(storage) * ACRE_FOOT * FOOT**3)
    return Example(*columns, np.asarray(outflow) * FOOT**3, np.asarray(inflow) * FOOT**3, HOUR, start * FOOT)


def example(name: str) -> tuple[Example, pd.DataFrame]:
    """A case, and the table of printed answers."""
    if name == "cherry cricket":
        table = case("usace_rfar_cherry_cricket_elev_storage_outflow")
        printed = case("usace_rfar_cherry_cricket_hms")
        return american(table.elev_ft, table.stor_acft, table.outflow_cfs, printed.inflow_cfs, 5565.0), printed
    if name.startswith("john martin"):
        table = case("usace_rfar_jmd_elev_storage_outflow")
        flood = case("usace_rfar_jmd_hms_may1955")
        printed = flood[flood.scale == name.removeprefix("john martin ")]
        return american(table.stage_ft, table.stor_acft, table.discharge_cfs, printed.inflow_cfs, 3830.0), printed
    if name == "hec22":
        table, printed = case("fhwa_hec22_ex8_9_table_si"), case("fhwa_hec22_ex8_9_routing_si")
        columns = (table.stage_m, table.storage_m3, table.outflow_m3_s, printed.inflow_m3_s)
        return Example(*(column.to_numpy(float) for column in columns), 0.057 * HOUR, 10.0), printed
    if name == "cleveland":
        table, printed = case("cleveland_pond_table").drop_duplicates("storage_ft3"), case("cleveland_pond_routing")
        hourly = american(table.depth_ft, table.storage_ft3 / ACRE_FOOT, table.outflow_cfs, printed.inflow_cfs, 0.0)
        return hourly._replace(step=600.0), printed
    printed = case("ponce_sdsu_linear_reservoir")
    level, storage, outflow = np.array([0.0, 2.0]), np.array([0.0, 2000.0 * HOUR]), np.array([0.0, 1000.0])
    return Example(level, storage, outflow, printed.inflow.to_numpy(float), HOUR, 0.2), printed


EXAMPLES = ["cherry cricket", "john martin 1x", "john martin 1.5x", "john martin 5x", "hec22", "cleveland", "ponce"]


@pytest.mark.parametrize("tolerance", [1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_solver_keeps_to_its_own_stated_error(name: str, tolerance: float) -> None:
    book, _ = example(name)
    result = book.solved(tolerance)
    error = np.abs(result.level["lake"] - book.finely_routed()).max()
    # The fine steps' own error is below half a micrometre.
    assert error <= 3.0 * result.numerical_error + 0.5e-6
    assert result.residual_relative < 1e-12


@pytest.mark.parametrize(
    ("name", "level_ft", "outflow_cfs"),
    [
        # Printed to 1e-4 ft; one-hour steps on a flood that rises within hours are 0.001 ft off.
        ("cherry cricket", 0.0012, 0.1),
        # Printed to 0.1 ft and 0.1 cfs; where the gates open the outflow changes by 300 cfs from one foot to the next.
        ("john martin 1x", 0.0501, 0.15),
        ("john martin 1.5x", 0.0501, 0.75),
    ],
)
def test_the_solver_agrees_with_hec_hms_as_far_as_one_hour_steps_allow(
    name: str, level_ft: float, outflow_cfs: float
) -> None:
    book, printed = example(name)
    result = book.solved()
    np.testing.assert_allclose(result.level["lake"] / FOOT, printed.elevation_ft, rtol=0, atol=level_ft)
    np.testing.assert_allclose(result.discharge["outlet"] / FOOT**3, printed.outflow_cfs, rtol=0, atol=outflow_cfs)


def test_john_martin_dam_times_five_peaks_where_the_solver_says_and_not_the_hourly_table() -> None:
    book, printed = example("john martin 5x")
    time, level = book.solved().peak("lake")
    peak = np.interp(level, book.level, book.outflow) / FOOT**3
    assert peak == pytest.approx(423_662, rel=1e-3)
    assert (time - np.datetime64("2000-01-01")) / np.timedelta64(1, "h") == pytest.approx(38.07, abs=0.005)
    assert printed.outflow_cfs.max() == pytest.approx(489_176.1, abs=0.1), "15 % more"


def test_hec22_agrees_as_far_as_a_sheet_rounded_at_every_step_allows() -> None:
    """Inflow and outflow are printed to 0.01 m³/s, and the sheet is worked with the rounded numbers."""
    book, printed = example("hec22")
    outflow = book.solved().discharge["outlet"]
    np.testing.assert_allclose(outflow, printed.outflow_m3_s, rtol=0, atol=0.026)
    assert outflow.max() == pytest.approx(0.518, abs=0.001)


def test_cleveland_pond_agrees_within_two_per_cent_of_its_peak_through_the_falling_rating() -> None:
    """The sheet is furthest off in the dip, at 150 min: 4.8 cfs in steps of ten minutes, 0.8 cfs in steps of five."""
    book, printed = example("cleveland")
    outflow = book.solved().discharge["outlet"] / FOOT**3
    np.testing.assert_allclose(outflow, printed.outflow_spreadsheet_cfs, rtol=0, atol=0.02 * outflow.max())
    assert outflow.max() == pytest.approx(printed.outflow_spreadsheet_cfs.max(), rel=2e-3)


def test_ponce_linear_reservoir_agrees_within_what_a_step_of_half_its_constant_costs() -> None:
    """Steps of one hour on K = 2 h put the printed outflow up to 0.7 % of the peak off the exact exponential."""
    book, printed = example("ponce")
    outflow = book.solved().discharge["outlet"]
    np.testing.assert_allclose(outflow, printed.outflow_published, rtol=0, atol=0.0075 * outflow.max())
