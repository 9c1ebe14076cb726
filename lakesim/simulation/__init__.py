"""The one place where a system is laid out as arrays, solved and labelled.

`layout` turns records into tables of numbers, `core` runs the balance on them and makes the result.
"""

from .core import WORK_WORTH_COMPILING, SimulationError, as_system, simulate
from .layout import TOLERANCE, Run, lay_out

__all__ = ["TOLERANCE", "WORK_WORTH_COMPILING", "Run", "SimulationError", "as_system", "lay_out", "simulate"]
