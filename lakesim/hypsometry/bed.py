"""The bed of a lake: how much of it lies below each level, which is what the edits of a curve work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

ROUNDING = 1e-12
"""Difference of two areas, as a part of the largest one, that is none."""


@dataclass(frozen=True)
class Bed:
    """Area by level: linear between contours; at a contour it may jump, where land lies flat.

    Parameters
    ----------
    level : contours, rising [m]
    area : just above each contour [m2]; 0 below the first
    slope : rise of the area with the level from each contour on [m2/m]; the last one goes on for ever
    """

    level: FloatArray
    area: FloatArray
    slope: FloatArray

    @classmethod
    def between(cls, level: FloatArray, below: FloatArray, above: FloatArray) -> Bed:
        """The bed with these areas just below and just above its contours."""
        slope = (below[1:] - above[:-1]) / np.diff(level)
        return cls(level, above, np.append(slope, slope[-1]))

    @property
    def whole(self) -> float:
        """Area at the last contour [m2]."""
        return float(self.area[-1])

    def below(self, levels: FloatArray) -> FloatArray:
        """Area just below levels [m2], without what lies flat there."""
        return self._from(self.level.searchsorted(levels, side="left") - 1, levels)

    def above(self, levels: FloatArray) -> FloatArray:
        """Area just above levels [m2], with what lies flat there."""
        return self._from(self.level.searchsorted(levels, side="right") - 1, levels)

    def _from(self, contour: NDArray[np.intp], levels: FloatArray) -> FloatArray:
        """Area at levels as it goes on from a contour below each of them."""
        area = self.area[contour] + self.slope[contour] * (levels - self.level[contour])
        return np.where(contour < 0, 0.0, area)

    def split(self, low: float, high: float, ground: tuple[float, ...] = ()) -> tuple[Bed, Bed]:
        """The bed without the land from the area `low` to the area `high`, counted from the deepest; and that land.

        Where the level is known at which the land begins it stands in `ground`, so that it is met to the bit.
        """
        reached = self.area + self.slope * np.append(np.diff(self.level), 0.0)
        none = ROUNDING * reached.max()
        low = low if low > none else 0.0
        crossed = [self.level, np.array(ground)]
        for area in (low, high):
            on = (self.area < area) & (area < reached)
            crossed.append(self.level[on] + (area - self.area[on]) / self.slope[on])
        level = np.unique(np.concatenate(crossed))
        sides = [self.below(level), self.above(level)]
        for area in (low, high):  # so that no sliver of rounding makes a bed where there is none
            sides = [np.where(np.abs(side - area) <= none, area, side) for side in sides]
        # Where the bed overhangs, as tables that contradict themselves make it, land begins above that.
        start = level[sides[1] <= low].max(initial=-np.inf)
        deeper = level <= start, level < start
        # Written so that rounding cannot make an area fall.
        rest = [np.minimum(area, low) + np.maximum(area - high, 0.0) for area in sides]
        rest = [np.where(under, area, left) for under, area, left in zip(deeper, sides, rest, strict=True)]
        land = [np.clip(area - low, 0.0, high - low) for area in sides]
        land = [np.where(under, 0.0, taken) for under, taken in zip(deeper, land, strict=True)]
        return Bed.between(level, *rest), Bed.between(level, *land)

    def __add__(self, other: Bed) -> Bed:
        level = np.union1d(self.level, other.level)
        return Bed.between(level, self.below(level) + other.below(level), self.above(level) + other.above(level))

    def __mul__(self, share: float) -> Bed:
        return Bed(self.level, share * self.area, share * self.slope)

    def stretched(self, times: float, down_from: float) -> Bed:
        """The bed with all depths below a level, counted down from it, so many times as great."""
        level = np.union1d(self.level, down_from)
        below, above = self.below(level), self.above(level)
        return Bed.between(np.where(level < down_from, down_from - times * (down_from - level), level), below, above)

    def rows(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Levels and areas as a table, with two rows where the area jumps, and none where it goes straight on."""
        below, none, last = self.below(self.level), ROUNDING * self.whole, len(self.level) - 1
        rows: list[tuple[float, float]] = []
        kept = 0
        for k in range(last + 1):
            jumps = abs(self.area[k] - below[k]) > none
            straight = bool(rows) and k < last and not jumps and self._bend(kept, k + 1) <= none
            no_bed_yet = not rows and k < last and self.area[k] == 0.0 == below[k + 1]
            if not (straight or no_bed_yet):
                kept = k
                for area in (below[k], self.area[k]) if jumps and rows else (self.area[k],):
                    before = rows[-1][1] if rows else 0.0
                    area = before if before - none <= area < before else area  # rounding makes no lake narrower
                    rows.append((float(self.level[k]), float(area)))
        levels, areas_of = zip(*rows, strict=True)
        return levels, areas_of

    def _bend(self, first: int, end: int) -> float:
        """How far the areas at the contours between two of them lie off the straight line from one to the other."""
        level, area = self.level[first : end + 1], self.area[first:end]
        reached = area[-1] + self.slope[end - 1] * (level[-1] - level[-2])
        line = area[0] + (reached - area[0]) * (level[:-1] - level[0]) / (level[-1] - level[0])
        return float(np.abs(area - line).max())
