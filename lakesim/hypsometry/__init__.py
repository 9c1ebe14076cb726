"""The level–area–storage curve of one water: read, check, read off in both directions, and edit.

`core` is the curve, `table` the rows it is made of, `bed` the land under it as what edits work on, `change` what an
edit did to a curve.
"""

from .change import CurveChange
from .core import Hypsometry, HypsometryWarning

__all__ = ["CurveChange", "Hypsometry", "HypsometryWarning"]
