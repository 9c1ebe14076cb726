"""A scenario: its cases, each a system under a flood, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from ..floods import Flood
from ..labels import called
from ..measures import Measure
from ..result import Result
from ..rules import Rule
from ..series import Series
from ..simulation import TOLERANCE, simulate
from ..structures import Structure
from ..units import Name, Quantity, Record
from ..waters import Lake, River, System
from .explain import explained
from .parts import ToDatum

Check = Literal["identity", "fitted", "predicted"]
Tolerance = Annotated[float, Quantity("m", "error of a level allowed in one step", minimum=1e-9, maximum=0.01)]


class Head(Record):
    """What a scenario says of itself.

    Parameters
    ----------
    title, title_zh : what tables and figures call it
    check : what the comparison of its cases with the world is worth: `"identity"`, `"fitted"` or `"predicted"`; a case
        may have its own, and one that is compared with nothing has none
    water : the lake of the summary; by default the first
    tolerance : error of a level allowed in one step [m]
    """

    title: str = ""
    title_zh: str = ""
    check: Check | None = None
    water: str | None = None
    tolerance: Tolerance = TOLERANCE


class LeftOut(Record):
    """What a case, or a file that is about a system of the catalogue, is without; see `CaseHead`."""

    without: tuple[str, ...] = ()


class CaseHead(LeftOut):
    """What a case says of itself, and what it leaves out.

    Parameters
    ----------
    name : word by which its files are called
    title, title_zh : what tables and figures call it
    check : as in `Head`, for this case
    without : structures, `"<water>.<series>"`, `"<structure>.rule"` (all its rules) or `"<structure>.<type>"` (those of
        this type, as in `"pumps.shut_off"`) and named measures that the case does not have
    """

    name: Name
    title: str = ""
    title_zh: str = ""
    check: Check | None = None


class Change(Record):
    """What a case changes: fields of waters; structures, rules and measures added; fields and series of the flood."""

    head: CaseHead
    waters: Mapping[str, Mapping[str, Any]] = {}
    structures: tuple[Structure, ...] = ()
    rules: tuple[Rule, ...] = ()
    measures: tuple[Measure, ...] = ()
    flood: Mapping[str, Any] = {}
    series: Mapping[str, Series] = {}


class Case(Record):
    """A system under a flood."""

    name: Name
    title: str = ""
    title_zh: str = ""
    check: Check | None = None
    system: System
    flood: Flood

    def called(self, lang: str) -> str:
        """Its title in a language, or else its name."""
        return called(self, lang)


class Scenario(Head):
    """Waters, structures and a flood, and the cases that are compared.

    Parameters
    ----------
    system, flood : what the cases have in common, the system before any measure
    measures : those of all cases, in their order; a case's own come after them
    changes : what each case changes
    cases : the cases as they are run
    series_rules : by the digest of a series, the table that makes it
    converted : by the name of a water whose levels were brought to another datum, what its table gives and `to_datum`
    notes : doubts about the data that do not keep it from being run
    """

    water: str
    system: System
    measures: tuple[Measure, ...] = ()
    flood: Flood
    changes: tuple[Change, ...]
    cases: tuple[Case, ...]
    series_rules: Mapping[str, Mapping[str, Any]] = {}
    converted: Mapping[str, tuple[Lake | River, ToDatum]] = {}
    notes: tuple[str, ...] = ()

    def run(
        self, progress: Callable[[str, float], None] | None = None, *, compiled: bool | None = None
    ) -> dict[str, Result]:
        """Run all cases; each result carries the complete scenario.

        Parameters
        ----------
        progress : called now and then with the name of the case and the part (0 … 1) of it that is done
        compiled : as in `simulate`

        Raises
        ------
        ValueError, SimulationError
            As `simulate` does, with the name of the case.
        """
        text = self.explained(written_out=True)
        return {case.name: self._run(case, text, progress, compiled) for case in self.cases}

    def _run(
        self, case: Case, text: str, progress: Callable[[str, float], None] | None, compiled: bool | None
    ) -> Result:
        tell = (lambda part: progress(case.name, part)) if progress else None
        try:
            result = simulate(case.system, case.flood, tolerance=self.tolerance, compiled=compiled, progress=tell)
        except (ValueError, RuntimeError) as fault:
            raise type(fault)(f"case {case.name}: {fault}") from fault
        return replace(result, check=case.check or self.check, scenario=text, case=case.name)

    def explained(self, *, written_out: bool = False) -> str:
        """The scenario as a complete TOML file with every default in it, which runs to the same bits.

        Parameters
        ----------
        written_out : whether the values of records stand in the file itself, so that it needs no other file
        """
        return explained(self, written_out)
