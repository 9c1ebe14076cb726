"""The joint rule of an order of use: what comes before what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from ..series import Series
from ..units import Fraction, Level, Record
from .base import nearest, outside
from .joint import JointRule, Knowledge

SAME_OPENING = 1e-6
"""Openings that differ by less are the same."""


class Before(Record):
    """What is to be used up before something else: a storage that fills to a level, or a structure that is set.

    Parameters
    ----------
    water : name of the water, with
    above : the level from which up it is used up [m], and
    resume : the level below which it is no longer [m], not above that; by default the same
    structure : or name of a structure, with one of
    restricted_to : it is used up while a limit holds it there or below, from 0 to below 1: pumps restricted (限排) to 0
    opened_to : it is used up while it stands open so far or farther, from above 0 to 1: a gate opened to 1

    A limit is a `shut_off`, a `release_limit` or a joint rule that allows no more. Pumps that stand still because no
    water has come yet are not restricted, nor by a shut-off below a level of their own head.

    Raises
    ------
    ValueError
        If it is neither the one nor the other, or its level or opening is missing; if it is restricted to 1 or opened
        to 0, which every structure is.
    """

    water: str | None = None
    above: Level | None = None
    resume: Level | None = None
    structure: str | None = None
    restricted_to: Fraction | None = None
    opened_to: Fraction | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Before:
        given = [key for key in type(self).model_fields if getattr(self, key) is not None]
        if ("water" in given) == ("structure" in given):
            raise ValueError("what comes before is a water or a structure; name one of the two")
        kind = "water" if "water" in given else "structure"
        own = {"water": ("above", "resume"), "structure": ("restricted_to", "opened_to")}[kind]
        if others := [key for key in given if key not in (kind, *own)]:
            raise ValueError(f"{' and '.join(others)} says nothing of a {kind}; leave it out")
        if kind == "water" and "above" not in given:
            raise ValueError(f"the water {self.water!r} is used up at above = …; give it")
        if kind == "structure" and (self.restricted_to is None) == (self.opened_to is None):
            raise ValueError(
                f"the structure {self.structure!r} is used up where it is restricted_to or opened_to an opening; give "
                "one of the two"
            )
        if self.restricted_to == 1.0 or self.opened_to == 0.0:
            found = "restricted to 1" if self.restricted_to == 1.0 else "opened to 0"
            raise ValueError(f"every structure is {found}, so that its turn is always; give another opening")
        if self.above is not None and self.resume is not None and self.resume > self.above:
            raise ValueError(f"'resume' {self.resume:g} m lies above 'above' {self.above:g} m; give one that does not")
        return self

    @property
    def name(self) -> str:
        """Name of the water or the structure."""
        return str(self.water or self.structure)

    def used_up(self, known: Knowledge, come: bool) -> bool:
        """Whether it is used up; `come` where the turn of what comes after it has come before."""
        if self.above is not None:
            return known.level(self.name) >= (self.resume if come and self.resume is not None else self.above)
        opening = known.opening(self.name)
        if self.restricted_to is not None:  # a better rank may overrule its limits
            return max(known.held(self.name), opening) <= self.restricted_to + SAME_OPENING
        assert self.opened_to is not None
        return opening >= self.opened_to - SAME_OPENING

    def __str__(self) -> str:
        if self.above is not None:
            return f"{self.name} stands at {self.above:.2f} m"
        if self.restricted_to is not None:
            return f"{self.name} is restricted to {self.restricted_to:g}"
        return f"{self.name} is opened to {self.opened_to:g}"


class InTurn(JointRule):
    """An order of use, or of sacrifice: shut until those before it are used up (依次启用: 限排、扒垸、分洪).

        opening ≤ 1 if every one of  after  is used up, else 0

    A water is used up where it stands at or above its level; a structure while a limit holds it at its opening or
    below, or while it is open so far, to 1e-6: pumps that are restricted to 0 are, and pumps that stand still for want
    of water are not. Once its turn has come, it stays come until one of those before falls below its  resume,  or is
    restricted, or opened, no longer. The operator sees levels and openings of now; he does not know whether they will
    last. Rules that wait for one another round a circle are refused by a system.

    Parameters
    ----------
    after : those that come before it, one at least, each a table (`Before`)

    Raises
    ------
    ValueError
        If nothing comes before it, or one of these is not told in full.

    Examples
    --------
    The detention area after the pumps are halted and the polder is full:

    >>> rule = InTurn(structure="inlet", after=[{"structure": "pumps", "restricted_to": 0.0},
    ...                                         {"water": "polder", "above": "27.5 m", "resume": "27 m"}])
    >>> print(rule)
    shut until pumps is restricted to 0 and polder stands at 27.50 m
    """

    RANK: ClassVar[int] = 44

    type: Literal["in_turn"] = "in_turn"
    after: tuple[Before, ...]

    @field_validator("after")
    @classmethod
    def _something_before(cls, after: tuple[Before, ...]) -> tuple[Before, ...]:
        if not after:
            raise ValueError("nothing comes before it, so that its turn is always; name what does, or no in_turn")
        return after

    @property
    def others(self) -> tuple[str, ...]:
        """Those that come before it."""
        return tuple(one.name for one in self.after)

    def decide(self, known: Knowledge) -> float:
        """1 when its turn has come, else 0."""
        come = known.asked is not None and known.asked > 0.0
        return float(all(one.used_up(known, come) for one in self.after))

    def _does(self) -> str:
        return f"shut until {' and '.join(map(str, self.after))}"

    def _beyond(self, structure: Any, structures: Mapping[str, Any], waters: Mapping[str, Any]) -> Iterator[str]:
        for one in self.after:
            known, what = (structures, "structure") if one.water is None else (waters, "water")
            if one.structure == structure.name:
                yield "comes after itself, and would never open; leave it out of after"
            elif one.name not in known:
                near = nearest(one.name, known, f"{what}s")
                yield f"comes after {one.name!r}, which is no {what} of the system; {near}"
            elif one.above is not None:
                yield from outside(known[one.name], "turn after a level", Series.constant(one.above, "m"))
