"""The bed of a lake: dredged, or silted up. Silt and dikes are separate edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

from ..structures import Pump
from ..units import Level, Quantity, Storage
from ..waters import LOWEST_LEVEL, Lake, System
from .base import Measure, Sentence, lake_of

Years = Annotated[float, Quantity("", "number of years", minimum=0.0)]


class Dredge(Measure):
    """Ground taken from the bed of a lake, in proportion to the depth of water over it; see `Hypsometry.deepened`.

    A water that lies dry at the start, as polders do, lies dry on its new bottom; pumps that start at the bottom go
    down with it.

    Parameters
    ----------
    water : name of the lake
    volume : of the ground that is taken [m3]
    below : level under which it is taken [m]; from there up the storage grows by the volume

    Raises
    ------
    ValueError
        In `apply`: if the lake is not there, the level does not lie between its bottom and its last contour, or the bed
        would lie lower than any lake's.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> deeper = Dredge(water="lake", volume="9 hm3", below="24 m").apply(System(waters=[lake]))
    >>> deeper["lake"].hypsometry.bottom
    21.0
    """

    type: Literal["dredge"] = "dredge"
    water: str
    volume: Storage
    below: Level

    def _applied(self, system: System) -> System:
        dredged = _with_bed(system, lake_of(system, self.water), self.volume, self.below)
        if (bottom := dredged[self.water].hypsometry.bottom) < LOWEST_LEVEL:
            raise ValueError(
                f"the bed would lie at {bottom:g} m after {self.volume:g} m3 are taken, and none lies below "
                f"{LOWEST_LEVEL:g} m; take less, or from under a higher level"
            )
        return dredged

    def _sentences(self) -> Iterator[Sentence]:
        yield "dredge", {"water": self.water, "volume": self.volume, "below": self.below}


class Silt(Measure):
    """Silt on the bed of a lake, more where the water is deeper; see `Hypsometry.deepened`.

    A water that lies dry at the start, as polders do, lies dry on the silt; pumps that start at the bottom go up with
    it.

    Parameters
    ----------
    water : name of the lake
    volume : of the silt [m3]; or, instead of it,
    yearly, years : what stays in a year [m3], and for how many years; it settles on the bed as it was
    below : level under which it settles [m]; from there up the storage shrinks by the volume

    Raises
    ------
    ValueError
        If not one of volume, and yearly with years, is given. In `apply`: if the lake is not there, the level does
        not lie between its bottom and its last contour, or the silt is more than the lake holds below it; or if a
        level of the lake, or a sill, would lie under the silt.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> silted = Silt(water="lake", yearly="0.3 hm3", years=30, below="24 m").apply(System(waters=[lake]))
    >>> silted["lake"].hypsometry.bottom
    23.0
    """

    type: Literal["silt"] = "silt"
    water: str
    volume: Storage | None = None
    yearly: Storage | None = None
    years: Years | None = None
    below: Level

    @model_validator(mode="after")
    def _check(self) -> Silt:
        if (self.volume is None) == (self.yearly is None) or (self.yearly is None) != (self.years is None):
            raise ValueError("give the volume of the silt, or what stays yearly and for how many years")
        return self

    @property
    def whole(self) -> float:
        """Volume of the silt [m3]."""
        return self.volume if self.volume is not None else (self.yearly or 0.0) * (self.years or 0.0)

    def _applied(self, system: System) -> System:
        return _with_bed(system, lake_of(system, self.water), -self.whole, self.below)

    def _sentences(self) -> Iterator[Sentence]:
        yield "silt", {"water": self.water, "volume": self.whole, "below": self.below}


def _with_bed(system: System, lake: Lake, volume: float, below: float) -> System:
    """The system with a deeper bed of a lake, or a silted one; what lies on the bottom goes with it."""
    before, curve = lake.hypsometry.bottom, lake.hypsometry.deepened(volume, below)
    starts = {} if lake.initial_level > before else {"initial_level": curve.bottom}
    pumps = [
        one.changed(start_level=curve.bottom)
        for one in system.structures
        if isinstance(one, Pump) and one.head == lake.name and one.start_level == before
    ]
    moved = {pump.name for pump in pumps}
    marks = [(key.replace("_", " "), level, "") for key, level in lake.characteristic_levels.items()]
    marks += [] if starts else [("initial level", lake.initial_level, "")]
    marks += [
        (word, level, f" of {one.name!r}")
        for one in system.structures
        if one.name not in moved
        for word, level in one.marks_in(lake.name) or [("sill", one.draws_down_to(lake.name))] * (one.tail == lake.name)
    ]
    faults = [
        f"the silt would lie over the {word} {level:g} m{owner}, as high as {curve.bottom:g} m; take less silt, or "
        f"raise the {word} first"
        for word, level, owner in marks
        if before <= level < curve.bottom
    ]
    if faults:
        raise ValueError("\n".join(dict.fromkeys(faults)))
    return system.replaced(lake.changed(hypsometry=curve, **starts), *pumps)
