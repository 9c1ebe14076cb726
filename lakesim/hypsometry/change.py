"""What an edit did to a curve: area and storage won or lost at every level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ..units import Values
from .core import Hypsometry


@dataclass(frozen=True)
class CurveChange:
    """A curve before and after an edit.

    Examples
    --------
    >>> lake = Hypsometry(levels=[20, 24, 26], areas=[0, 100, 120])
    >>> change = CurveChange(lake, lake.enclosed(20.0, "shallowest")[0])
    >>> change.area(26.0), change.storage(26.0), change.storage(23.0)
    (-20.0, -20.0, 0.0)
    """

    before: Hypsometry
    after: Hypsometry

    @property
    def levels(self) -> NDArray[np.float64]:
        """All contours of the two curves, rising [m]."""
        return np.union1d(self.before.curve_level, self.after.curve_level)

    def area(self, level: Values) -> Values:
        """Area won at a level, negative where it is lost [m2]; below its bottom a curve counts as 0."""
        return _at(self.after.area, self.after.bottom, level) - _at(self.before.area, self.before.bottom, level)

    def storage(self, level: Values) -> Values:
        """Storage won at a level, negative where it is lost [m3]; below its bottom a curve counts as 0."""
        return _at(self.after.storage, self.after.bottom, level) - _at(self.before.storage, self.before.bottom, level)


def _at(value: Callable[[NDArray[np.float64]], NDArray[np.float64]], bottom: float, level: Values) -> Values:
    """A value of a curve, 0 below its bottom."""
    levels = np.asarray(level, dtype=np.float64)
    values = np.where(levels < bottom, 0.0, value(np.maximum(levels, bottom)))
    return cast(Values, values if np.ndim(level) else values.item())
