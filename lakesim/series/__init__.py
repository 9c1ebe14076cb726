"""Series: the forcing of a lake.

A series says what its values are: `"instants"`, linear between, or `"means"` over steps. Nothing is guessed from the
numbers, and a faulty record is refused with all its faults unless the call says how to fill its gaps.

`core` is the series itself, `pieces` how it is evaluated, `shapes` makes series of a few numbers, `reading` of files,
`tables` of the tables in scenario files.
"""

from .core import Series

__all__ = ["Series"]
