"""What all structures share."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, ClassVar

from .. import hydraulics
from ..units import Fraction, Name, Record


class Structure(Record):
    """What all structures share.

    Parameters
    ----------
    name : word by which files, rules and columns call the structure
    title, title_zh : what figures and sentences call it; the name unless given
    head : name of the water that flow is taken from
    tail : name of the water it goes to; none: it leaves the system
    opening : how far it is open where no rule says otherwise, from 0 (shut) to 1
    flap : whether a flap gate stops reversed flow
    """

    KIND: ClassVar[int]  # number of the equation in `hydraulics`
    TWO_WAY: ClassVar[bool] = True  # whether water may flow from tail to head
    NEEDS_TAIL: ClassVar[bool] = False  # whether there is nothing to compute where the tailwater counts and is unknown

    type: str
    name: Name
    title: str = ""
    title_zh: str = ""
    head: str
    tail: str | None = None
    opening: Fraction = 1.0
    flap: bool = False

    @property
    def kind(self) -> int:
        """Number of the equation in `hydraulics`."""
        return self.KIND

    @property
    def equation(self) -> Callable[..., hydraulics.Flow]:
        """The equation in `hydraulics`."""
        equations: tuple[Callable[..., hydraulics.Flow], ...] = hydraulics.EQUATIONS
        return equations[self.kind]

    @property
    def feels_tail(self) -> bool:
        """Whether the level on the tail's side changes the discharge."""
        return True

    @property
    def uses_tail(self) -> bool:
        """Whether the tail is a water whose level changes the discharge."""
        return self.tail is not None and self.feels_tail

    def parameters(self) -> tuple[float, ...]:
        """Parameters in the order of the equation, a table last."""
        raise NotImplementedError

    def flow(
        self, headwater: float, tailwater: float = hydraulics.FREE_FALL, opening: float | None = None
    ) -> hydraulics.Flow:
        """Discharge [m3/s] and its slopes to headwater [m2/s], tailwater [m2/s] and opening [m3/s].

        Levels in m; without a tailwater the flow falls freely, without an opening it is the structure's own.

        Raises
        ------
        ValueError
            If the opening is not within 0 … 1, or the tailwater is missing where the equation needs it.
        """
        share = self.opening if opening is None else opening
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{self.name}: the opening {share:g} is outside 0 … 1; 0 is shut, 1 is open")
        if self.NEEDS_TAIL and self.feels_tail and tailwater <= hydraulics.FREE_FALL:
            raise ValueError(f"{self.name}: the discharge of a {self._word} depends on the tailwater; give its level")
        flow = self.equation(
            headwater, tailwater if self.feels_tail else hydraulics.FREE_FALL, share, *self._arguments()
        )
        return (0.0, 0.0, 0.0, 0.0) if self.flap and flow[0] < 0.0 else flow

    def discharge(
        self, headwater: float, tailwater: float = hydraulics.FREE_FALL, opening: float | None = None
    ) -> float:
        """Discharge [m3/s] from head to tail; see `flow`."""
        return self.flow(headwater, tailwater, opening)[0]

    def opening_for(self, discharge: float, headwater: float, tailwater: float = hydraulics.FREE_FALL) -> float:
        """The opening at which so much passes from head to tail [m3/s] at these levels; 1 where it never does.

        >>> from lakesim.structures import Pump
        >>> Pump(name="pump", head="lake", capacity=8.0, start_level=24.0).opening_for(2.0, 25.0)
        0.25
        """
        if self.discharge(headwater, tailwater, 1.0) <= discharge:
            return 1.0
        if self.discharge(headwater, tailwater, 0.0) >= discharge:
            return 0.0
        from scipy.optimize import brentq

        return float(brentq(lambda opening: self.discharge(headwater, tailwater, opening) - discharge, 0.0, 1.0))

    def draws_down_to(self, water: str | None) -> float:
        """The level down to which it can empty a water [m], by its sill; infinite where it takes nothing from it.

        >>> from lakesim.structures import Weir
        >>> weir = Weir(name="w", head="lake", tail="river", crest=24.0, width=5.0)
        >>> weir.draws_down_to("lake"), weir.draws_down_to("pond")
        (24.0, inf)
        """
        back = water == self.tail and self.TWO_WAY and self.uses_tail and not self.flap
        return self._sill if water == self.head or back else math.inf

    @property
    def _sill(self) -> float:
        """The level below which no water passes [m]."""
        raise NotImplementedError

    def check(self, waters: Mapping[str, Any]) -> list[str]:
        """Faults of the structure among these waters, a sentence each; none if it can work.

        >>> from lakesim.structures import Weir
        >>> Weir(name="w", head="hongu", crest=24.0, width=5.0).check({"honghu": None})
        ["the head 'hongu' is no water of the system; did you mean 'honghu'?"]
        """
        faults = []
        for role, name in (("head", self.head), ("tail", self.tail)):
            if name is not None and name not in waters:
                near = difflib.get_close_matches(name, waters, 1)
                remedy = f"did you mean {near[0]!r}?" if near else f"the waters are: {', '.join(waters) or 'none'}"
                faults.append(f"the {role} {name!r} is no water of the system; {remedy}")
        if self.head == self.tail:
            faults.append(f"head and tail are both {self.head!r}; name the other water as tail")
        if self.NEEDS_TAIL and self.feels_tail and self.tail is None:
            faults.append(f"the discharge of a {self._word} depends on the tailwater, and there is none; name the tail")
        if self.flap and not (self.TWO_WAY and self.uses_tail):
            faults.append(
                f"a flap gate has nothing to stop on this {self._word}, which never runs backwards; leave flap out"
            )
        for word, level, name in self._marks():
            lake = waters.get(name or "")
            bottom = getattr(getattr(lake, "hypsometry", None), "bottom", None)
            dike_crest = getattr(lake, "dike_crest", None)
            if bottom is not None and level < bottom:
                faults.append(
                    f"the {word} {level:g} m lies below the bottom {bottom:g} m of {name!r}; "
                    "correct it, or extend the lake's curve downwards"
                )
            if dike_crest is not None and level > dike_crest:
                faults.append(
                    f"the {word} {level:g} m lies above the dike crest {dike_crest:g} m of {name!r}, "
                    "which would be overtopped first; correct one of them"
                )
        return faults

    def marks_in(self, water: str) -> list[tuple[str, float]]:
        """Levels of the structure that must not lie below the bottom of a water [m], each with what it is.

        >>> from lakesim.structures import Weir
        >>> weir = Weir(name="w", head="lake", tail="river", crest=24.0, width=5.0)
        >>> weir.marks_in("lake"), weir.marks_in("river")
        ([('crest', 24.0)], [])
        """
        return [(word, level) for word, level, name in self._marks() if name == water]

    def _arguments(self) -> tuple[Any, ...]:
        """Parameters as the equation takes them."""
        return self.parameters()

    def _marks(self) -> list[tuple[str, float, str | None]]:
        """Levels that must lie between a lake's bottom and its dike crest: what it is, level, name of the water."""
        return []

    def _details(self) -> list[str]:
        """What a line about the structure tells."""
        raise NotImplementedError

    @property
    def _word(self) -> str:
        return self.type.replace("_", " ")

    def __str__(self) -> str:
        opening = [] if self.opening == 1.0 else [f"opening {self.opening:g}"]
        return ", ".join([self._word, *self._details(), *opening, *(["flap gate"] if self.flap else [])])


class Overfall(Structure):
    """A structure whose water may fall freely into its tail, which then only receives."""

    free_fall: bool = False

    @property
    def feels_tail(self) -> bool:
        """Whether the level on the tail's side changes the discharge."""
        return not self.free_fall

    def __str__(self) -> str:
        return super().__str__() + (", free fall" if self.free_fall else "")


def check_rows(word: str, levels: tuple[float, ...], discharges: tuple[float, ...]) -> None:
    """Raise ValueError unless a table has two rows or more, as many of one column as of the other, and rises."""
    if len(levels) != len(discharges) or len(levels) < 2:
        raise ValueError(f"{len(levels)} {word}s and {len(discharges)} discharges are no table; give two rows or more")
    for row, (before, after) in enumerate(pairwise(levels), start=2):
        if after <= before:
            raise ValueError(f"row {row}: the {word} {after:g} m does not lie above {before:g} m; sort the rows")
