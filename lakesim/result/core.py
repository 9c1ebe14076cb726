"""Result: levels, rates and storages over time, from the numbers of a run; CSV and NetCDF."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .. import balance, compiled
from ..floods import Flood
from ..labels import ABOVE_CURVE, LOCKED_OUT, OVER_DIKE, RUNS_OVER, RUNS_OVER_NO_MORE, UNDER_DIKE, label
from ..structures import Weir
from ..waters import LAKE_SERIES, Lake, River, System
from .account import Account, WaterAccount
from .events import Event, Events

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A hidden file beside `path` that takes its place when all is written; no half-written file is ever seen.

    A link stays one, and what it leads to is replaced; a file keeps its permissions. What is no file, such as a pipe or
    a device, is written to as it is.
    """
    if Path(path).exists() and not Path(path).is_file():
        yield Path(path)
        return
    final = Path(os.path.realpath(path))
    unfinished = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        yield unfinished
        if final.exists():
            shutil.copymode(final, unfinished)
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)


def read_netcdf(path: str | os.PathLike[str]) -> xr.Dataset:
    """The dataset of a file that `Result.to_netcdf` wrote; equal to `Result.data`."""
    import xarray as xr

    decoder = xr.coders.CFDatetimeCoder(time_unit="ms")
    data = xr.load_dataset(path, engine="scipy", decode_times=decoder)
    return data.rename({name: name.encode("latin-1").decode() for name in map(str, data.variables)})


def _rows(table: Any) -> Any:
    """A table of the solver as rows with named fields, whichever path made it."""
    return balance.plain(table) if isinstance(table, np.ndarray) else table


@dataclass(frozen=True)
class Column:
    """One column of a result: `"<water>.level_m"`, `"<structure>.discharge_m3_s"` and so on."""

    name: str
    unit: str
    key: str
    values: Floats


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What happened to a system in a flood.

    Parameters
    ----------
    system, flood : what was run
    layout, forcing, state, record : the numbers of the run, see `balance`
    check : whether a comparison with the world is an `"identity"`, `"fitted"` or `"predicted"`
    scenario, case : the complete scenario file of the run and the name of its case, if it came from one

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant(10.0, "m3/s"))
    >>> result = simulate(lake, Flood(start="2020-07-01", end="2020-07-01 01:00"))
    >>> result.account["pond"].volumes["inflow"]
    36000.0
    >>> print(result.events)
    no events
    """

    system: System
    flood: Flood
    layout: balance.Layout
    forcing: balance.Forcing
    state: balance.State
    record: balance.Record
    check: str | None = None
    scenario: str = ""
    case: str = ""
    times: Times = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", self.flood.times)

    @property
    def compiled(self) -> bool:
        """Whether the compiled solver made it."""
        return isinstance(self.state.lake, np.ndarray)

    def _per_lake(self, column: Any) -> dict[str, Floats]:
        rows = np.asarray(column, dtype=np.float64).reshape(len(self.system.lakes), len(self.times))
        rows.flags.writeable = False
        return {lake.name: row for lake, row in zip(self.system.lakes, rows, strict=True)}

    @cached_property
    def level(self) -> dict[str, Floats]:
        """Level of each water at the output times [m]."""
        rivers = {river.name: np.asarray(river.level.at(self.times)) for river in self.system.rivers}
        return {**self._per_lake(self.record.level), **rivers}

    @cached_property
    def storage(self) -> dict[str, Floats]:
        """Storage of each lake at the output times [m³]."""
        return self._per_lake(self.record.storage)

    @cached_property
    def _rates(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        names = [structure.name for structure in self.system.structures]
        discharge, opening = np.zeros((2, len(names), len(self.times)))
        rates_over: Any = compiled.entry(balance.rates_over) if self.compiled else balance.rates_over
        rates_over(self.layout, self.forcing, self.state, self.record, discharge.ravel(), opening.ravel())
        return dict(zip(names, discharge, strict=True)), dict(zip(names, opening, strict=True))

    @property
    def discharge(self) -> dict[str, Floats]:
        """Discharge of each structure at the output times [m³/s], from head to tail."""
        return self._rates[0]

    @property
    def opening(self) -> dict[str, Floats]:
        """Opening of each structure at the output times, 0 … 1."""
        return self._rates[1]

    def _given(self, term: str) -> dict[str, Floats]:
        nothing = np.zeros(len(self.times))
        series = {lake.name: getattr(lake, term) for lake in self.system.lakes}
        return {name: nothing if one is None else np.asarray(one.at(self.times)) for name, one in series.items()}

    @cached_property
    def inflow(self) -> dict[str, Floats]:
        """All that arrives in each lake at the output times, given and through structures, without rain [m³/s]."""
        arriving = {name: values.copy() for name, values in self._given("inflow").items()}
        for structure in self.system.structures:
            for water, sign in ((structure.head, -1.0), (structure.tail, 1.0)):
                if water in arriving:
                    arriving[water] += np.maximum(sign * self.discharge[structure.name], 0.0)
        return arriving

    @cached_property
    def outflow(self) -> dict[str, Floats]:
        """All that leaves each lake at the output times, given and through structures, without evaporation [m³/s]."""
        leaving = {name: values.copy() for name, values in self._given("outflow").items()}
        for lake in self.system.lakes:
            # A given outflow that a dry lake did not have was not delivered.
            x = np.clip((self.level[lake.name] - lake.hypsometry.bottom) / balance.THIN_LAYER, 0.0, 1.0)
            leaving[lake.name] *= x * (2.0 - x)
        for structure in self.system.structures:
            for water, sign in ((structure.head, 1.0), (structure.tail, -1.0)):
                if water in leaving:
                    leaving[water] += np.maximum(sign * self.discharge[structure.name], 0.0)
        return leaving

    @cached_property
    def rain(self) -> dict[str, Floats]:
        """Rain on each lake at the output times [m/s]; where it is given as a discharge, over its whole bed."""
        rain = self._given("rain")
        for lake in self.system.lakes:
            if lake.rain is not None and lake.rain.unit == "m3/s":
                rain[lake.name] = rain[lake.name] / lake.hypsometry.area(lake.hypsometry.top)
        return rain

    def peak(self, water: str) -> tuple[np.datetime64, float]:
        """Time and height of the highest level of a lake [m], also where it fell between two outputs."""
        return self._extreme(water, "highest")

    def lowest(self, water: str) -> tuple[np.datetime64, float]:
        """Time and height of the lowest level of a lake [m], also where it fell between two outputs."""
        return self._extreme(water, "lowest")

    def _extreme(self, water: str, which: str) -> tuple[np.datetime64, float]:
        names = [lake.name for lake in self.system.lakes]
        if water not in names:
            raise KeyError(f"{water!r} is no lake of the system; the lakes are: {', '.join(names)}")
        lake = _rows(self.state.lake)[names.index(water)]
        level: float = getattr(lake, which)
        return self._moment(getattr(lake, f"{which}_time")), level

    def _moment(self, seconds: float) -> np.datetime64:
        moment: np.datetime64 = self.times[0] + np.timedelta64(round(seconds * 1000), "ms")
        return moment

    @cached_property
    def account(self) -> Account:
        """The water account of each lake."""
        structures, lakes, outputs = self.system.structures, self.system.lakes, len(self.times)
        ledger, unmet = self.state.ledger, len(structures) + balance.TERMS * len(lakes)
        through: dict[str, dict[str, float]] = {lake.name: {} for lake in lakes}
        wanting: dict[str, dict[str, float]] = {lake.name: {} for lake in lakes}
        for j, structure in enumerate(structures):
            ends = [name for name in (structure.head, structure.tail) if name in through]
            for name in ends:
                through[name][structure.name] = float(-ledger[j] if name == structure.head else ledger[j])
            wanting[ends[0]][structure.name] = float(ledger[unmet + j])
        accounts = {}
        for w, lake in enumerate(lakes):
            moved = [float(ledger[len(structures) + balance.TERMS * w + term]) for term in range(balance.TERMS)]
            volumes = {"rain": moved[balance.RAIN], "evaporation": -moved[balance.EVAPORATION]}
            volumes |= {"seepage": -moved[balance.SEEPAGE], "shortfall": moved[balance.UNDELIVERED]}
            for term, factor in lake.arriving.items():
                volumes[term] = factor * getattr(lake, term).volume(*self.flood.period)
            for term in lake.leaving:
                volumes[term] = -getattr(lake, term).volume(*self.flood.period)
            entries = [term for term in LAKE_SERIES if getattr(lake, term) is not None]
            entries += ["shortfall"] if volumes["shortfall"] > 0.0 else []
            first, last = float(self.record.level[w * outputs]), float(self.record.level[(w + 1) * outputs - 1])
            accounts[lake.name] = WaterAccount(
                water=lake.name,
                initial_storage=lake.hypsometry.storage(first),
                final_storage=lake.hypsometry.storage(last),
                volumes={term: volumes[term] for term in entries} | through[lake.name],
                unmet=wanting[lake.name]
                | {" + ".join(lake.leaving): gap for gap in (volumes["shortfall"],) if gap > 0.0},
                full_area=lake.hypsometry.area(lake.hypsometry.top),
            )
        return Account(accounts, self.numerical_error)

    @property
    def residual(self) -> float:
        """The largest residual of the water accounts [m³]."""
        return max((account.residual for account in self.account.values()), key=abs)

    @property
    def residual_relative(self) -> float:
        """The largest relative residual of the water accounts."""
        return max(account.residual_relative for account in self.account.values())

    @property
    def numerical_error(self) -> float:
        """The largest estimated numerical error of a level [m]: of the solution, not of its inputs."""
        lakes: Any = self.state.lake
        return float(max(lakes["largest_error"] if self.compiled else (lake.largest_error for lake in lakes)))

    @property
    def reconstructed(self) -> bool:
        """Whether a curve or a series of some water is reconstructed."""
        return any(water.reconstructed for water in self.system.waters)

    @cached_property
    def events(self) -> Events:
        """What happened, in the order of time."""
        count = _rows(self.state.clock)[0].events
        waters = [lake.name for lake in self.system.lakes] + [river.name for river in self.system.rivers]
        structures, rules = self.system.structures, self.system.rules
        noted = [
            Event(
                time=self._moment(row.time),
                reason=row.reason,
                water=waters[row.water],
                structure=structures[row.structure].name if row.structure >= 0 else "",
                level=row.level,
                threshold=row.threshold,
                opening_before=row.opening_before,
                opening_after=row.opening_after,
                rule=rules[row.rule] if row.rule >= 0 else None,
                overruled=rules[row.overruled] if row.overruled >= 0 else None,
                wish=row.wish,
                system=self.system,
            )
            for row in _rows(self.record.event[:count])
        ]
        events = [*self._from_the_start(), *noted, *(event for lake in self.system.lakes for event in self._over(lake))]
        return Events(sorted(events, key=lambda event: event.time))

    def _from_the_start(self) -> Iterator[Event]:
        """What holds from the start, so that nothing begins with its end."""
        start, system = self.times[0], self.system
        for lake in system.lakes:
            level, top = float(self.level[lake.name][0]), lake.hypsometry.top
            if level > top:
                yield Event(start, ABOVE_CURVE, lake.name, "", level, top, system=system)
        for structure in system.structures:
            if structure.flap and structure.tail is not None and structure.uses_tail:
                headwater, tailwater = (float(self.level[end][0]) for end in (structure.head, structure.tail))
                if tailwater > headwater and self.opening[structure.name][0] > 0.0:
                    yield Event(start, LOCKED_OUT, structure.head, structure.name, headwater, tailwater, system=system)

    def _over(self, lake: Lake) -> Iterator[Event]:
        """When a lake rises over its dike and falls back, the level being linear between outputs.

        Over the dike of a polder the lake runs in, as over a weir.
        """
        crest = lake.dike_crest
        if crest is None:
            return
        water, name, over, under = lake.name, "", OVER_DIKE, UNDER_DIKE
        for one in self.system.structures:
            dike = isinstance(one, Weir) and one.crest == crest
            if dike and (one.head, one.tail) == (lake.reclaimed_from, lake.name):
                water, name, over, under = one.head, one.name, RUNS_OVER, RUNS_OVER_NO_MORE
        depth = self.level[water] - crest
        if depth[0] > 0.0:
            yield Event(self.times[0], over, water, name, crest, crest, system=self.system)
        for k in np.flatnonzero((depth[1:] > 0.0) != (depth[:-1] > 0.0)):
            part = depth[k] / (depth[k] - depth[k + 1])
            time = self.times[k] + np.timedelta64(
                round(float(part * (self.times[k + 1] - self.times[k]).astype(int))), "ms"
            )
            yield Event(time, over if depth[k + 1] > 0.0 else under, water, name, crest, crest, system=self.system)

    def table(self) -> list[Column]:
        """Every column of the result, in the order of waters, then structures."""
        columns = []
        for water in self.system.waters:
            columns.append(Column(f"{water.name}.level_m", "m", "level", self.level[water.name]))
            if isinstance(water, River):
                continue
            columns.append(Column(f"{water.name}.storage_m3", "m3", "storage", self.storage[water.name]))
            columns.append(Column(f"{water.name}.inflow_m3_s", "m3/s", "inflow", self.inflow[water.name]))
            columns.append(Column(f"{water.name}.outflow_m3_s", "m3/s", "outflow", self.outflow[water.name]))
            for term in ("rain", "evaporation", "seepage"):
                series = getattr(water, term)
                if series is not None:
                    name = f"{water.name}.{term}_{series.unit.replace('/', '_')}"
                    columns.append(Column(name, series.unit, term, np.asarray(series.at(self.times))))
        for structure in self.system.structures:
            name = structure.name
            columns.append(Column(f"{name}.discharge_m3_s", "m3/s", "discharge", self.discharge[name]))
            columns.append(Column(f"{name}.opening", "1", "opening", self.opening[name]))
        return columns

    @cached_property
    def data(self) -> xr.Dataset:
        """The result as a labelled dataset; made on first use."""
        import xarray as xr

        from .. import __version__

        variables = {
            column.name: ("time", column.values, {"units": column.unit, "long_name": label(column.key, "en")})
            for column in self.table()
        }
        attributes = {
            "title": self.flood.title or self.system.title,
            "lakesim_version": __version__,
            "check": self.check or "",
            "reconstructed": int(self.reconstructed),
            "residual_relative": self.residual_relative,
            "numerical_error_m": self.numerical_error,
            "scenario": self.scenario,
            "case": self.case,
        }
        events = self.events.columns(self.system)
        return xr.Dataset({**variables, **events}, coords={"time": self.times}, attrs=attributes)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the result as a table: a `time` column and those of `table()`, each number in full."""
        columns = self.table()
        unit = "s" if np.all(self.times.astype(np.int64) % 1000 == 0) else "ms"
        times = self.times.astype(f"datetime64[{unit}]").astype(str)
        rows = zip(times, *(map(repr, column.values.tolist()) for column in columns), strict=True)
        with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["time", *(column.name for column in columns)])
            writer.writerows(rows)

    def to_netcdf(self, path: str | os.PathLike[str]) -> None:
        """Write the result as NetCDF-3, with units, and with the complete scenario if there is one."""
        numbers = {"dtype": "f8", "units": f"seconds since {str(self.times[0]).replace('T', ' ')}"}
        # scipy writes names in Latin-1, and the format wants them in UTF-8.
        data = self.data.rename({name: name.encode().decode("latin-1") for name in map(str, self.data.variables)})
        with replacing(path) as unfinished:
            whole = numbers["units"].replace("seconds", "milliseconds")  # of these no part is lost when it is read
            encoding = {"time": numbers, "event.time": numbers | {"units": whole}}
            data.to_netcdf(unfinished, engine="scipy", format="NETCDF3_64BIT", encoding=encoding)

    def __str__(self) -> str:
        return str(self.account)

    def __repr__(self) -> str:
        names = ", ".join(lake.name for lake in self.system.lakes)
        return f"<Result {names}, {self.times[0]} to {self.times[-1]}, {self.account.proof()}>"

    def _repr_html_(self) -> str:
        return self.account._repr_html_()
