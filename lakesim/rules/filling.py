"""The joint rule of parallel storages, which are used by equal fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from ..series import Series
from ..units import Level, Quantity, Record
from .base import nearest, outside
from .joint import JointRule, Knowledge, lakes_of, no_lake, refuse_twice

Band = Annotated[float, Quantity("", "share of the storage", minimum=0.001, maximum=1.0)]


class Store(Record):
    """One of several storages that are filled together.

    Parameters
    ----------
    water : name of the lake
    empty, full : the levels between which its storage counts [m], the first below the second
    structure : name of the structure that fills it, or empties it: while that would let nothing through, fully open at
        the levels of now, the storage is left out and the others do not wait for it; without it they wait

    Raises
    ------
    ValueError
        If empty does not lie below full.
    """

    water: str
    empty: Level
    full: Level
    structure: str | None = None

    @model_validator(mode="after")
    def _holds(self) -> Store:
        if self.empty >= self.full:
            raise ValueError(
                f"'empty' {self.empty:g} m does not lie below 'full' {self.full:g} m; lower it, or raise full"
            )
        return self

    def fraction(self, known: Knowledge) -> float:
        """How full it is: 0 at `empty`, 1 at `full`, and beyond."""
        least = known.storage(self.water, self.empty)
        return (known.storage(self.water) - least) / (known.storage(self.water, self.full) - least)

    def can_move(self, known: Knowledge) -> bool:
        """Whether it could be filled, or emptied, at the levels of now, as far as its structure is named."""
        return self.structure is None or known.capacity(self.structure) > 0.0


class EqualFilling(JointRule):
    """Parallel storages that fill, or empty, by equal fractions (均衡蓄水).

        fraction f = (S − S(empty)) / (S(full) − S(empty))
        filling:  opening ≤ clip(1 − (f_own − least of all f) / band, 0, 1)
        emptying: opening ≤ clip(1 − (greatest of all f − f_own) / band, 0, 1)

    A structure fills what lies at its tail and empties what lies at its head; exactly one of both is among the
    storages. A storage that cannot be filled, because its inlet lies higher than the water, would hold back all others:
    name its structure, and it is left out meanwhile; one that its own rules shut is waited for. The fractions are of
    now: the operator does not know what each will still receive. Nor does he keep a storage from being filled above 1;
    that is for a `shut_off`. The fractions stay within the band where the storage moves by less than the band between
    two looks; where it is faster, it goes to and fro: widen the band, or look more often.

    Parameters
    ----------
    among : the storages, two at least, each a table with water, empty, full (`Store`)
    band : by how far one may be ahead of the last before its structure is shut, a share of its storage, above 0

    Raises
    ------
    ValueError
        If there are less than two storages, one of them twice, or one that holds nothing.

    Examples
    --------
    >>> rule = EqualFilling(structure="inlet", band="5 %", among=[
    ...     {"water": "west", "empty": "24 m", "full": "27 m"}, {"water": "east", "empty": "23 m", "full": "28 m"}])
    >>> rule.place, len(rule.among)
    (46, 2)
    """

    RANK: ClassVar[int] = 46

    type: Literal["equal_filling"] = "equal_filling"
    among: tuple[Store, ...]
    band: Band

    @field_validator("among")
    @classmethod
    def _several(cls, among: tuple[Store, ...]) -> tuple[Store, ...]:
        if len(among) < 2:
            raise ValueError("there is nothing to be equal to; name two storages at least")
        refuse_twice([store.water for store in among])
        return among

    @property
    def others(self) -> tuple[str, ...]:
        """The storages, its own among them."""
        return tuple(store.water for store in self.among)

    def decide(self, known: Knowledge) -> float:
        """The opening by which its storage keeps with the others."""
        head, *tail = own = known.joined(self.structure)
        fraction = {one.water: one.fraction(known) for one in self.among if one.water in own or one.can_move(known)}
        if head in fraction:
            ahead = max(fraction.values()) - fraction[head]
        else:
            ahead = fraction[tail[0]] - min(fraction.values())
        return min(max(1.0 - ahead / self.band, 0.0), 1.0)

    def _does(self) -> str:
        return f"keeps {', '.join(self.others)} equally full, shut where its own is {self.band:g} of its storage ahead"

    def _beyond(
        self,
        structure: Any,
        structures: Mapping[str, Any],
        waters: Mapping[str, Any],
    ) -> Iterator[str]:
        own = [name for name in (structure.head, structure.tail) if name in self.others]
        if len(own) != 1:
            found = f"both {own[0]!r} and {own[1]!r}" if own else f"neither {structure.head!r} nor {structure.tail!r}"
            yield f"has {found} among its storages; name one of the two sides, which the structure fills or empties"
        for store in self.among:
            if store.water not in lakes_of(waters):
                near = nearest(store.water, lakes_of(waters), "lakes")
                yield f"has {store.water!r} among its storages, which is {no_lake(store.water, waters)}; {near}"
                continue
            for key, level in (("lowest", store.empty), ("highest", store.full)):
                series = Series.constant(level, "m")
                yield from outside(waters[store.water], f"{key} level among its storages", series)
            if store.structure is not None and store.structure not in structures:
                near = nearest(store.structure, structures, "structures")
                yield f"has {store.structure!r} for {store.water!r}, which is no structure of the system; {near}"
            elif store.structure is not None and len(own) == 1:
                side, does = ("head", "empties") if structure.head in own else ("tail", "fills")
                if getattr(structures[store.structure], side, store.water) != store.water:  # None if unread
                    yield (
                        f"has {store.structure!r} for {store.water!r}, which is not its {side}; name the one that "
                        f"{does} it"
                    )
