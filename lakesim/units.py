"""Quantities: the units at the door, and the types that carry them.

Inside, everything is SI: m, m2, m3, m3/s, m/s, s. At the door (a TOML file, a keyword argument) a quantity is a
finite number in its SI unit, or a string `"<number> <unit>"`. The number is read here, by one pattern; pint sees
only the unit, and is imported only when a string comes.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction as Ratio
from functools import cache, lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Values = TypeVar("Values", float, "NDArray[np.float64]")

# How a person may write a quantity that is kept in this SI unit.
_EXAMPLES = {
    "m": "26.5 m", "m2": "344 km2", "m3": "5.4 hm3", "m3/s": "1200 m3/s", "m/s": "4 mm/d", "s": "6 h", "": "40 %",
}  # fmt: skip

# A plain decimal number, and a unit by its first sign; the same patterns stand in the JSON schema.
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_UNIT = r"[^\s0-9.,eE+*/_-].*"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*({_UNIT})", re.DOTALL)

# pint's acre and acre-foot stand on the US survey foot, water accounts on the international one; it lacks the rest.
_DEFINITIONS = (
    "acre = 4046.8564224 * m**2 = ac",
    "mu = 10000 / 15 * m**2",
    "acft = 1233.48183754752 * m**3",
    "TAF = 1000 * acft",
    "cumec = m**3 / s = cms",
    "cfs = 0.028316846592 * m**3 / s",
)
_POWERS_OF_TEN = {"百万": 10**6, "亿": 10**8, "万": 10**4}
_CHINESE = {
    "平方公里": "km2", "平方千米": "km2", "平方米": "m2", "公顷": "ha", "亩": "mu", "立方米": "m3", "立方": "m3",
    "方": "m3", "公里": "km", "千米": "km", "厘米": "cm", "毫米": "mm", "米": "m", "每": "/", "秒": "s", "分钟": "min",
    "小时": "h", "天": "d", "日": "d", "个月": "month", "月": "month", "年": "year", "−": "-", "·": " ", "⋅": " ",
}  # fmt: skip
_TERM = r"(?:[A-Za-zμ_]+|%)(?:\*\*-?[1-3])?"
_PRODUCT = re.compile(rf"{_TERM}(?:(?:\s*[*/]\s*|\s+){_TERM})*")
_NOT_FIXED = re.compile(r"\b(?:a|mo|annum|decades?|century|centuries|\w*(?:month|year|yr)s?)\b")


def _remedy(unit: str) -> str:
    return f'write a number in {unit or "the unit 1"}, or a string as in "{_EXAMPLES.get(unit, f"1 {unit}")}"'


@cache
def _registry() -> Any:
    """Return pint with exact fractions, so that "344.4 km2" and 344.4e6 are the same float."""
    import pint

    registry: Any = pint.UnitRegistry(non_int_type=Ratio, on_redefinition="ignore")
    for line in _DEFINITIONS:
        registry.define(line)
    return registry


def _spell(unit: str) -> str:
    """Spell a unit the way pint reads it: `m³/s`, `m3 s-1` and `立方米/秒` become products of powers."""
    unit = unicodedata.normalize("NFKC", unit).strip()
    for word, symbol in _CHINESE.items():
        unit = unit.replace(word, symbol)
    unit = re.sub(r"\bac(?:res?)?[-_* ]?(?:ft|foot|feet)\b", "acft", unit)
    # A digit after a name is its power, here and not in pint: a defined "m3" would make "km3" a thousand m3.
    return re.sub(r"(?<=[A-Za-z])(?:\^|\*\*)?(-?[1-3])(?![0-9])", r"**\1", unit)


@lru_cache(maxsize=256)
def _factor(unit: str, si_unit: str) -> Ratio:
    """Return how many `si_unit` one `unit` is."""
    if unit == si_unit:
        return Ratio(1)  # also a unit that pint would not read, such as m^0.5/s
    ten = next((word for word in _POWERS_OF_TEN if unit.startswith(word)), "")
    spelled = _spell(unit.removeprefix(ten))
    if _NOT_FIXED.search(spelled):
        raise ValueError(f"unit {unit!r} is refused, since months and years differ in length; count in days (d)")
    if re.search(r"\bMm\*\*[23]", spelled):
        raise ValueError(f"unit {unit!r} may mean megametres or millions; write hm3 or km2")
    if not _PRODUCT.fullmatch(spelled):
        raise ValueError(f"unit {unit!r} cannot be read; {_remedy(si_unit)}")
    try:
        one = _registry().Quantity(Ratio(_POWERS_OF_TEN.get(ten, 1)), spelled)
        return Ratio(one.to(_spell(si_unit)).magnitude)
    except (AttributeError, TypeError) as error:  # what pint's UndefinedUnitError and DimensionalityError are
        fault = "is not known" if isinstance(error, AttributeError) else f"does not convert to {si_unit or 1}"
        raise ValueError(f"unit {unit!r} {fault}; {_remedy(si_unit)}") from None


def convert(values: Values, unit: str, si_unit: str) -> Values:
    """Convert a float or an array from `unit` to `si_unit`; units that scale only, none with an offset.

    >>> convert(3.0, "TAF/d", "m3/s")
    42.8292...
    """
    return values * float(_factor(unit, si_unit))


def to_si(value: object, unit: str) -> float:
    """Return a number, or a string `"<number> <unit>"`, as a float in the SI unit `unit`.

    A number is already in the SI unit. A string must name its unit; its number has a decimal point and no comma,
    space, underscore or arithmetic. Anything else, and what is not finite, raises ValueError.

    >>> to_si("344.4 km2", "m2") == to_si(344.4e6, "m2")
    True
    >>> to_si("1.5 亿立方米", "m3")
    150000000.0
    >>> to_si("344.4", "m2")
    Traceback (most recent call last):
    ValueError: '344.4' has no unit; write a number in m2, or a string as in "344 km2"
    """
    if isinstance(value, bool) or not isinstance(value, Real | str):
        raise ValueError(f"{value!r:.60} is no quantity; {_remedy(unit)}")
    try:
        number = _read(value, unit) if isinstance(value, str) else float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{value!r:.60} is not a finite number; {_remedy(unit)}")
    return number


def _read(text: str, unit: str) -> float:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        bare = re.fullmatch(_NUMBER, text.strip())
        fault = "has no unit" if bare else "does not start with a plain decimal number before its unit"
        raise ValueError(f"{text!r} {fault}; {_remedy(unit)}")
    try:
        return float(Ratio(match[1]) * _factor(match[2].strip(), unit))
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None


@dataclass(frozen=True)
class Quantity:
    """What makes a float field a quantity: its SI unit, what it is, and its range."""

    unit: str
    description: str = ""
    minimum: float = -math.inf
    maximum: float = math.inf

    def read(self, value: object) -> float:
        """Return `value` in the SI unit, or raise ValueError."""
        number = value if type(value) is float and math.isfinite(value) else to_si(value, self.unit)
        if not self.minimum <= number <= self.maximum:
            bounds = f"{self.minimum:g} … {self.maximum:g} {self.unit}".rstrip()
            raise ValueError(f"{value!r} is out of range; {self.description} must be in {bounds}")
        return number

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema: a number in the SI unit, or a string with a unit."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        number = {"type": "number", **{name: bound for name, bound in bounds.items() if math.isfinite(bound)}}
        string = {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*{_UNIT}$"}
        return {"description": f"{self.description} [{self.unit or 1}]", "x-unit": self.unit, "anyOf": [number, string]}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.schema()


@dataclass(frozen=True)
class Column:
    """What makes a field a column of quantities: a list, or one unit for all as `{unit = "km2", values = [50, 120]}`.

    >>> from pydantic import TypeAdapter
    >>> TypeAdapter(Areas).validate_python({"unit": "km2", "values": [50, 120]})
    (50000000.0, 120000000.0)
    """

    quantity: Quantity

    def read(self, value: object) -> tuple[float, ...]:
        """Return `value` as floats in the SI unit, or raise one ValueError that names each faulty row (from 1)."""
        unit, cells = None, value
        if isinstance(value, Mapping) and set(value) == {"unit", "values"}:
            unit, cells = value["unit"], value["values"]
        cells = cells.tolist() if hasattr(cells, "tolist") else cells  # an array or a column of pandas
        if not isinstance(cells, list | tuple):
            remedy = f'write a list, or {{unit = "{self.quantity.unit}", values = [...]}}'
            raise ValueError(f"{value!r:.60} is no column of quantities; {remedy}")
        numbers, faults = [], []
        for row, cell in enumerate(cells, start=1):
            try:
                # One way in for both forms, so that they give the same float.
                numbers.append(self.quantity.read(cell if unit is None else f"{cell} {unit}"))
            except ValueError as error:
                faults.append(f"row {row}: {error}")
        if faults:
            raise ValueError("; ".join(faults))
        return tuple(numbers)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = self.quantity.schema()
        columns = {"unit": {"type": "string"}, "values": {"type": "array", "items": {"type": "number"}}}
        table = {"type": "object", "properties": columns, "required": [*columns], "additionalProperties": False}
        return {**whole, "anyOf": [{"type": "array", "items": {"anyOf": whole["anyOf"]}}, table]}


Level = Annotated[float, Quantity("m", "water level above datum")]
Length = Annotated[float, Quantity("m", "length", minimum=0.0)]
Area = Annotated[float, Quantity("m2", "area", minimum=0.0)]
Storage = Annotated[float, Quantity("m3", "storage", minimum=0.0)]
Discharge = Annotated[float, Quantity("m3/s", "discharge")]
Rate = Annotated[float, Quantity("m/s", "rain, evaporation or seepage rate")]
Duration = Annotated[float, Quantity("s", "duration", minimum=0.0)]
Fraction = Annotated[float, Quantity("", "fraction", minimum=0.0, maximum=1.0)]
Number = Annotated[float, Quantity("", "number without unit")]

Levels = Annotated[tuple[float, ...], Column(get_args(Level)[1])]
Areas = Annotated[tuple[float, ...], Column(get_args(Area)[1])]
Storages = Annotated[tuple[float, ...], Column(get_args(Storage)[1])]
Discharges = Annotated[tuple[float, ...], Column(get_args(Discharge)[1])]


_NAME = re.compile(r"[^\W\d_][\w-]*")


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"the name {name!r} must begin with a letter and hold only letters, digits, _ and -, "
            "because files and columns are named by it; rename it"
        )
    return name


Name = Annotated[str, AfterValidator(_name)]


class Record(BaseModel):
    """A frozen, validated set of named values.

    >>> class Pond(Record):
    ...     area: Area
    >>> Pond(area="2 ha").changed(area="3 ha")
    Pond(area=30000.0)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def changed(self, **changes: Any) -> Self:
        """Return a copy with these fields changed, rebuilt and validated as a whole."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)
