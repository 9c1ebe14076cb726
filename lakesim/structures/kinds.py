"""The kinds of structures, and the quantities that describe them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from .. import hydraulics
from ..units import Column, Length, Level, Levels, Quantity
from .base import Overfall, Structure, check_rows

Width = Annotated[float, Quantity("m", "clear width", minimum=0.001)]
Height = Annotated[float, Quantity("m", "clear height", minimum=0.001)]
Band = Annotated[float, Quantity("m", "band above the start level", minimum=0.001)]
Reach = Annotated[float, Quantity("m", "length of a channel", minimum=1.0)]
Roughness = Annotated[float, Quantity("s/m^(1/3)", "Manning's n", minimum=0.005, maximum=0.5)]
WeirCoefficient = Annotated[float, Quantity("m^0.5/s", "weir coefficient", minimum=0.1, maximum=4.0)]
Coefficient = Annotated[float, Quantity("", "discharge coefficient", minimum=0.05, maximum=1.0)]
Loss = Annotated[float, Quantity("", "loss coefficient", minimum=0.0, maximum=10.0)]
Efficiency = Annotated[float, Quantity("", "efficiency", minimum=0.05, maximum=1.0)]
Capacity = Annotated[float, Quantity("m3/s", "capacity of a unit", minimum=1e-6)]
Lifts = Annotated[tuple[float, ...], Column(Quantity("m", "lift", minimum=0.0))]
Discharges = Annotated[tuple[float, ...], Column(Quantity("m3/s", "discharge", minimum=0.0))]
Count = Annotated[int, Field(ge=1, strict=True)]

USUAL_BAND = 0.1
"""Height above its start level over which the units of a pump follow one another, unless told [m]; an assumption."""


class Weir(Overfall):
    """Overflow: spillway, low dike, outlet sill.

    In a file::

        [[structures]]
        type = "weir"
        name = "spillway"
        head = "lake"
        crest = "24.0 m"
        width = "68 m"

    Parameters
    ----------
    shape : `"broad"` (default) or `"sharp"`: the equation, `hydraulics.weir_broad` or `hydraulics.weir_sharp`
    crest : level of the crest [m]
    width : clear width of the crest [m]
    coefficient : C in Q = C b H^1.5 [m^0.5/s]; 1.7 for a broad crest, 1.84 for a sharp one unless told
    free_fall : whether the tailwater never reaches the crest, so that the tail only receives

    >>> weir = Weir(name="sill", head="a", tail="b", crest=24.0, width=10.0)
    >>> weir.discharge(24.5, 24.46), weir.discharge(24.46, 24.5)
    (4.06339, -4.06339)
    """

    type: Literal["weir"] = "weir"
    shape: Literal["broad", "sharp"] = "broad"
    crest: Level
    width: Width
    coefficient: WeirCoefficient | None = None

    @property
    def kind(self) -> int:
        """Number of the equation in `hydraulics`."""
        return hydraulics.WEIR if self.shape == "broad" else hydraulics.SHARP_WEIR

    def parameters(self) -> tuple[float, ...]:
        """Crest, width, coefficient."""
        usual = 1.7 if self.shape == "broad" else 1.84
        return self.crest, self.width, usual if self.coefficient is None else self.coefficient

    @property
    def _sill(self) -> float:
        return self.crest

    def _marks(self) -> list[tuple[str, float, str | None]]:
        return [("crest", self.crest, self.head)]

    def _details(self) -> list[str]:
        return [*(["sharp"] if self.shape == "sharp" else []), f"crest {self.crest:g} m", f"width {self.width:g} m"]


class SluiceGate(Overfall):
    """Vertical lift gate on a sill; water passes under the leaf, and over it when it stands high enough.

    In a file::

        [[structures]]
        type = "sluice_gate"
        name = "lock"
        head = "lake"
        tail = "river"
        sill = "16.0 m"
        width = "60 m"
        height = "6 m"
        flap = true

    Parameters
    ----------
    sill : level of the sill [m]
    width : clear width of all bays [m]
    height : gap under the fully raised leaf [m]
    leaf : height of the leaf itself [m]; that of the gap unless told
    coefficient : Cd of the orifice and of the overflow [-]
    free_fall : whether the tailwater never reaches the sill, so that the tail only receives

    >>> gate = SluiceGate(name="gate", head="a", tail="b", sill=10.0, width=5.0, height=2.0)
    >>> gate.discharge(11.0, 10.19, opening=0.25)
    5.59835
    """

    KIND: ClassVar[int] = hydraulics.SLUICE_GATE

    type: Literal["sluice_gate"] = "sluice_gate"
    sill: Level
    width: Width
    height: Height
    leaf: Height | None = None
    coefficient: Coefficient = 0.6

    def parameters(self) -> tuple[float, ...]:
        """Sill, width, height, leaf, coefficient."""
        leaf = self.height if self.leaf is None else self.leaf
        return self.sill, self.width, self.height, leaf, self.coefficient

    @property
    def _sill(self) -> float:
        return self.sill

    def _marks(self) -> list[tuple[str, float, str | None]]:
        return [("sill", self.sill, self.head)]

    def _details(self) -> list[str]:
        return [f"sill {self.sill:g} m", f"width {self.width:g} m", f"height {self.height:g} m"]


class Culvert(Overfall):
    """Barrels through a dike, running partly or completely full.

    In a file::

        [[structures]]
        type = "culvert"
        name = "dike-culvert"
        head = "lake"
        tail = "river"
        shape = "circular"
        diameter = "1.5 m"
        barrels = 3
        length = "60 m"
        invert_in = "20.0 m"
        invert_out = "19.8 m"

    A circular barrel counts as a box of the same height and area, with its own hydraulic radius. That is exact when it
    runs full; filled to a quarter its true area is 22 % smaller, filled to a tenth 48 %, so that small flows come out
    too large.

    Parameters
    ----------
    shape : `"box"` (then give width and height) or `"circular"` (then give diameter)
    width, height, diameter : inside measures of one barrel [m]
    barrels : number of equal barrels
    length : length of the barrels [m]
    invert_in, invert_out : levels of their floor on the head's and on the tail's side [m]
    roughness : Manning's n [s/m^(1/3)]; 0.013 is concrete
    entrance_loss : Ke [-]; 0.5 square edge in a headwall, 0.2 rounded, 0.9 projecting pipe
    inlet_coefficient : Cd of the mouth under inlet control [-]
    free_fall : whether the tailwater never reaches the outlet, so that the tail only receives

    >>> barrel = {"shape": "box", "width": 2.0, "height": 1.5, "length": 20.0, "invert_in": 10.0, "invert_out": 10.0}
    >>> Culvert(name="box", head="a", tail="b", **barrel).discharge(13.25, 13.0)
    5.08802
    """

    KIND: ClassVar[int] = hydraulics.CULVERT

    type: Literal["culvert"] = "culvert"
    shape: Literal["box", "circular"]
    width: Width | None = None
    height: Height | None = None
    diameter: Height | None = None
    barrels: Count = 1
    length: Length
    invert_in: Level
    invert_out: Level
    roughness: Roughness = 0.013
    entrance_loss: Loss = 0.5
    inlet_coefficient: Coefficient = 0.6

    @model_validator(mode="after")
    def _check_shape(self) -> Culvert:
        needed = {"box": ["height", "width"], "circular": ["diameter"]}[self.shape]
        given = [name for name in ("diameter", "height", "width") if getattr(self, name) is not None]
        if given != needed:
            raise ValueError(
                f"a {self.shape} culvert has {' and '.join(needed)}, and here is {' and '.join(given) or 'none'}; "
                "give what its shape has"
            )
        return self

    def parameters(self) -> tuple[float, ...]:
        """Invert in, invert out, width of all barrels, height, coefficients of the inlet and of the full barrel."""
        if self.diameter is not None:
            width, height, radius = 0.25 * math.pi * self.diameter, self.diameter, 0.25 * self.diameter
        else:
            width, height = self.width or 0.0, self.height or 0.0
            radius = width * height / (2.0 * (width + height))
        full = hydraulics.full_barrel_coefficient(self.length, self.roughness, radius, self.entrance_loss)
        return self.invert_in, self.invert_out, self.barrels * width, height, self.inlet_coefficient, full

    @property
    def _sill(self) -> float:
        return max(self.invert_in, self.invert_out)

    def _marks(self) -> list[tuple[str, float, str | None]]:
        outlet = [] if self.free_fall else [("outlet invert", self.invert_out, self.tail)]
        return [("inlet invert", self.invert_in, self.head), *outlet]

    def _details(self) -> list[str]:
        size = f"diameter {self.diameter:g} m" if self.diameter else f"{self.width:g} m wide, {self.height:g} m high"
        return [f"{self.barrels} × {size}", f"length {self.length:g} m", f"invert {self.invert_in:g} m"]


class Pump(Structure):
    """Pumping station: runs above a level of the headwater, or as its rules say; gives less the higher it has to lift.

    In a file::

        [[structures]]
        type = "pump"
        name = "station"
        head = "lake"
        tail = "river"
        start_level = "24.4 m"
        band = "0.1 m"
        units = 10
        lifts = ["0 m", "4 m", "8 m"]
        discharges = ["27 m3/s", "24 m3/s", "0 m3/s"]

    Parameters
    ----------
    start_level : level of the headwater at which the first unit starts [m]; without it the pump has no level of its
        own and runs as its rules open it
    band : height above the start level over which the others follow, linearly [m]; 0.1 m is assumed unless told
    units : number of equal units
    capacity : discharge of one unit at every lift [m3/s]; or, instead of it,
    lifts, discharges : head–discharge curve of one unit [m], [m3/s]; below the first lift the first discharge
    max_lift : lift at which the unit gives nothing any more [m], where the curve itself does not end in zero
    efficiency : of pumps, motors and gear together [-], for `power` and the energy; without it they are not known

    >>> pump = Pump(name="station", head="a", start_level=24.4, band=0.1, units=10, capacity=15.0)
    >>> pump.discharge(24.45)
    75.0
    """

    KIND: ClassVar[int] = hydraulics.PUMP
    TWO_WAY: ClassVar[bool] = False
    NEEDS_TAIL: ClassVar[bool] = True

    type: Literal["pump"] = "pump"
    start_level: Level | None = None
    band: Band | None = None
    units: Count = 1
    capacity: Capacity | None = None
    lifts: Lifts = ()
    discharges: Discharges = ()
    max_lift: Length | None = None
    efficiency: Efficiency | None = None

    @model_validator(mode="after")
    def _check_curve(self) -> Pump:
        if self.band is not None and self.start_level is None:
            raise ValueError(
                "the band lies above a start level, and there is none; give start_level, or leave band out"
            )
        curve = bool(self.lifts or self.discharges or self.max_lift is not None)
        if curve == (self.capacity is not None):
            raise ValueError("a pump has a capacity, or lifts and discharges; give one of the two")
        if not curve:
            return self
        lifts, discharges = self._curve()
        check_rows("lift", lifts, discharges)
        for row, (before, after) in enumerate(pairwise(discharges), start=2):
            if after > before:
                raise ValueError(
                    f"row {row}: the discharge rises with the lift, from {before:g} to {after:g} m3/s; check it"
                )
        if discharges[-1] > 0.0:
            raise ValueError(f"the curve ends at {discharges[-1]:g} m3/s; give max_lift, where the pump gives nothing")
        return self

    def _curve(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Lifts and discharges, to the end of the curve."""
        if self.capacity is not None:
            return (0.0,), (self.capacity,)
        if self.max_lift is not None:
            return (*self.lifts, self.max_lift), (*self.discharges, 0.0)
        return self.lifts, self.discharges

    @property
    def feels_tail(self) -> bool:
        """Whether the level on the tail's side changes the discharge."""
        return self.capacity is None

    def parameters(self) -> tuple[float, ...]:
        """Start level, band, units; lifts, then discharges."""
        lifts, discharges = self._curve()
        start_level = hydraulics.FREE_FALL if self.start_level is None else self.start_level
        band = USUAL_BAND if self.band is None else self.band
        return start_level, band, float(self.units), *lifts, *discharges

    def _arguments(self) -> tuple[Any, ...]:
        parameters = self.parameters()
        return *parameters[:3], parameters, 3, (len(parameters) - 3) // 2

    def power(self, headwater: float, tailwater: float, opening: float | None = None) -> float:
        """Power drawn [W] at these levels [m].

        Raises
        ------
        ValueError
            If the efficiency is not given.

        >>> Pump(name="station", head="a", start_level=24.4, capacity=100.0, efficiency=0.75).power(25.0, 29.0)
        5232000.0
        """
        if self.efficiency is None:
            raise ValueError(f"{self.name}: the power depends on the efficiency, and there is none; give it")
        return hydraulics.pump_power(
            self.discharge(headwater, tailwater, opening), tailwater - headwater, self.efficiency
        )

    @property
    def _sill(self) -> float:
        return -math.inf

    def _marks(self) -> list[tuple[str, float, str | None]]:
        return [] if self.start_level is None else [("start level", self.start_level, self.head)]

    def _details(self) -> list[str]:
        starts = [] if self.start_level is None else [f"starts at {self.start_level:g} m"]
        return [*starts, f"{self.units} × {self._curve()[1][0]:g} m³/s"]


class Channel(Structure):
    """Wide channel between two waters; it flows either way.

    In a file::

        [[structures]]
        type = "channel"
        name = "link"
        head = "east-lake"
        tail = "sand-lake"
        bed = "17.0 m"
        width = "20 m"
        length = "1.7 km"

    Parameters
    ----------
    bed : level of the bed [m]
    width : width of the channel [m]
    length : length of the channel [m]
    roughness : Manning's n [s/m^(1/3)]; 0.025 is a clean earth channel

    >>> link = Channel(name="link", head="a", tail="b", bed=20.0, width=50.0, length="2.5 km")
    >>> link.discharge(22.02, 21.98), link.discharge(21.98, 22.02)
    (25.4001, -25.4001)
    """

    KIND: ClassVar[int] = hydraulics.CHANNEL
    NEEDS_TAIL: ClassVar[bool] = True

    type: Literal["channel"] = "channel"
    bed: Level
    width: Width
    length: Reach
    roughness: Roughness = 0.025

    def parameters(self) -> tuple[float, ...]:
        """Bed, width, length, roughness."""
        return self.bed, self.width, self.length, self.roughness

    @property
    def _sill(self) -> float:
        return self.bed

    def _marks(self) -> list[tuple[str, float, str | None]]:
        return [("bed", self.bed, self.head), ("bed", self.bed, self.tail)]

    def _details(self) -> list[str]:
        return [f"bed {self.bed:g} m", f"width {self.width:g} m", f"length {self.length:g} m"]


class RatingCurve(Structure):
    """Discharge from a table, of the headwater or of the difference between headwater and tailwater.

    In a file::

        [[structures]]
        type = "rating_curve"
        name = "outlet-works"
        head = "lake"
        of = "headwater"
        levels = ["24 m", "25 m", "26 m"]
        discharges = ["0 m3/s", "40 m3/s", "120 m3/s"]

    Below the first row nothing flows; above the last row the last slope goes on, but not below zero.

    Parameters
    ----------
    of : `"headwater"`, or `"difference"` (headwater − tailwater; reversed flow has the same table)
    free_fall : of the headwater, into another water: say true, since such a table holds only while the tail stays low
    levels : levels, or differences of level from 0, rising [m]
    discharges : discharges [m3/s], from 0; they may fall

    >>> link = RatingCurve(name="k", head="a", tail="b", of="difference", levels=[0, 1], discharges=[0, 30])
    >>> link.discharge(21.0, 21.5)
    -15.0
    """

    NEEDS_TAIL: ClassVar[bool] = True

    type: Literal["rating_curve"] = "rating_curve"
    of: Literal["headwater", "difference"]
    levels: Levels
    discharges: Discharges
    free_fall: bool = False

    @model_validator(mode="after")
    def _check_table(self) -> RatingCurve:
        check_rows("level", self.levels, self.discharges)
        if self.of == "headwater" and self.discharges[0] > 0.0:
            raise ValueError(
                f"row 1: the discharge at {self.levels[0]:g} m is {self.discharges[0]:g} m3/s, and would go on below; "
                "begin with the level at which nothing flows, and 0 m3/s"
            )
        if self.of == "difference" and (self.levels[0], self.discharges[0]) != (0.0, 0.0):
            raise ValueError(
                f"the table of a difference begins at {self.levels[0]:g} m with {self.discharges[0]:g} m3/s; "
                "begin at 0 m with 0 m3/s, since between equal levels nothing flows"
            )
        return self

    @property
    def kind(self) -> int:
        """Number of the equation in `hydraulics`."""
        return hydraulics.RATING if self.of == "headwater" else hydraulics.RATING_OF_DIFFERENCE

    @property
    def feels_tail(self) -> bool:
        """Whether the level on the tail's side changes the discharge."""
        return self.of == "difference"

    def check(self, waters: Mapping[str, Any]) -> list[str]:
        """Faults of the structure among these waters, a sentence each."""
        faults = super().check(waters)
        if self.of == "headwater" and self.tail is not None and not self.free_fall:
            faults.append(
                f"a rating of the headwater does not know how high {self.tail!r} stands; say free_fall = true if that "
                'never reaches the outlet, or give a rating of = "difference"'
            )
        if self.of == "difference" and self.free_fall:
            faults.append("a rating of the difference does not fall freely; leave free_fall out")
        return faults

    def parameters(self) -> tuple[float, ...]:
        """Levels, then discharges."""
        return *self.levels, *self.discharges

    def _arguments(self) -> tuple[Any, ...]:
        return self.parameters(), 0, len(self.levels)

    @property
    def _sill(self) -> float:
        if self.of == "difference":
            return -math.inf
        rows = zip(self.levels, self.discharges[1:], strict=False)
        return next((level for level, above in rows if above > 0.0), math.inf)

    def _details(self) -> list[str]:
        falls = ["free fall"] if self.free_fall else []
        return [f"of the {self.of}", f"{len(self.levels)} rows", f"up to {max(self.discharges):g} m³/s", *falls]
