"""Worked examples of level-pool routing: what a book, a course and a dam-safety tool print, and what lakesim gets.

The agreement asked for is the one that the printed digits allow; `cases/SOURCES.md` has each case's source.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lakesim.textbook import route

HOUR = 3600.0
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
