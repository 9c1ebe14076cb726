"""The JSON schema of a scenario file, made from the records, so that editors complete and check it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from .. import catalogue, measures, rules, structures
from ..floods import Flood
from ..hypsometry import Hypsometry
from ..runoff import Catchment
from ..series.tables import FORMS
from ..units import Quantity, Record
from ..waters import LAKE_SERIES, Lake, River
from .core import CaseHead, Head, LeftOut
from .forcing import RUNOFF_SERIES, WRITTEN_OUT
from .parts import FLOOD_KEYS, POWER_LAW_SIZES, RIVER_SERIES, SHAPES, ToDatum
from .records import records_in

SERIES_KEYS = (
    "record", "sha256", "column", "unit", "kind", "time_column", "label", "fill", "longest_gap", "times", "values",
    "filled",
)  # fmt: skip


class _Generator(GenerateJsonSchema):
    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:  # noqa: ARG002
        """A moment is the only class that files write otherwise, as a date."""
        return {"type": "string", "description": "a date and, if need be, a time: 2020-07-01 or 2020-07-01T06:00:00"}


def schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file.

    >>> schema()["properties"]["tolerance"]["x-unit"]
    'm'
    """
    own = {"hypsometry": _ref("hypsometry"), "to_datum": _ref("to_datum"), "from": _catalogued()}
    lake = _record(Lake, LAKE_SERIES, **own)
    water_changes = _table({key: value for key, value in lake["properties"].items() if key not in ("name", "from")})
    kinds = {**structures.REGISTRY, **rules.REGISTRY}
    parts = {
        "structures": _list(_any([_ref(key) for key in structures.REGISTRY])),
        "rules": _list(_any([_ref(key) for key in rules.REGISTRY])),
        "measures": _list(_any([_ref(f"measure_{key}") for key in measures.REGISTRY])),
    }
    case = _record(CaseHead, {})
    case["properties"] |= parts | {
        "lake": water_changes,
        "waters": _changes("a water"),
        "flood": _ref("flood"),
    }
    whole = _record(Head, {})
    whole["properties"] |= parts | {
        "system": _any([_system_name(), _system()]),
        "lake": _any([_catalogued(), _ref("lake")]),
        "waters": _list(_any([_ref("lake_of_several"), _ref("river")])),
        "flood": _ref("flood"),
        "cases": _list(_ref("case")),
    }
    word = {"type": {"const": "lake"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lakesim scenario",
        "description": "Waters, structures and a flood, and the cases that are compared.",
        **whole,
        "$defs": {
            "series": _series(),
            "runoff": _runoff(),
            "hypsometry": _hypsometry(),
            "to_datum": _to_datum(),
            "lake": lake,
            "lake_of_several": lake | {"properties": word | lake["properties"]},
            "river": _river(),
            "flood": _flood(),
            "case": case,
            **{key: _typed(key, kind) for key, kind in kinds.items()},
            **{f"measure_{key}": _typed(key, kind) for key, kind in measures.REGISTRY.items()},
        },
    }


def _record(kind: type[Record], series: Any, **own: JsonSchemaValue) -> dict[str, Any]:
    """The table of a record; a series and what else has a form of its own in files is given."""
    given = {**dict.fromkeys(series, _ref("series")), **own}
    properties = {
        key: given.get(key) or _field(kind, key) for key in (*given, *kind.model_fields) if key not in ("system",)
    }
    required = [key for key, field in kind.model_fields.items() if field.is_required()]
    whole = _table(properties)
    return whole | ({"required": required} if required and "from" not in own else {})


def _field(kind: type[Record], key: str) -> dict[str, Any]:
    field = kind.model_fields[key]
    record = next(records_in(field.annotation), None)
    if record is not None:
        return _list(_record(record, {}))
    held: Any = field.annotation
    for extra in field.metadata:
        held = Annotated[held, extra]
    made = TypeAdapter(held, config=ConfigDict(arbitrary_types_allowed=True)).json_schema(schema_generator=_Generator)
    choices = [one for one in made.get("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:  # TOML has no null: what is not given is left out
        made = choices[0]
    if not field.is_required() and isinstance(field.default, str | int | float):
        made["default"] = field.default
    return made


def _typed(word: str, kind: type[Record]) -> dict[str, Any]:
    nested = {key: _any([_ref(one) for one in structures.REGISTRY]) for key in ("outlet",) if key in kind.model_fields}
    whole = _record(kind, getattr(kind, "SERIES", {}), **nested)
    whole["properties"]["type"] = {"const": word}
    # The head, and the water of a measure, may be left out where there is one lake.
    whole["required"] = ["type", *(key for key in whole.get("required", []) if key not in ("type", "head", "water"))]
    text = (kind.__doc__ or "").strip().split("\n")[0]
    return {"description": text, **whole}


def _river() -> dict[str, Any]:
    river = _record(River, RIVER_SERIES, to_datum=_ref("to_datum"))
    river["properties"]["type"] = {"const": "river"}
    river["required"] = ["type", *river["required"]]
    return river


def _flood() -> dict[str, Any]:
    flood = _table({key: _field(Flood, key) for key in FLOOD_KEYS} | dict.fromkeys(LAKE_SERIES, _ref("series")))
    terms = dict.fromkeys((*LAKE_SERIES, *RIVER_SERIES), _ref("series"))
    return flood | {"additionalProperties": _table(terms) | {"description": "series of a water, by its name"}}


def _series() -> dict[str, Any]:
    forms = {}
    for key, form in FORMS.items():
        types = form.types if isinstance(form.types, tuple) else (form.types,)
        names = {str: "string", int: "number", float: "number", list: "array"}
        found = list(dict.fromkeys(names.get(one, "object") for one in types))
        forms[key] = {"type": found[0] if len(found) == 1 else found, "description": form.word}
    others: dict[str, Any] = {key: {} for key in (*SERIES_KEYS, *WRITTEN_OUT)}
    others["record"] = {"enum": list(catalogue.records()), "description": "a record of the package"}
    others["kind"] = {"enum": ["instants", "means"], "description": "instants, linear between; or means over steps"}
    others["label"] = {"enum": ["start", "end"], "description": "which end of its step the date of a mean is"}
    others["fill"] = {"enum": ["interpolate", "previous", "zero"], "description": "how gaps are filled"}
    others["runoff"] = _ref("runoff")
    others["unit"] = {"type": "string", "description": "unit of plain numbers"}
    quantity = {"type": ["number", "string"], "description": "a quantity that stays"}
    return {"description": "a series", **_any([quantity, _table(forms | others)])}


def _runoff() -> dict[str, Any]:
    runoff = _record(Catchment, RUNOFF_SERIES)
    runoff["properties"] |= {key: _field(Flood, key) for key in ("start", "end")} | {"step": _number("s")}
    text = "the runoff of a catchment, an inflow; rain and evaporation are series"
    return {"description": text, **runoff, "required": [*RUNOFF_SERIES]}


def _hypsometry() -> dict[str, Any]:
    columns = {key: _field(Hypsometry, key) for key in Hypsometry.model_fields}
    shapes = {
        key: _table({word: _number(unit) for word, unit in (units | POWER_LAW_SIZES).items()})
        for key, units in SHAPES.items()
    }
    file = {"file": {"type": "string", "description": "a CSV file with the columns level [m], area [km2], …"}}
    return _table({**columns, **shapes, **file, "columns": {"type": "object"}})


def _number(unit: str) -> dict[str, Any]:
    return Quantity(unit, "a quantity").schema()


def _catalogued() -> dict[str, Any]:
    return {"enum": list(catalogue.names()), "description": "a lake of the catalogue"}


def _system_name() -> dict[str, Any]:
    return {"enum": list(catalogue.systems()), "description": "a system of the catalogue"}


def _system() -> dict[str, Any]:
    changes = {key: _changes(f"a {one}") for key, one in (("waters", "water"), ("structures", "structure"))}
    system = _record(LeftOut, {}, **{"from": _system_name(), **changes})
    return system | {"description": "a system of the catalogue, and what is different", "required": ["from"]}


def _to_datum() -> dict[str, Any]:
    text = "the datum that the levels of a water's own tables are brought to, and how much they rise by"
    return {"description": text, **_record(ToDatum, {})}


def _changes(what: str) -> dict[str, Any]:
    return {"type": "object", "description": f"changes by the name of {what}"}


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _any(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"anyOf": choices}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}
