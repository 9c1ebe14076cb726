"""Scenario files: read, with all their faults at once; run; written out.

A file names a lake or a system of the catalogue, or gives several waters, the structures between them, a flood, and the
cases that are compared. `read` makes a `Scenario` of it, whose `cases` can be run one by one or all with `run`, and
whose `explained` is the same file with every default filled in. `writing` keeps what a run writes out of sight until
all of it is there. `load_system` gives a system of the catalogue as it is.
"""

from .core import Case, Scenario
from .faults import ScenarioError
from .reading import read
from .systems import KnownSystem, load_system, system_entry

__all__ = ["Case", "KnownSystem", "Scenario", "ScenarioError", "load_system", "read", "system_entry"]
