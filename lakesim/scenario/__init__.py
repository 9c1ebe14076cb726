"""Scenario files: read, with all their faults at once; run; written out.

A file names a lake, or gives several waters, the structures between them, a flood, and the cases that are compared.
`read` makes a `Scenario` of it, whose `cases` can be run one by one or all with `run`, and whose `explained` is the
same file with every default filled in. `writing` keeps what a run writes out of sight until all of it is there.
"""

from .core import Case, Scenario
from .faults import ScenarioError
from .reading import read

__all__ = ["Case", "Scenario", "ScenarioError", "read"]
