"""Result: what happened, with its own proof."""

from __future__ import annotations

import csv
import html
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import balance, compiled
from .floods import Flood
from .labels import label, sentence
from .waters import LAKE_SERIES, River, System

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class WaterAccount:
    """The water account of one lake over a run; volumes are positive into the lake [m³].

        residual = Σ volumes − (final storage − initial storage)

    It proves that the books are right, not that the physics is. `unmet` is what structures, and a given outflow, would
    have taken had the lake held it.
    """

    water: str
    initial_storage: float
    final_storage: float
    volumes: Mapping[str, float]
    unmet: Mapping[str, float]
    final_area: float

    @property
    def residual(self) -> float:
        """What the volumes and the storages disagree by [m³]."""
        return sum(self.volumes.values()) - (self.final_storage - self.initial_storage)

    @property
    def turnover(self) -> float:
        """All that came in and all that went out, together [m³]."""
        return sum(abs(volume) for volume in self.volumes.values())

    @property
    def residual_relative(self) -> float:
        """The residual against the turnover, or against 1 mm on the lake if less than that moved."""
        return abs(self.residual) / max(self.turnover, 0.001 * self.final_area)


class Account(Mapping[str, WaterAccount]):
    """The water accounts of the lakes, by name; printed as a table in 10⁶ m³."""

    def __init__(self, accounts: Mapping[str, WaterAccount], numerical_error: float) -> None:
        self._accounts = dict(accounts)
        self._numerical_error = numerical_error

    def __getitem__(self, water: str) -> WaterAccount:
        return self._accounts[water]

    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    def rows(self, lang: str = "en") -> list[tuple[str, str, float]]:
        """The account as rows of water, entry in words, and volume [m³]."""
        rows = []
        for name, account in self._accounts.items():
            rows.append((name, label("initial_storage", lang), account.initial_storage))
            for term, volume in account.volumes.items():
                rows.append((name, label(term, lang) if term in (*LAKE_SERIES, "shortfall") else term, volume))
            rows.append((name, label("final_storage", lang), account.final_storage))
            rows.append((name, label("residual", lang), account.residual))
            for term, volume in account.unmet.items():
                if volume > 0.0:
                    rows.append((name, f"{label('shortfall', lang)}: {term}", volume))
        return rows

    def proof(self, lang: str = "en") -> str:
        """The last line of an account: relative residual, and numerical error of the levels."""
        worst = max(account.residual_relative for account in self._accounts.values())
        return (
            f"{label('residual', lang)} {worst:.1e}, "
            f"{label('numerical_error', lang)} {100.0 * self._numerical_error:.2g} cm"
        )

    def __str__(self) -> str:
        lines = [f"{name:<16}{entry:<28}{volume / 1e6:>16.6f}" for name, entry, volume in self.rows()]
        return "\n".join([f"{'':<44}{'10⁶ m³':>16}", *lines, self.proof()])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{html.escape(entry)}</td>"
            f"<td style='text-align:right'>{volume / 1e6:.6f}</td></tr>"
            for name, entry, volume in self.rows()
        )
        head = "<tr><th></th><th></th><th>10⁶ m³</th></tr>"
        return f"<table>{head}{rows}<tr><td colspan='3'>{html.escape(self.proof())}</td></tr></table>"


@dataclass(frozen=True)
class Event:
    """Something that happened, with its reason as a code; `sentence` says it in words."""

    time: np.datetime64
    reason: int
    water: str
    structure: str
    level: float
    threshold: float

    def sentence(self, lang: str = "en") -> str:
        """What happened and why, in a sentence."""
        return sentence(
            self.reason,
            lang,
            time=self.time,
            water=self.water,
            structure=self.structure,
            level=self.level,
            threshold=self.threshold,
        )

    def __str__(self) -> str:
        return self.sentence()


class Events(tuple[Event, ...]):
    """The events of a run in the order of time; printed as sentences."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no events"


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A hidden file beside `path` that takes its place when all is written, so that no half-written file is ever seen."""
    final = Path(path)
    unfinished = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)


@dataclass(frozen=True)
class Column:
    """One column of a result: `"<water>.level_m"`, `"<structure>.discharge_m3_s"`, …"""

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
    scenario : the complete scenario file of the run, if it came from one

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
    times: Times = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", self.flood.times)

    @property
    def compiled(self) -> bool:
        """Whether the compiled solver made it."""
        return isinstance(self.state.lake, np.ndarray)

    def _of_lakes(self, field_name: str) -> list[Any]:
        """A field of the table of lakes."""
        if isinstance(self.state.lake, np.ndarray):
            column: list[Any] = self.state.lake[field_name].tolist()
            return column
        return [getattr(row, field_name) for row in self.state.lake]

    def _per_lake(self, column: Sequence[float]) -> dict[str, Floats]:
        rows = np.asarray(column, dtype=np.float64).reshape(len(self.system.lakes), len(self.times))
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
        count = len(self.system.structures) * len(self.times)
        discharge, opening = np.zeros(count), np.zeros(count)
        entry: Any = compiled.entry(balance.rates_over) if self.compiled else balance.rates_over
        entry(self.layout, self.forcing, self.state, self.record, discharge, opening)
        shape = (len(self.system.structures), len(self.times))
        names = [structure.name for structure in self.system.structures]
        return (
            dict(zip(names, discharge.reshape(shape), strict=True)),
            dict(zip(names, opening.reshape(shape), strict=True)),
        )

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
        """Rain on each lake at the output times [m/s]."""
        return self._given("rain")

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
        w = names.index(water)
        seconds, level = self._of_lakes(f"{which}_time")[w], self._of_lakes(which)[w]
        return self.times[0] + np.timedelta64(round(seconds * 1000), "ms"), level

    @cached_property
    def account(self) -> Account:
        """The water account of each lake."""
        ledger = np.asarray(self.state.ledger)
        structures, lakes = self.system.structures, self.system.lakes
        unmet = len(structures) + balance.TERMS * len(lakes)
        accounts = {}
        for w, lake in enumerate(lakes):
            moved = ledger[len(structures) + balance.TERMS * w :][: balance.TERMS].tolist()
            volumes = {}
            for term, on_water in (
                ("rain", balance.RAIN),
                ("evaporation", balance.EVAPORATION),
                ("seepage", balance.SEEPAGE),
            ):
                if getattr(lake, term) is not None:
                    volumes[term] = moved[on_water] if term == "rain" else -moved[on_water]
            for term, factor in lake.arriving.items():
                volumes[term] = factor * getattr(lake, term).volume(*self.flood.period)
            for term in lake.leaving:
                volumes[term] = -getattr(lake, term).volume(*self.flood.period)
            if moved[balance.UNDELIVERED] > 0.0:
                volumes["shortfall"] = moved[balance.UNDELIVERED]
            volumes = {term: volumes[term] for term in (*LAKE_SERIES, "shortfall") if term in volumes}
            wishes = {}
            for j, structure in enumerate(structures):
                if lake.name in (structure.head, structure.tail):
                    volumes[structure.name] = float(-ledger[j] if structure.head == lake.name else ledger[j])
                if lake.name == structure.head:
                    wishes[structure.name] = float(ledger[unmet + j])
            first, last = self.level[lake.name][[0, -1]]
            accounts[lake.name] = WaterAccount(
                water=lake.name,
                initial_storage=float(lake.hypsometry.storage(first)),
                final_storage=float(lake.hypsometry.storage(last)),
                volumes=volumes,
                unmet=wishes,
                final_area=float(lake.hypsometry.area(last)),
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
        return float(max(self._of_lakes("largest_error")))

    @property
    def reconstructed(self) -> bool:
        """Whether a curve or a series of some water is reconstructed."""
        return any(water.reconstructed for water in self.system.waters)

    @cached_property
    def events(self) -> Events:
        """What happened, in the order of time."""
        count = int(self.state.clock[0]["events"] if self.compiled else self.state.clock[0].events)  # type: ignore[index]
        rows = [row if self.compiled else row for row in self.record.event[:count]]
        names = [water.name for water in (*self.system.lakes, *self.system.rivers)]
        structures = [structure.name for structure in self.system.structures]
        events = []
        for row in rows:
            one = {
                key: row[key] if self.compiled else getattr(row, key)
                for key in ("time", "water", "structure", "reason", "level", "threshold")
            }  # type: ignore[index]
            events.append(
                Event(
                    time=self.times[0] + np.timedelta64(round(float(one["time"]) * 1000), "ms"),
                    reason=int(one["reason"]),
                    water=names[int(one["water"])],
                    structure=structures[int(one["structure"])] if one["structure"] >= 0 else "",
                    level=float(one["level"]),
                    threshold=float(one["threshold"]),
                )
            )
        return Events(events)

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
                if getattr(water, term) is not None:
                    columns.append(Column(f"{water.name}.{term}_m_s", "m/s", term, self._given(term)[water.name]))
        for structure in self.system.structures:
            name = structure.name
            columns.append(Column(f"{name}.discharge_m3_s", "m3/s", "discharge", self.discharge[name]))
            columns.append(Column(f"{name}.opening", "1", "opening", self.opening[name]))
        return columns

    @cached_property
    def data(self) -> xr.Dataset:
        """The result as a labelled dataset; made on first use."""
        import xarray as xr

        from . import __version__

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
        }
        events = {
            f"event.{key}": (
                "event",
                np.array([getattr(event, key) for event in self.events], dtype=np.float64),
                {"units": unit},
            )
            for key, unit in (("level", "m"), ("threshold", "m"), ("reason", "1"))
        }
        events["event.time"] = ("event", np.array([event.time for event in self.events], dtype="datetime64[ns]"), {})  # type: ignore[assignment]
        return xr.Dataset(
            {**variables, **events}, coords={"time": self.times.astype("datetime64[ns]")}, attrs=attributes
        )

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the result as a table: a `time` column and those of `table()`, each number in full."""
        columns = self.table()
        unit = "s" if np.all(self.times.astype(np.int64) % 1000 == 0) else "ms"
        rows = zip(
            np.datetime_as_string(self.times, unit=unit), *(map(repr, c.values.tolist()) for c in columns), strict=True
        )
        with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["time", *(column.name for column in columns)])
            writer.writerows(rows)

    def to_netcdf(self, path: str | os.PathLike[str]) -> None:
        """Write the result as NetCDF-3, with units, and with the complete scenario if there is one."""
        numbers = {"dtype": "f8", "units": f"seconds since {str(self.times[0]).replace('T', ' ')}"}
        with replacing(path) as unfinished:
            encoding = {"time": numbers, "event.time": numbers}
            self.data.to_netcdf(unfinished, engine="scipy", format="NETCDF3_64BIT", encoding=encoding)

    def __str__(self) -> str:
        return str(self.account)

    def __repr__(self) -> str:
        names = ", ".join(lake.name for lake in self.system.lakes)
        return f"<Result {names}, {self.times[0]} to {self.times[-1]}, {self.account.proof()}>"

    def _repr_html_(self) -> str:
        return self.account._repr_html_()
