"""The double ledger: what the cases mean in a flood, and what they mean for the rest of the year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .. import indicators
from ..indicators import Value
from ..labels import STUDIES, called, day, label, studied
from ..labels.words import column
from ..measures.base import lake_of, nearest
from ..result import Result
from ..series.reading import date_text
from ..waters import Lake
from .printing import columns

FLOOD = (
    "peak_level_m",
    "peak_time",
    "hours_above_warning",
    "hours_above_guarantee",
    "freeboard_m",
    "free_storage_first_day_m3",
    "lockout_hours",
    "pump_volume_m3",
    "pump_energy_kwh",
)
"""Figures of the flood, in the order of the table."""

YEAR = (
    "lowest_level_m",
    "low_water_days",
    "refill_date",
    "exposed_bed_m2",
    "exposed_bed_m2_days",
    "exchange_per_year",
)
"""Figures of the rest of the year."""

LEVELS = ("low_water_level", "refill_level", "exposed_bed_below_m")
"""What the figures of the rest of the year are counted from."""

WITHOUT_A_DATE = ("never_below", "not_refilled", "lowest_last", "run_ends")
"""What stands for the date of a lake that did not come back to its level in spring; see `indicators.Refill`."""

SHOWN: dict[str, Callable[[float], str]] = {
    "peak_level_m": lambda level: f"{level:.2f}",
    "freeboard_m": lambda height: f"{height:.2f}",
    "lowest_level_m": lambda level: f"{level:.2f}",
    "free_storage_first_day_m3": lambda volume: f"{volume / 1e6:.1f}",
    "pump_volume_m3": lambda volume: f"{volume / 1e6:.1f}",
    "pump_energy_kwh": lambda energy: f"{energy / 1e6:.2f}",
    "exposed_bed_m2": lambda area: f"{area / 1e6:.1f}",
    "exposed_bed_m2_days": lambda area: f"{area / 1e6:.0f}",
    "exchange_per_year": lambda times: f"{times:.2f}",
}
"""How the figures of a ledger are written; the others without decimals."""


@dataclass(frozen=True)
class Ledger:
    """The figures of a lake in several cases: of the flood, and of the rest of the year beside them.

    Parameters
    ----------
    water : name of the lake
    rows : by case, its figures by name: those of `FLOOD`, of `YEAR`, and the `LEVELS` that these are counted from.
        None is not defined; a lake that has no day on which it was back in spring has one of `WITHOUT_A_DATE`
    lakes : the lake as it is in each case
    reconstructed : whether a curve or a series is reconstructed
    """

    water: str
    rows: Mapping[str, Mapping[str, Value]]
    lakes: Mapping[str, Lake]
    reconstructed: bool

    def told(self, lang: str) -> str:
        """Both sides as tables, a row a case, in English (`"en"`) or Chinese (`"zh"`)."""
        parts, name = [], called(next(iter(self.lakes.values())), lang)
        for side, figures in (("ledger_flood", FLOOD), ("ledger_year", YEAR)):
            names = [name for name in figures if any(row[name] is not None for row in self.rows.values())]
            head = ["", *(_head(name, lang) for name in names)]
            body = [[case, *(_cell(name, row[name], lang) for name in names)] for case, row in self.rows.items()]
            parts += [studied(side, lang, water=name), columns([head, *body])]
        return "\n".join([*parts, *self.notes(lang)])

    def notes(self, lang: str) -> list[str]:
        """What the figures are counted from, and which are not defined and why."""
        notes = []
        for row, lake in zip(self.rows.values(), self.lakes.values(), strict=True):
            low, refill, below = (row[name] for name in LEVELS)
            if low is not None:
                level = getattr(lake, str(low))
                notes.append(studied("ledger_low_water", lang, what=label(str(low), lang), level=level))
            if refill is not None and lake.flood_season is not None:
                words = {"what": label(str(refill), lang), "level": getattr(lake, str(refill))}
                notes.append(studied("ledger_refill", lang, **words, day=day(lake.flood_season[0], lang)))
            if below is not None:
                notes.append(studied("ledger_bed", lang, level=below))
        if any(row["exchange_per_year"] is not None for row in self.rows.values()):
            notes.append(studied("ledger_exchange", lang))
        beds = {
            case: float(lake.hypsometry.area(lake.normal_level))
            for case, lake in self.lakes.items()
            if lake.normal_level is not None
        }
        if beds and max(beds.values()) > (1.0 + 1e-9) * min(beds.values()):
            areas = ("; ", "；")[column(lang)].join(f"{case} {area / 1e6:.1f} km²" for case, area in beds.items())
            notes.append(studied("ledger_beds", lang, areas=areas))
        missing = [name for name in (*FLOOD, *YEAR) if any(row[name] is None for row in self.rows.values())]
        if missing:
            names = ("; ", "；")[column(lang)].join(_head(name, lang) for name in missing)
            words = {"figures": names, "water": called(next(iter(self.lakes.values())), lang)}
            notes.append(studied("ledger_missing", lang, **words))
        notes += [studied("ledger_reconstructed", lang)] if self.reconstructed else []
        return list(dict.fromkeys(notes))

    def __str__(self) -> str:
        return self.told("en")


def ledger(results: Mapping[str, Result], water: str | None = None) -> Ledger:
    """The double ledger of several runs: what they mean in the flood, and what for the rest of the year.

    Parameters
    ----------
    results : the runs by their names, of the same period
    water : name of the lake; the first one unless said

    Raises
    ------
    ValueError
        If there is no run, a run has no such lake, or the runs differ in their period, so that days and volumes do not
        compare.

    Examples
    --------
    A lake of 1 km² falls from 3 m to 2 m in ten days, or is kept at 3 m.

    >>> from lakesim import Flood, Hypsometry, Lake, Pump, System, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry(levels=[0, 4], areas=["0 km2", "4 km2"]), initial_level=3.0,
    ...             normal_level=3.0, ecological_level=2.5, dike_crest=4.0)
    >>> pump = Pump(name="pump", head="pond", start_level=1.0, capacity=2.5e6 / 864000)
    >>> flood = Flood(start="2020-03-01", end="2020-03-11")
    >>> runs = {"kept": System(waters=[lake]), "lowered": System(waters=[lake], structures=[pump])}
    >>> book = ledger({name: simulate(system, flood) for name, system in runs.items()})
    >>> row = book.rows["lowered"]
    >>> row["freeboard_m"], round(row["low_water_days"], 1), round(row["exposed_bed_m2"]), row["exposed_bed_below_m"]
    (1.0, 4.5, 1000000, 3.0)
    """
    if not isinstance(results, Mapping):
        raise TypeError("the runs are given without names; give them by name, as in {'today': result}")
    if not results:
        raise ValueError("there is no run to put into the ledger; give at least one result by its name")
    first = next(iter(results.values()))
    name = first.system.lakes[0].name if water is None else water
    faults = []
    for case, result in results.items():
        names = [lake.name for lake in result.system.lakes]
        if name not in names:
            faults.append(f"{case}: there is no lake {name!r}; {nearest(name, names)}")
        if result.flood.period != first.flood.period:
            theirs, ours = (" to ".join(map(date_text, one.flood.period)) for one in (result, first))
            faults.append(f"{case}: the run is from {theirs}, the first from {ours}; give runs of one period")
    if faults:
        raise ValueError("\n".join(faults))
    lakes = {case: lake_of(result.system, name) for case, result in results.items()}
    rows = {case: _row(result, lakes[case]) for case, result in results.items()}
    return Ledger(name, rows, lakes, any(result.reconstructed for result in results.values()))


def _row(result: Result, lake: Lake) -> dict[str, Value]:
    """The figures of one run."""
    row = indicators.summary(result, lake.name)
    bed = indicators.exposed_bed(result, lake.name)
    row |= {
        "lowest_level_m": result.lowest(lake.name)[1],
        "exposed_bed_m2": None if bed is None else bed.area,
        "exposed_bed_m2_days": None if bed is None else bed.area_days,
        "exposed_bed_below_m": None if bed is None else bed.below,
        "exchange_per_year": indicators.exchange(result, lake.name),
    }
    refill = indicators.refill(result, lake.name)
    if refill is not None and refill.how in WITHOUT_A_DATE:
        row["refill_date"] = refill.how
    return {name: row[name] for name in (*FLOOD, *YEAR, *LEVELS)}


def _head(name: str, lang: str) -> str:
    """Head of a column."""
    return studied(f"ledger.{name}", lang) if f"ledger.{name}" in STUDIES else label(name, lang)


def _cell(name: str, value: Value, lang: str) -> str:
    """A figure as it is written in the table."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return studied(value, lang) if value in WITHOUT_A_DATE else value[:16].replace("T", " ")
    return SHOWN[name](value) if name in SHOWN else f"{value:.0f}"
