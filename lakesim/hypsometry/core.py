"""The level–area–storage curve of one water: read, check, and read off in both directions.

The curve is held by intervals between contours. In interval i, with rise = level - level_i,

    area(level)    = area_i + slope_i rise
    storage(level) = storage_i + area_i rise + 1/2 slope_i rise²

so that storage is the exact integral of area, and level(storage) the exact root of a quadratic.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal, Self, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr, ValidationError, model_validator

from ..units import Areas, Levels, Record, Storages, Values, to_si
from .bed import Bed
from .table import Column, disagreements, intervals, overhangs, read_table, row_faults

WARN_APART = 0.05  # storage and area of one interval differ by more: warned
REFUSE_APART = 0.15  # by more than this: refused without a reason

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
        faults = [*row_faults(*columns, flat=bool(self.accept))]
        apart = {} if faults or self.accept else disagreements(*columns)
        faults += [f'{text}; correct it, or accept = "reason"' for text, part in apart.items() if part > REFUSE_APART]
        if faults:
            raise ValueError("; ".join(faults))
        doubts = [] if self.accept else [text for text, part in apart.items() if part > WARN_APART]
        doubts += [] if self.accept else overhangs(*columns)
        if doubts:
            doubts.append('check the table, or accept = "reason"')
            warnings.warn("; ".join(doubts), HypsometryWarning, stacklevel=2)
        self._curve = intervals(*columns)
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
            return cls(**read_table(Path(path), columns or {}), accept=accept)
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

    def raised(self, by: float) -> Self:
        """Return the same curve with all its levels so much higher [m]: as read above a datum that lies lower.

        >>> Hypsometry.prism(20, 25, "2 km2").raised(-1.5).storage(20.5)
        4000000.0
        """
        return self.changed(levels=tuple(level + by for level in self.levels))

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hypsometry) and self._given == other._given

    def __hash__(self) -> int:
        return hash(self._given)

    @property
    def _given(self) -> tuple[Column | str | None, ...]:
        """What was given; arrays that were made of it since make no difference."""
        return self.levels, self.areas, self.storages, self.accept

    def __str__(self) -> str:
        n = len(self.curve_level)
        level, storage, area = (f"{column[0]:.7g} … {column[-1]:.7g}" for column in self._curve[:3])
        apart = max(disagreements(self.levels, self.areas, self.storages).values(), default=0.0)
        return (
            f"{n} contours: level {level} m, storage {storage} m3, area {area} m2"
            + f"; storage and area up to {apart:.1%} apart" * (apart > WARN_APART)
            + f"; accepted: {self.accept}" * bool(self.accept)
        )


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
