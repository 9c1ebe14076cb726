"""A table of a file as a record: unknown keys, wrong types and refused values become faults in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..units import Column, Quantity, Record
from .faults import NEXT_FAULT, Faults, close, nearest
from .positions import KeyPath

Some = TypeVar("Some", bound=Record)

_WRONG_TYPE = {
    "string_type": "is no text; write it in quotation marks",
    "int_type": "is no whole number; write one without a point",
    "int_from_float": "is no whole number; write one without a point",
    "int_parsing": "is no whole number; write one without a point",
    "tuple_type": "is no list; write one in brackets",
    "list_type": "is no list; write one in brackets",
    "model_type": "is no table; write its keys in braces",
    "greater_than_equal": "is too small; write a number of at least {ge}",
}


def table_of(value: object, path: KeyPath, keys: Iterable[str], faults: Faults) -> dict[str, Any]:
    """Return the known keys of a table; what is no table, and a key that is unknown, is a fault."""
    if not isinstance(value, Mapping):
        faults.add(path, f"{value!r:.60} is no table; write its keys below [{path[-1]}], or in braces")
        return {}
    keys = list(keys)
    for key in value:
        if key not in keys:
            faults.add((*path, key), f"there is no such key; {nearest(key, keys, 'the keys here are')}")
            faults.meant.add((*path, close(key, keys) or ""))
    return {key: value[key] for key in value if key in keys}


def list_of(value: object, path: KeyPath, faults: Faults) -> list[Any]:
    """Return a list; anything else is a fault."""
    if isinstance(value, list):
        return value
    faults.add(path, f"{value!r:.60} is no list; write [[{path[-1]}]] above each of its tables, or a list in brackets")
    return []


def text_of(value: object, path: KeyPath, faults: Faults) -> str | None:
    """Return a text; anything else is a fault."""
    if isinstance(value, str):
        return value
    faults.add(path, f"{value!r:.60} is no text; write it in quotation marks")
    return None


def make(
    kind: type[Some],
    values: Mapping[str, Any],
    path: KeyPath,
    faults: Faults,
    whole: bool = True,
    unread: Iterable[str] = (),
) -> Some | None:
    """Make a record of known keys, or note its faults; a part of a record may lack keys and gives none.

    What is said of keys that are given, and could not be read, is no fault of its own.
    """
    truths = [key for key, value in values.items() if _is_truth(kind, key) and not isinstance(value, bool)]
    for key in truths:
        faults.add((*path, key), f"{values[key]!r:.60} is neither true nor false; write one of them, without quotes")
    try:
        record = kind(**{key: value for key, value in values.items() if key not in truths})
    except ValidationError as error:
        found = error.errors(include_url=False)
        for fault in found:
            if fault["type"] == "extra_forbidden":
                *place, unknown = fault["loc"]
                faults.meant.add((*path, *place, close(unknown, _kind_at(kind, fault).model_fields) or ""))
        for fault in found:
            missing = fault["type"] == "missing"
            if not missing or (whole and (*path, *fault["loc"]) not in faults.meant):
                for message in NEXT_FAULT.split(_message(fault, kind)):
                    named = fault["loc"] or named_in(message, values)
                    lacking = named_in(message, dict.fromkeys(unread))
                    if whole or (named and not lacking):  # what is not there may be what is missing
                        faults.add((*path, *named), message)
        return None
    return record if whole and not truths else None


def _is_truth(kind: type[Record], key: str) -> bool:
    return kind.model_fields[key].annotation is bool


def named_in(message: str, values: Mapping[str, Any]) -> KeyPath:
    """The given key that a message about a whole record names first, before its remedy, if it names one.

    >>> named_in("the start_stop has a stop of 25 m, above its start; lower it", {"start": 24.0, "stop": 25.0})
    ('stop',)
    """
    fault = message.partition(";")[0]
    found = {key: re.search(rf"\b(?:{key}|{key.replace('_', ' ')})\b", fault) for key in values}
    places = {match.start(): key for key, match in found.items() if match}
    return (places[min(places)],) if places else ()


def _kind_at(kind: type[Record], fault: ErrorDetails) -> type[Record]:
    """The record that a fault is in: the whole one, or one that stands in it."""
    for step in fault["loc"][:-1]:
        if step in kind.model_fields:
            kind = next(records_in(kind.model_fields[str(step)].annotation), kind)
    return kind


def records_in(annotation: Any) -> Iterator[type[Record]]:
    """The records that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from records_in(part)


def _message(fault: ErrorDetails, whole: type[Record]) -> str:
    given, context, kind = fault["input"], fault.get("ctx", {}), _kind_at(whole, fault)
    if fault["type"] == "missing":
        quantity = quantity_of(kind, str(fault["loc"][-1]))
        what = f" ({quantity.description}, {quantity.unit or 'no unit'})" if quantity else ""
        return f"is missing{what}; give it"
    if fault["type"] == "extra_forbidden":
        return f"there is no such key; {nearest(fault['loc'][-1], kind.model_fields, 'the keys here are')}"
    if fault["type"] == "literal_error":
        choices = get_args(kind.model_fields[str(fault["loc"][-1])].annotation)
        texts = [choice for choice in (*choices, *(get_args(choices[0]) or ())) if isinstance(choice, str)]
        return f"{given!r:.60} is none of {', '.join(map(repr, texts))}; {nearest(given, texts, 'choose one of')}"
    if fault["type"] in _WRONG_TYPE:
        return f"{given!r:.60} " + _WRONG_TYPE[fault["type"]].format(**context)
    return fault["msg"].removeprefix("Value error, ")


def quantity_of(kind: type[Record], key: str) -> Quantity | None:
    """The quantity that a field holds, or that its column holds, if it is one.

    >>> from lakesim.waters import Lake
    >>> quantity_of(Lake, "dead_level").unit
    'm'
    """
    field = kind.model_fields[key]
    held = [*field.metadata, *(extra for part in get_args(field.annotation) for extra in get_args(part))]
    for extra in held:
        if isinstance(extra, Column):
            return extra.quantity
        if isinstance(extra, Quantity):
            return extra
    return None
