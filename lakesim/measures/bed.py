"""The bed of a lake: dredged, or silted up. Silt and dikes are separate edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

from ..units import Level, Quantity, Storage
from ..waters import System
from .base import Measure, Sentence, lake_of

Years = Annotated[float, Quantity("", "number of years", minimum=0.0)]


class Dredge(Measure):
    """Ground taken from the bed of a lake, in proportion to the depth of water over it; see `Hypsometry.deepened`.

    Parameters
    ----------
    water : name of the lake
    volume : of the ground that is taken [m3]
    below : level under which it is taken [m]; from there up the storage grows by the volume

    Raises
    ------
    ValueError
        In `apply`: if the lake is not there, or the level does not lie between its bottom and its last contour.

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
        lake = lake_of(system, self.water)
        return system.replaced(lake.changed(hypsometry=lake.hypsometry.deepened(self.volume, self.below)))

    def _sentences(self) -> Iterator[Sentence]:
        yield "dredge", {"water": self.water, "volume": self.volume, "below": self.below}


class Silt(Measure):
    """Silt on the bed of a lake, more where the water is deeper; see `Hypsometry.deepened`.

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
        lake = lake_of(system, self.water)
        return system.replaced(lake.changed(hypsometry=lake.hypsometry.deepened(-self.whole, self.below)))

    def _sentences(self) -> Iterator[Sentence]:
        yield "silt", {"water": self.water, "volume": self.whole, "below": self.below}
