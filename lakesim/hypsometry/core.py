"""The level–area–storage curve of one water: read, check, and read off in both directions.

The curve is held by intervals between contours. In interval i, with rise = level - level_i,

    area(level)    = area_i + slope_i rise
    storage(level) = storage_i + area_i rise + 1/2 slope_i rise²

so that storage is the exact integral of area, and level(storage) the exact root of a quadratic.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal, Self, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr, ValidationError, model_validator

from ..units import Areas, Levels, Record, Storages, Values, to_si
from .bed import Bed

WARN_APART = 0.05  # storage and area of one interval differ by more: warned
REFUSE_APART = 0.15  # by more than this: refused without a reason
ROUNDING = 0.01  # a fall of the area that a storage table implies, up to which it counts as rounding

Column = tuple[float, ...]
FloatArray = NDArray[np.float64]


class HypsometryWarning(UserWarning):
    """A curve is used although its table contradicts itself in the rows named."""


class Hypsometry(Record):
    """The level–area–storage curve of one water.

    Give areas, storages, or both, one for each level. What holds between the contours:

    * areas: area is linear, storage its integral from 0 at the bottom;
    * storages: storage is linear, as level–storage tables are read in HEC-HMS, so area is constant in an interval
      and jumps at its ends (at a contour it is the area above);
    * both: storage rules; the areas give the shape inside an interval, scaled so that their integral is the storage.

    The bottom is the lowest contour, or the highest contour without water where several rows stand at zero. If its
    storage is above zero, what lies deeper is unknown and the lake counts as dry at the bottom. Above the last contour
    the curve goes on with the last slope.

    Parameters
    ----------
    levels : [m], rising
    areas : [m2], not falling
    storages : [m3], rising
    accept : why a curve that contradicts itself is used all the same; with a reason a level may also stand twice, with
        the area below it and the area above it, where land lies flat at that level

    Raises
    ------
    ValueError
        For an impossible curve: all faulty rows at once, counted from 1. Also where storage and area of an interval
        are more than 15 % of the storage apart, unless `accept` gives a reason.

    Warns
    -----
    HypsometryWarning
        Unless `accept` gives a reason: storage and area more than 5 % apart; or storages alone whose rise per metre
        falls by more than 1 % from one interval to the next, which no open lake does but rounded tables do.

    Examples
    --------
    >>> lake = Hypsometry(levels=[20, 24, 26], areas=["0 km2", "100 km2", "120 km2"])
    >>> lake.storage(25.0)
    305000000.0
    >>> lake.level(305e6), lake.area(25.0)
    (25.0, 110000000.0)
    >>> print(lake)
    3 contours: level 20 … 26 m, storage 0 … 4.2e+08 m3, area 0 … 1.2e+08 m2
    """

    levels: Levels
    areas: Areas | None = None
    storages: Storages | None = None
    accept: str | None = None

    _curve: tuple[Column, Column, Column, Column] = PrivateAttr()

    @model_validator(mode="after")
    def _build(self) -> Self:
        columns = self.levels, self.areas, self.storages
        faults = [*_faults(*columns, flat=bool(self.accept))]
        apart = {} if faults or self.accept else _apart(*columns)
        faults += [f'{text}; correct it, or accept = "reason"' for text, part in apart.items() if part > REFUSE_APART]
        if faults:
            raise ValueError("; ".join(faults))
        doubts = [] if self.accept else [text for text, part in apart.items() if part > WARN_APART]
        doubts += [] if self.accept else _overhangs(*columns)
        if doubts:
            doubts.append('check the table, or accept = "reason"')
            warnings.warn("; ".join(doubts), HypsometryWarning, stacklevel=2)
        self._curve = _intervals(*columns)
        return self

    @classmethod
    def prism(cls, bottom: float | str, top: float | str, area: float | str) -> Self:
        """Return a water with vertical walls: storage = area (level - bottom).

        >>> Hypsometry.prism(20, 25, "3 km2").storage(22.0)
        6000000.0
        """
        return cls(levels=(bottom, top), areas=(area, area))

    @classmethod
    def power_law(
        cls,
        bottom: float | str,
        top: float | str,
        *,
        exponent: float,
        area: float | str | None = None,
        storage: float | str | None = None,
    ) -> Self:
        """Return storage = storage(top) x^exponent with x = (level - bottom) / (top - bottom).

        Exponent 1 is a prism, 2 a channel with straight banks, 3 a cone; give either the area or the storage at the
        top. Exponents 1 and 2 are exact. Others become a table of 129 contours, one at the bottom and 128 from
        x = 0.001 to 1 in equal ratios: its storage is exact at the contours and within 1e-4 of the storage itself
        between them (below x = 0.001 within 3e-4 of storage(top)), its area within 0.3 %.

        >>> cone = Hypsometry.power_law("20 m", "30 m", exponent=3, storage="6 hm3")
        >>> round(cone.storage(25.0), -2)
        750000.0
        """
        if not 1 <= exponent <= 5:
            raise ValueError(f"exponent {exponent!r} is outside 1 … 5; 1 is a prism, a bowl has 2 or more")
        if (area is None) == (storage is None):
            raise ValueError(f"area {area!r} and storage {storage!r} at the top: give one of the two")
        bottom, top = to_si(bottom, "m"), to_si(top, "m")
        height = top - bottom
        if height <= 0.0:
            raise ValueError(f"top {top!r} m is not above bottom {bottom!r} m; a curve rises")
        full = to_si(storage, "m3") if area is None else to_si(area, "m2") * height / exponent
        if exponent in (1, 2):
            widest = exponent * full / height
            return cls(levels=(bottom, top), areas=(widest if exponent == 1 else 0.0, widest))
        x = np.concatenate(([0.0], np.geomspace(1e-3, 1.0, 128)))
        return cls(
            levels=(*(bottom + height * x[:-1]), top),
            areas=exponent * full / height * x ** (exponent - 1),
            storages=full * x**exponent,
            accept="a power law, a parabola below a thousandth of its height",
        )

    @classmethod
    def from_csv(cls, path: str | Path, *, columns: Mapping[str, str] | None = None, accept: str | None = None) -> Self:
        """Read a table whose header names quantity and unit: `level [m]`, `area [km2]`, `storage [hm3]`.

        Parameters
        ----------
        path : a comma-separated file in UTF-8; lines that begin with # and further columns are skipped
        columns : the header as it should read, by the header as it stands: {"elev_ft": "level [ft]"}
        accept : as in Hypsometry

        Raises
        ------
        ValueError
            With the file's name, for a header without units, a short row, and whatever Hypsometry refuses. Rows are
            counted from 1 below the header.
        """
        try:
            return cls(**_read_table(Path(path), columns or {}), accept=accept)
        except UnicodeDecodeError:
            raise ValueError(f"{path}: not UTF-8; save it as UTF-8") from None
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, fault['loc']))} {fault['msg']}".strip() for fault in error.errors()]
            raise ValueError(f"{path}: {'; '.join(faults)}") from None

    def storage(self, level: Values) -> Values:
        """Return the storage [m3] at a level [m], for one level or an array; ValueError below the bottom."""
        levels, storages, areas, slopes = self._columns
        i, rise = _place(level, levels, "level", "m")
        storage = storages[i] + rise * (areas[i] + 0.5 * slopes[i] * rise)
        return _like(level, np.minimum(storage, _upper(storages, i)))

    def level(self, storage: Values) -> Values:
        """Return the level [m] at a storage [m3], for one or an array; ValueError below the storage at the bottom.

        The root of storage(level) = storage, in the form that loses no digits where area or slope is zero.
        """
        levels, storages, areas, slopes = self._columns
        i, more = _place(storage, storages, "storage", "m3")
        twice_mean_area = areas[i] + np.sqrt(areas[i] * areas[i] + 2.0 * slopes[i] * more)
        # Both are zero at the tip of a cone, where there is nothing to rise.
        rise = np.divide(2.0 * more, twice_mean_area, out=np.zeros_like(more), where=twice_mean_area > 0.0)
        return _like(storage, np.minimum(levels[i] + rise, _upper(levels, i)))

    def area(self, level: Values) -> Values:
        """Return the area [m2] at a level [m], for one level or an array; ValueError below the bottom."""
        levels, _, areas, slopes = self._columns
        i, rise = _place(level, levels, "level", "m")
        return _like(level, areas[i] + slopes[i] * rise)

    def enclosed(self, area: float, ground: float | Literal["shallowest"]) -> tuple[Self, Self]:
        """Return what is left of the lake, and the polder, when a dike takes land from it.

            polder.area(z) = area(z) − a, but from 0 to the area taken;  lake.area(z) = area(z) − polder.area(z)

        with a = area(ground), so that the land between the level `ground` and higher contours is taken; or
        a = area(top) − area taken, the land that lies highest. Both add up to this curve at every level.

        Parameters
        ----------
        area : of the land that is taken [m2]
        ground : level at which that land begins [m], or `"shallowest"`

        Raises
        ------
        ValueError
            If there is not that much land from that level up, or no lake would be left.

        Examples
        --------
        >>> lake, polder = Hypsometry(levels=[20, 24, 26], areas=[0, 100, 120]).enclosed(20.0, "shallowest")
        >>> polder.bottom, polder.area(25.0), lake.area(25.0), lake.area(22.0)
        (24.0, 10.0, 100.0, 50.0)
        """
        bed = self._bed
        whole = bed.whole
        if not area > 1e-9 * whole:
            raise ValueError(f"the area taken is {area:g} m2 of {whole:g} m2; take more")
        if ground != "shallowest" and not self.bottom <= ground <= self.top:
            raise ValueError(
                f"the ground {ground:g} m does not lie between the bottom {self.bottom:g} m and the last contour "
                f"{self.top:g} m; take one that does"
            )
        least = whole - area if ground == "shallowest" else float(bed.below(np.array(ground)))
        if least <= 0.0 and area >= whole:
            raise ValueError(f"the area taken, {area:g} m2, is all of the lake, {whole:g} m2; take less")
        if (there := whole - least) < area * (1.0 - 1e-12):
            raise ValueError(
                f"the area taken, {area:g} m2, is more than the {there:g} m2 that lie above {ground} m; take less, or "
                "land that lies lower"
            )
        lake, polder = bed.split(least, least + area, () if ground == "shallowest" else (ground,))
        return self._edited(lake, self.curve_storage[0]), self._edited(polder, 0.0)

    def joined(self, other: Hypsometry) -> Self:
        """Return the curve of two waters that become one: their areas add at every level, and so do their storages.

        >>> half = Hypsometry.prism(20, 25, "2 km2").joined(Hypsometry.prism(22, 25, "1 km2"))
        >>> half.area(21.0), half.area(23.0), half.storage(23.0)
        (2000000.0, 3000000.0, 7000000.0)
        """
        return self._edited(self._bed + other._bed, self.curve_storage[0] + other.curve_storage[0])

    def share(self, part: float) -> Self:
        """Return the same share of this curve at every level, above 0 and up to 1.

        >>> Hypsometry.prism(20, 25, "2 km2").share(0.25).area(21.0)
        500000.0
        """
        if not 0.0 < part <= 1.0:
            raise ValueError(f"the share {part:g} is outside 0 … 1; take a part of the curve, or all of it")
        return self._edited(self._bed * part, part * self.curve_storage[0])

    def deepened(self, volume: float, below: float) -> Self:
        """Return the curve after so much ground was taken from the bed below a level; a negative volume is silt.

        The bed sinks, or rises, in proportion to the depth of the water over it, up to the level `below`:

            new depth = depth (1 + volume / storage below),   counted down from `below`

        so that from there to the top the storage is greater by the volume at every level, and the area is as it was.

        Parameters
        ----------
        volume : of the ground that is taken [m3], or filled in where it is negative
        below : level under which it is taken [m]

        Raises
        ------
        ValueError
            If the level does not lie between bottom and top, or more is filled in than there is water below it.

        Examples
        --------
        >>> lake = Hypsometry.prism(20, 25, "1 km2").deepened(1e6, below=24.0)
        >>> lake.bottom, lake.storage(25.0)
        (19.0, 6000000.0)
        """
        if not self.bottom < below <= self.top:
            raise ValueError(
                f"the level {below:g} m does not lie between the bottom {self.bottom:g} m and the last contour "
                f"{self.top:g} m; take one that does"
            )
        water = float(self.storage(below)) - self.curve_storage[0]
        if not volume > -water:
            raise ValueError(
                f"the volume filled in, {-volume:g} m3, is all of the {water:g} m3 that the lake holds below {below:g} "
                "m; fill in less, or up to a higher level"
            )
        return self._edited(self._bed.stretched(1.0 + volume / water, below), self.curve_storage[0])

    @property
    def _bed(self) -> Bed:
        return Bed(*(np.array(column) for column in (self.curve_level, self.curve_area, self.curve_slope)))

    def _edited(self, bed: Bed, dead_storage: float) -> Self:
        """A curve from a bed and the storage at its bottom, where what lies deeper is unknown."""
        levels, areas = bed.rows()
        flat = "flat land" if len(set(levels)) < len(levels) else None
        storages = None
        if dead_storage > 0.0:
            ends = zip(pairwise(levels), pairwise(areas), strict=True)
            storages = tuple(
                accumulate((0.5 * (a0 + a1) * (z1 - z0) for (z0, z1), (a0, a1) in ends), initial=dead_storage)
            )
        return type(self)(levels=levels, areas=areas, storages=storages, accept=self.accept or flat)

    @cached_property
    def _columns(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Level, storage, area and slope of the intervals as arrays."""
        level, storage, area, slope = (np.array(column) for column in self._curve)
        return level, storage, area, slope

    @property
    def bottom(self) -> float:
        """Level [m] at which the water is dry."""
        return self.curve_level[0]

    @property
    def top(self) -> float:
        """Level [m] of the last contour; above it the curve is continued."""
        return self.curve_level[-1]

    @property
    def curve_level(self) -> Column:
        """Level [m] at the lower end of each interval; the last interval is what lies above the last contour."""
        return self._curve[0]

    @property
    def curve_storage(self) -> Column:
        """Storage [m3] at the lower end of each interval."""
        return self._curve[1]

    @property
    def curve_area(self) -> Column:
        """Area [m2] just above the lower end of each interval."""
        return self._curve[2]

    @property
    def curve_slope(self) -> Column:
        """Rise of area with level [m2/m] in each interval."""
        return self._curve[3]

    def __str__(self) -> str:
        n = len(self.curve_level)
        level, storage, area = (f"{column[0]:.7g} … {column[-1]:.7g}" for column in self._curve[:3])
        apart = max(_apart(self.levels, self.areas, self.storages).values(), default=0.0)
        return (
            f"{n} contours: level {level} m, storage {storage} m3, area {area} m2"
            + f"; storage and area up to {apart:.1%} apart" * (apart > WARN_APART)
            + f"; accepted: {self.accept}" * bool(self.accept)
        )


def _faults(levels: Column, areas: Column | None, storages: Column | None, *, flat: bool) -> Iterator[str]:
    """Yield what makes a curve impossible, row by row; a level may stand twice where land may lie `flat`."""
    twice = [flat and areas is not None and below == level for below, level in pairwise(levels)]
    if areas is None and storages is None:
        yield "neither areas nor storages; give one for each level, or both"
    if len(levels) < 2:
        yield f"{len(levels)} level(s); a curve needs at least 2 rows"
    for name, column in (("areas", areas), ("storages", storages)):
        if column is not None and len(column) != len(levels):
            yield f"{len(levels)} levels but {len(column)} {name}; give one for each level"
        elif column and not any(column):
            yield f"all {name} are zero; a lake must hold water at its last contour"
    for row, (below, level) in enumerate(pairwise(levels), start=2):
        if level <= below and not twice[row - 2]:
            yield f"row {row}: level {level:.10g} m is not above {below:.10g} m of the row before; levels must rise"
    for row, (first, again) in enumerate(pairwise(twice), start=3):
        if first and again:
            yield f"row {row}: level {levels[row - 1]:.10g} m stands a third time; keep two"
    for row, (below, area) in enumerate(pairwise(areas or ()), start=2):
        if area < below and not (row <= len(levels) and twice[row - 2]):
            yield f"row {row}: area {area:.10g} m2 is below {below:.10g} m2 of the row before; area must not fall"
    for row, (below, storage) in enumerate(pairwise(storages or ()), start=2):
        level_again = row <= len(levels) and twice[row - 2]
        if level_again and storage != below:
            yield f"row {row}: storage {storage:.10g} m3 is not {below:.10g} m3, as at the same level in the row before"
        elif storage < below or (storage == below > 0.0 and not level_again):
            yield f"row {row}: storage {storage:.10g} m3 is not above {below:.10g} m3 of the row before; it must rise"
        elif storage > below and areas is not None and row <= len(areas) and areas[row - 1] == 0.0:
            yield f"row {row}: storage has risen to {storage:.10g} m3 at an area of zero; correct one of the two"


def _apart(levels: Column, areas: Column | None, storages: Column | None) -> dict[str, float]:
    """Return, for each interval with water, in words and as a part of the storage, how far area is from storage."""
    if areas is None or storages is None:
        return {}
    apart = {}
    rows = zip(pairwise(levels), pairwise(areas), pairwise(storages), strict=True)
    for row, ((z0, z1), (a0, a1), (s0, s1)) in enumerate(rows, start=1):
        more, integral = s1 - s0, 0.5 * (a0 + a1) * (z1 - z0)
        if more > 0.0:
            part = abs(integral - more) / more
            text = f"rows {row} and {row + 1}: storage rises by {more:.6g} m3, the areas give {integral:.6g} m3"
            apart[f"{text}, {part:.1%} apart"] = part
    return apart


def _overhangs(levels: Column, areas: Column | None, storages: Column | None) -> list[str]:
    """Return the rows from which the area that storages alone imply falls by more than rounding."""
    if areas is not None or storages is None:
        return []
    implied = [(s1 - s0) / (z1 - z0) for (z0, z1), (s0, s1) in zip(pairwise(levels), pairwise(storages), strict=True)]
    return [
        f"row {row}: storage rises by {above:.6g} m3 a metre above it, by {below:.6g} below, as if the lake narrowed"
        for row, (below, above) in enumerate(pairwise(implied), start=2)
        if above < (1.0 - ROUNDING) * below
    ]


def _intervals(levels: Column, areas: Column | None, storages: Column | None) -> tuple[Column, Column, Column, Column]:
    """Return level, storage, area and slope at the lower end of each interval, from the bottom up."""
    wet = next(row for row, value in enumerate(storages or areas or ()) if value > 0.0)
    rows = slice(max(0, wet - 1), None)
    levels, areas, storages = levels[rows], areas and areas[rows], storages and storages[rows]
    # Between two rows of one level, where land lies flat, there is no interval.
    rising = [row for row, (below, above) in enumerate(pairwise(levels)) if above > below]
    rises = [levels[row + 1] - levels[row] for row in rising]
    # The area at both ends of each interval; storages alone have the shape of a prism.
    ends = [(areas[row], areas[row + 1]) for row in rising] if areas else [(1.0, 1.0)] * len(rises)
    integrals = [0.5 * (a0 + a1) * rise for (a0, a1), rise in zip(ends, rises, strict=True)]
    if storages is None:
        storages = tuple(accumulate(integrals, initial=0.0))
    else:
        storages = (*(storages[row] for row in rising), storages[-1])
        scales = [(s1 - s0) / integral for (s0, s1), integral in zip(pairwise(storages), integrals, strict=True)]
        ends = [(a0 * scale, a1 * scale) for (a0, a1), scale in zip(ends, scales, strict=True)]
    slopes = [(a1 - a0) / rise for (a0, a1), rise in zip(ends, rises, strict=True)]
    levels = (*(levels[row] for row in rising), levels[-1])
    return levels, storages, (*(a0 for a0, _ in ends), ends[-1][1]), (*slopes, slopes[-1])


def _place(values: float | FloatArray, contours: FloatArray, what: str, unit: str) -> tuple[Any, FloatArray]:
    """Return the interval of each value and how far it lies above the interval's lower end."""
    given = np.asarray(values, dtype=float)
    right = (given >= contours[0]) & (given < np.inf)
    if not right.all():
        found = f"{what} {float(given[~right].ravel()[0])!r} {unit}"
        begins = f"which begins at {float(contours[0])!r} {unit}"
        raise ValueError(f"{found} is not on the curve, {begins}; give one from there up")
    interval = contours.searchsorted(given, side="right") - 1
    return interval, given - contours[interval]


def _upper(contours: FloatArray, interval: Any) -> FloatArray:
    """Return the upper end of each interval, which rounding must not pass if the curve is to be monotone."""
    last = len(contours) - 1
    return np.where(interval < last, contours[np.minimum(interval + 1, last)], np.inf)


def _like(given: Values, result: FloatArray) -> Values:
    """Return the result as a float where a float was given."""
    return cast(Values, result if np.ndim(given) else result.item())


def _read_table(path: Path, columns: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """Return the columns of a CSV file as {"levels": {"unit": "m", "values": [...]}, ...}."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")] or [[]]
    faults = [
        f"row {number} has {len(row)} cells under the {len(header)} of the header"
        for number, row in enumerate(rows, start=1)
        if len(row) != len(header)
    ]
    faults += [f"no column {name!r} in the header {header}" for name in columns if name not in header]
    table: dict[str, dict[str, object]] = {}
    for place, name in enumerate(columns.get(name, name).strip() for name in header):
        quantity = re.fullmatch(r"(level|area|storage)\s*\[(.+)\]", name)
        if quantity is None and name.startswith(("level", "area", "storage")):
            faults.append(f'column {name!r} names no unit; write it as "level [m]", "area [km2]" or "storage [hm3]"')
        elif quantity and f"{quantity[1]}s" in table:
            faults.append(f"column {name!r} gives {quantity[1]} a second time; keep one")
        elif quantity:
            table[f"{quantity[1]}s"] = {"unit": quantity[2], "values": [row[place] for row in rows if len(row) > place]}
    if not faults and "levels" not in table:
        faults.append(f'no column "level [m]" in the header {header}; name it so, or in columns')
    if faults:
        raise ValueError(f"{path}: {'; '.join(faults)}")
    return table
