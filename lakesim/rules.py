"""Operating rules: how far a structure is open.

So far the rules without memory: what they say follows from the moment alone. A rule curve is part of the balance's
implicit equation, so that it cannot chatter.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from .series import Series
from .units import Length, Record

SCHEDULE, PROPORTIONAL = range(2)
"""Kinds of rules as the balance knows them."""


class Rule(Record):
    """What all rules share: the structure that is moved, and the series that says how."""

    KIND: ClassVar[int]

    type: str
    structure: str

    @property
    def series(self) -> Series:
        """What the rule reads: a target level [m], or an opening."""
        raise NotImplementedError

    @property
    def width(self) -> float:
        """Band over which the structure opens [m]; 0 where the rule has none."""
        return 0.0

    def watched(self, structure: Any) -> str:
        """Name of the water whose level the rule reads."""
        name: str = structure.head
        return name

    def check(self, structures: Mapping[str, Any]) -> list[str]:
        """Faults of the rule among these structures, a sentence each."""
        if self.structure in structures:
            return []
        near = difflib.get_close_matches(self.structure, structures, 1)
        remedy = f"did you mean {near[0]!r}?" if near else f"the structures are: {', '.join(structures) or 'none'}"
        return [
            f"the {self.type.replace('_', ' ')} moves {self.structure!r}, which is no structure of the system; {remedy}"
        ]


class Schedule(Rule):
    """A structure opened as a series says.

    Parameters
    ----------
    structure : name of the structure
    opening : series of openings, 0 (shut) to 1

    Raises
    ------
    ValueError
        If an opening is outside 0 … 1.

    Examples
    --------
    >>> months = Series.climatology([0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0], by="month", unit="")
    >>> Schedule(structure="lock", opening=months).type
    'schedule'
    """

    KIND: ClassVar[int] = SCHEDULE

    type: Literal["schedule"] = "schedule"
    opening: Series

    @field_validator("opening")
    @classmethod
    def _within(cls, opening: Series) -> Series:
        if opening.unit != "":
            raise ValueError(f"the opening is in {opening.unit}; it is a number from 0 (shut) to 1 and has no unit")
        lowest, highest = opening.values.min(), opening.values.max()
        if lowest < 0.0 or highest > 1.0:
            raise ValueError(f"the openings reach from {lowest:g} to {highest:g}; keep them from 0 (shut) to 1")
        return opening

    @property
    def series(self) -> Series:
        """The openings."""
        return self.opening


class RuleCurve(Rule):
    """A target level through the year: the structure opens in proportion as the water stands above it.

        opening = (level − target(t)) / band, from 0 (shut) to 1

    Parameters
    ----------
    structure : name of the structure
    target : series of target levels [m], such as `Series.yearly`
    band : rise above the target at which the structure is fully open [m]
    watch : `"head"` (default): open as the headwater rises above the target, to let a lake down to it; `"tail"`: as the
        tailwater does

    Raises
    ------
    ValueError
        If the band is not above 0, or the target is not in m.

    Examples
    --------
    >>> curve = RuleCurve(structure="lock", target=Series.yearly({"10-15": 24.0, "04-01": 24.5}, unit="m"), band=0.2)
    >>> float(curve.target.at("2020-01-08")) > 24.0
    True
    """

    KIND: ClassVar[int] = PROPORTIONAL

    type: Literal["rule_curve"] = "rule_curve"
    target: Series
    band: Length = 0.1
    watch: Literal["head", "tail"] = "head"

    @field_validator("band")
    @classmethod
    def _wide(cls, band: float) -> float:
        if band < 0.001:
            raise ValueError(
                f"the band is {band:g} m; a structure cannot open within less than 1 mm, so take a wider one"
            )
        return band

    @field_validator("target")
    @classmethod
    def _a_level(cls, target: Series) -> Series:
        if target.unit != "m":
            raise ValueError(f"the target is in {target.unit or 'no unit'}; a level is in m, so give the series in m")
        return target

    @property
    def series(self) -> Series:
        """The target levels."""
        return self.target

    @property
    def width(self) -> float:
        """The band [m]."""
        return self.band

    def watched(self, structure: Any) -> str:
        """Name of the water whose level is compared with the target."""
        name: str = getattr(structure, self.watch)
        return name

    def check(self, structures: Mapping[str, Any]) -> list[str]:
        """Faults of the rule among these structures, a sentence each."""
        faults = super().check(structures)
        if not faults and self.watched(structures[self.structure]) is None:
            faults.append(f"the rule curve of {self.structure!r} watches the tail, and there is none; watch the head")
        return faults


REGISTRY: dict[str, type[Rule]] = {"schedule": Schedule, "rule_curve": RuleCurve}
"""The rules by the word that a file calls them."""

AnyRule = Annotated[Schedule | RuleCurve, Field(discriminator="type")]
