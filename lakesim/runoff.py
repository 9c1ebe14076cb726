"""Runoff: rain on a catchment to the inflow of a lake.

The land of a plain lake is of four kinds, as drainage practice there has them: water (水面), paddy (水田), dry land
(旱地) and town (城镇). Each loses of the rain what it evaporates, holds and lets seep away, and sheds the rest. What it
sheds reaches the lake through a linear reservoir; what seeps away, through a slow one, as baseflow. Stores and
reservoirs are solved exactly for rates that are steady through a step, so that no water is made or lost.

Where the land drains by gravity, the runoff is the inflow of the lake itself. Where it lies lower and is pumped, the
water that stands on its fields and in its canals is a lake of its own, and a pump lifts it: of limited capacity, and
stopped where the lake stands too high (限排, pumping restriction) by a rule.

    fields = Lake(name="fields", hypsometry=…, initial_level=…, inflow=catchment.runoff(rain, evaporation))
    lift = Pump(name="lift", head="fields", tail="lake", start_level=…, capacity="120 m3/s")
    limit = ShutOff(structure="lift", watch="tail", above="26.5 m", resume="26.4 m")

The rain on the fields is in their runoff then, and is not given to their lake a second time.

Irrigation is not in it, nor that fields are drained in winter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from .series import Series
from .series.reading import Dates, Given, When, date_text, instant
from .units import Area, Duration, Fraction, Length, Quantity, Record, to_si

Floats = NDArray[np.float64]
Read = TypeVar("Read")
Percolation = Annotated[float, Quantity("m/s", "percolation rate", minimum=0.0)]
Factor = Annotated[float, Quantity("", "factor", minimum=0.0)]
Baseflow = Annotated[float, Quantity("m3/s", "discharge", minimum=0.0)]

SURFACES = ("water", "paddy", "dry", "town")
"""The four kinds of land."""

STEP = 3600.0
"""Time in which rain and evaporation are taken as steady, unless said otherwise [s]."""

LONGEST_STEP = 366 * 86_400_000.0
"""A longer step is refused [ms]."""

MOST_STEPS = 2_000_000
"""More steps than this are refused, because they would take minutes; hours of two centuries are fewer."""

MM_A_DAY = 0.001 / 86400.0


class Catchment(Record):
    """Land that drains into a lake: its four surfaces, what each holds back, and how fast the rest arrives.

    The areas can be read off a map. **Every other default is assumed**: a plain round number for a warm and humid
    lowland, to be replaced by a local or a fitted one.

    Parameters
    ----------
    water, paddy, dry, town : areas [m2], one of them above 0. The water is ponds and canals that stand higher than the
        lake and spill into it; waters at the lake's own level belong into the lake's curve
    water_depth : how far that water can fall below its outlet before it has dried up [m]; it starts full
    ponding_depth : height of the field outlets above the paddy, up to which water stands on it [m]
    initial_ponding : depth of the water on the paddy at the start [m]
    crop_coefficient : evaporation of the paddy to that of open water
    paddy_percolation : what seeps away below the paddy while water stands on it [m/s]
    moisture_capacity : water that the soil of dry land holds before it sheds rain [m], 1 mm at least
    initial_moisture : moisture of the soil at the start, as a share of its capacity
    dry_percolation : what seeps away below dry land when its soil is full; less in proportion to its moisture [m/s]
    paved : share of the town that is sealed; the rest takes up rain as dry land does
    wetting_loss : depth of rain that stays on sealed ground and dries there [m]
    storage_constant : k of the linear reservoirs, which are empty at the start: the mean time from a surface to the
        lake [s]; 0 is at once
    water_constant, paddy_constant, dry_constant, town_constant : a surface's own k, where it is not the common one [s]
    baseflow_constant : k of what has seeped away [s]
    initial_baseflow : baseflow at the start [m3/s]

    Raises
    ------
    ValueError
        If all areas are 0, the paddy starts above its outlets, the soil holds nothing, or baseflow comes from no store.

    Examples
    --------
    A day with 120 mm on paddy that holds 70 mm more than stands on it, without losses, and then one without rain:

    >>> land = Catchment(paddy="1000 km2", paddy_percolation=0.0, storage_constant="1 d")
    >>> rain = Series(["2020-07-05", "2020-07-06", "2020-07-07"], [0.120 / 86400, 0.0], "means", "m/s", "rain")
    >>> none = Series.constant(0.0, "m/s", name="evaporation")
    >>> land.runoff(rain, none)
    <Series runoff, 48 means, 0 … 463.552 m3/s, 2020-07-05 to 2020-07-07>
    >>> account = land.course(rain, none).account
    >>> {entry: round(volume / 1e6, 2) for entry, volume in account.volumes.items() if volume}  # 10⁶ m3
    {'rain': 120.0, 'paddy': -34.96}
    >>> {store: round(volume / 1e6, 2) for store, volume in account.final.items() if volume}
    {'paddy': 100.0, 'drains': 15.04}
    """

    water: Area = 0.0
    paddy: Area = 0.0
    dry: Area = 0.0
    town: Area = 0.0
    water_depth: Length = 1.0
    ponding_depth: Length = 0.10
    initial_ponding: Length = 0.03
    crop_coefficient: Factor = 1.1
    paddy_percolation: Percolation = 2.0 * MM_A_DAY
    moisture_capacity: Length = 0.12
    initial_moisture: Fraction = 0.5
    dry_percolation: Percolation = 1.0 * MM_A_DAY
    paved: Fraction = 0.7
    wetting_loss: Length = 0.002
    storage_constant: Duration = 43200.0
    water_constant: Duration | None = None
    paddy_constant: Duration | None = None
    dry_constant: Duration | None = None
    town_constant: Duration | None = None
    baseflow_constant: Duration = 20.0 * 86400.0
    initial_baseflow: Baseflow = 0.0

    @model_validator(mode="after")
    def _check(self) -> Catchment:
        faults = []
        if not any(self.areas.values()):
            faults.append(f"no surface has an area; give one of {', '.join(SURFACES)}")
        if self.initial_ponding > self.ponding_depth:
            faults.append(
                f"the initial ponding {self.initial_ponding:g} m lies above the ponding depth "
                f"{self.ponding_depth:g} m, at which the paddy spills; lower it"
            )
        if self.moisture_capacity < 0.001:
            faults.append(f"the moisture capacity is {self.moisture_capacity:g} m; soil holds more, give 1 mm at least")
        if self.initial_baseflow > 0.0 and self.baseflow_constant == 0.0:
            faults.append("the initial baseflow comes from water in the ground; give a baseflow constant above 0")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def areas(self) -> dict[str, float]:
        """The area of each surface [m2]."""
        return {name: getattr(self, name) for name in SURFACES}

    def runoff(
        self,
        rain: Series,
        evaporation: Series,
        *,
        start: When | None = None,
        end: When | None = None,
        step: Given = STEP,
    ) -> Series:
        """The discharge of all surfaces and the baseflow together, means over steps [m3/s].

        Parameters
        ----------
        rain : rain on the catchment [m/s]
        evaporation : evaporation of open water [m/s]; paddy evaporates this times its crop coefficient while water
            stands on it, soil in proportion to its moisture
        start, end : first and last moment; by default of the period that rain and evaporation have in common
        step : time in which rain and evaporation are taken as steady [s]; the last step may be shorter

        Raises
        ------
        ValueError
            If rain or evaporation is not in m/s, is negative or does not cover the period, or the step is 0.
        """
        return self.course(rain, evaporation, start=start, end=end, step=step).inflow

    def course(
        self,
        rain: Series,
        evaporation: Series,
        *,
        start: When | None = None,
        end: When | None = None,
        step: Given = STEP,
    ) -> Runoff:
        """The runoff with its parts and its water account; parameters and errors are those of `runoff`."""
        _check_units(rain, evaporation)
        edges = _edges(rain, evaporation, start, end, step)
        seconds = np.diff(edges) / np.timedelta64(1, "s")
        fell, dried = _depths(rain, edges), _depths(evaporation, edges)
        surfaces = self._surfaces(fell, dried, seconds)

        discharge, initial, final = {}, {}, {}
        drains, seeping = 0.0, np.zeros_like(seconds)
        for name, area in self.areas.items():
            surface, own = surfaces[name], getattr(self, f"{name}_constant")
            constant = self.storage_constant if own is None else own
            discharge[name], under_way = _reservoir(area * surface.runoff / seconds, seconds, constant, 0.0)
            drains += under_way
            seeping = seeping + area * surface.percolation / seconds
            initial[name], final[name] = area * float(surface.held[0]), area * float(surface.held[-1])
        ground = self.baseflow_constant * self.initial_baseflow
        discharge["baseflow"], left = _reservoir(seeping, seconds, self.baseflow_constant, ground)

        evaporated = sum(area * float(surfaces[name].evaporation.sum()) for name, area in self.areas.items())
        account = CatchmentAccount(
            initial=initial | {"drains": 0.0, "ground": ground},
            final=final | {"drains": drains, "ground": left},
            volumes={
                "rain": sum(self.areas.values()) * float(fell.sum()),
                "evaporation": -evaporated,
                **{name: -float(part @ seconds) for name, part in discharge.items()},
            },
        )
        parts = {name: Series(edges, part, "means", "m3/s", name) for name, part in discharge.items()}
        whole = np.sum([*discharge.values()], axis=0)
        return Runoff(Series(edges, whole, "means", "m3/s", "runoff"), parts, account)

    def _surfaces(self, rain: Floats, evaporation: Floats, seconds: Floats) -> dict[str, _Surface]:
        """What becomes of the rain on each surface, from depths of rain and evaporation in each step [m]."""
        none = np.zeros_like(seconds)
        water = _ponding(rain, evaporation, none, self.water_depth, self.water_depth)
        paddy = _ponding(
            rain,
            self.crop_coefficient * evaporation,
            self.paddy_percolation * seconds,
            self.ponding_depth,
            self.initial_ponding,
        )
        dry = _soil(rain, evaporation, self.dry_percolation * seconds, self.moisture_capacity, self.initial_moisture)
        sealed = _ponding(rain, evaporation, none, self.wetting_loss, 0.0)
        town = _Surface(*(self.paved * on + (1.0 - self.paved) * off for on, off in zip(sealed, dry, strict=True)))
        return {"water": water, "paddy": paddy, "dry": dry, "town": town}


class Runoff(NamedTuple):
    """What a catchment gives: the inflow of the lake, its parts by surface and baseflow [m3/s], and the account."""

    inflow: Series
    parts: Mapping[str, Series]
    account: CatchmentAccount


@dataclass(frozen=True)
class CatchmentAccount:
    """The water account of a catchment; volumes are positive into it [m3].

        residual = Σ volumes − (Σ final − Σ initial)

    `volumes` holds the rain, the evaporation, the runoff of each surface and the baseflow; `initial` and `final` what
    each surface holds, what is on its way in the `drains`, and what has seeped into the `ground`.
    """

    initial: Mapping[str, float]
    final: Mapping[str, float]
    volumes: Mapping[str, float]

    @property
    def residual(self) -> float:
        """What the volumes and the stores disagree by [m3]."""
        return sum(self.volumes.values()) - (sum(self.final.values()) - sum(self.initial.values()))

    @property
    def runoff_coefficient(self) -> float | None:
        """Runoff and baseflow that reached the lake, as a share of the rain; None without rain."""
        reached = -sum(self.volumes[name] for name in (*SURFACES, "baseflow"))
        return reached / self.volumes["rain"] if self.volumes["rain"] > 0.0 else None


class _Surface(NamedTuple):
    """What becomes of the rain on a surface, each as a depth in every step [m], and what it holds at their ends [m]."""

    runoff: Floats
    evaporation: Floats
    percolation: Floats
    held: Floats


def _ponding(rain: Floats, evaporation: Floats, percolation: Floats, depth: float, start: float) -> _Surface:
    """Water that stands on a surface, between none and a depth above which it spills.

        d held/dt = rain − evaporation − percolation,  0 ≤ held ≤ depth

    With steady rates it rises or falls in a straight line until it spills or is gone, so that the end of a step
    tells all that went on in it. A surface that has dried up loses its rain and no more, to each in its proportion.
    """
    gain = rain - evaporation - percolation
    held = np.fromiter(
        accumulate(gain.tolist(), lambda held, more: min(max(held + more, 0.0), depth), initial=start), float
    )
    wish = held[:-1] + gain
    lost = np.where(wish > 0.0, evaporation + percolation, held[:-1] + rain)
    return _Surface(np.maximum(wish - depth, 0.0), *_shared(lost, evaporation, percolation), held)


def _soil(rain: Floats, evaporation: Floats, percolation: Floats, capacity: float, share: float) -> _Surface:
    """Soil that loses in proportion to its moisture, and sheds what it cannot hold (saturation excess 蓄满产流).

        d held/dt = rain − (evaporation + percolation)·held/capacity,  held ≤ capacity

    With steady rates the moisture follows an exponential. It fills, if it does, at the part `filled` of the step

        filled = ln(1 + x·(capacity − held)/(rain − losses)) / x,   x = losses/capacity,

    from where on it sheds what falls beyond its full losses.

    Source: Zhao Renjun, The Xinanjiang model applied in China, Journal of Hydrology 135 (1992); here with one layer of
    soil, one capacity for all of it, and percolation that goes the way of evaporation.
    """
    losses = evaporation + percolation
    x = losses / capacity
    losing = x > 0.0
    kept = np.exp(-x)
    gain = rain * np.divide(-np.expm1(-x), x, out=np.ones_like(x), where=losing)
    pairs = zip(kept.tolist(), gain.tolist(), strict=True)
    held = np.fromiter(
        accumulate(pairs, lambda held, one: min(one[0] * held + one[1], capacity), initial=share * capacity), float
    )
    before = held[:-1]
    # Rain that only equals the losses keeps full soil full, whatever the last bit says. Without losses it fills in a
    # straight line.
    full = (kept * before + gain > capacity) & (rain > losses)
    surplus = np.where(full, rain - losses, 1.0)
    rise = (capacity - before) / surplus
    filled = np.minimum(np.divide(np.log1p(x * rise), x, out=rise, where=losing), 1.0)
    runoff = np.where(full, surplus * (1.0 - filled), 0.0)
    lost = before + rain - held[1:] - runoff
    return _Surface(runoff, *_shared(lost, evaporation, percolation), held)


def _shared(lost: Floats, evaporation: Floats, percolation: Floats) -> tuple[Floats, Floats]:
    """Divide what was lost as it was wanted; the last bit may leave less than nothing, which is none."""
    wanted = evaporation + percolation
    part = np.divide(np.maximum(lost, 0.0), wanted, out=np.zeros_like(wanted), where=wanted > 0.0)
    return part * evaporation, part * percolation


def _reservoir(inflow: Floats, seconds: Floats, constant: float, start: float) -> tuple[Floats, float]:
    """Mean outflow of a linear reservoir in each step [m3/s], and what it holds at the end [m3].

        d storage/dt = inflow − outflow,  outflow = storage/k,  so with a steady inflow
        storage(t) = storage(0)·exp(−t/k) + inflow·k·(1 − exp(−t/k))

    Source: V. T. Chow, D. R. Maidment, L. W. Mays, Applied Hydrology, McGraw-Hill 1988, section 8.5.
    """
    if constant == 0.0:
        return inflow, 0.0
    kept, gain = np.exp(-seconds / constant), -constant * np.expm1(-seconds / constant) * inflow
    pairs = zip(kept.tolist(), gain.tolist(), strict=True)
    storage = np.fromiter(accumulate(pairs, lambda storage, one: one[0] * storage + one[1], initial=start), float)
    return inflow - np.diff(storage) / seconds, float(storage[-1])


def _check_units(rain: Series, evaporation: Series) -> None:
    faults = []
    for word, series in (("rain", rain), ("evaporation", evaporation)):
        if series.unit != "m/s":
            faults.append(
                f"the {word} is in {series.unit or 'no unit'}, and m/s is needed; give it as a depth in a time"
            )
        lowest = min(float(series.values.min()), series.outside or 0.0)
        if lowest < 0.0:
            faults.append(f"the {word} falls to {lowest:g} m/s; correct the values below 0")
    if faults:
        raise ValueError("\n".join(faults))


def _edges(rain: Series, evaporation: Series, start: When | None, end: When | None, step: Given) -> Dates:
    """The ends of the steps from start to end."""
    dated = [series for series in (rain, evaporation) if series.period is None and series.outside is None]
    if not dated and (start is None or end is None):
        raise ValueError(
            "neither the rain nor the evaporation has a first and a last date; give start and end of the runoff too"
        )
    first = max(series.times[0] for series in dated) if start is None else _read("start", instant, start)
    last = min(series.times[-1] for series in dated) if end is None else _read("end", instant, end)
    if first >= last:
        covered = f"the rain and the evaporation have nothing in common from {date_text(first)} to {date_text(last)}"
        asked = f"the end {date_text(last)} is not after the start {date_text(first)}"
        raise ValueError(f"{covered if start is None and end is None else asked}; give other dates")
    ms = 1000.0 * _read("step", to_si, step, "s")
    if not 1.0 <= ms <= LONGEST_STEP:
        raise ValueError(f"the step is {step!r}; it has to be a millisecond at least, and a year at most")
    count = -(int((last - first).astype(np.int64)) // -round(ms))
    if count > MOST_STEPS:
        raise ValueError(
            f"the step {step!r} makes {count} steps from {date_text(first)} to {date_text(last)}, and at most "
            f"{MOST_STEPS} are taken; give a longer step"
        )
    edges: Dates = first + (np.arange(count) * round(ms)).astype("timedelta64[ms]")
    return np.append(edges, last)


def _read(word: str, read: Callable[..., Read], *given: object) -> Read:
    """Read what was given, or say what it was given as."""
    try:
        return read(*given)
    except ValueError as fault:
        raise ValueError(f"the {word} {fault}") from None


def _depths(series: Series, edges: Dates) -> Floats:
    """What a rate makes in each step [m], exactly."""
    seconds, values, slopes = series.over(edges[0], edges[-1])
    ends = (edges - edges[0]).astype(np.int64) / 1000
    cuts = np.union1d(seconds, ends)
    piece = seconds.searchsorted(cuts[:-1], "right") - 1
    middle = 0.5 * (cuts[:-1] + cuts[1:]) - seconds[piece]
    depths: Floats = np.add.reduceat(
        (values[piece] + slopes[piece] * middle) * np.diff(cuts), cuts.searchsorted(ends[:-1])
    )
    return depths
