"""The table of a curve: read, checked row by row, and turned into intervals."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from pathlib import Path

Column = tuple[float, ...]

ROUNDING = 0.01  # a fall of the area that a storage table implies, up to which it counts as rounding


def row_faults(levels: Column, areas: Column | None, storages: Column | None, *, flat: bool) -> Iterator[str]:
    """Yield what makes a curve impossible, row by row; a level may stand twice where land may lie `flat`."""
    twice = [flat and areas is not None and below == level for below, level in pairwise(levels)]
    if areas is None and storages is None:
        yield "neither areas nor storages; give one for each level, or both"
    if len(levels) < 2:
        yield f"{len(levels)} level(s); a curve needs at least 2 rows"
    for name, column in (("areas", areas), ("storages", storages)):
        if column is not None and len(column) != len(levels):
            yield f"{len(levels)} levels but {len(column)} {name}; give one for each level"
        elif column and not any(column):
            yield f"all {name} are zero; a lake must hold water at its last contour"
    for row, (below, level) in enumerate(pairwise(levels), start=2):
        if level <= below and not twice[row - 2]:
            yield f"row {row}: level {level:.10g} m is not above {below:.10g} m of the row before; levels must rise"
    for row, (first, again) in enumerate(pairwise(twice), start=3):
        if first and again:
            yield f"row {row}: level {levels[row - 1]:.10g} m stands a third time; keep two"
    for row, (below, area) in enumerate(pairwise(areas or ()), start=2):
        if area < below and not (row <= len(levels) and twice[row - 2]):
            yield f"row {row}: area {area:.10g} m2 is below {below:.10g} m2 of the row before; area must not fall"
    for row, (below, storage) in enumerate(pairwise(storages or ()), start=2):
        level_again = row <= len(levels) and twice[row - 2]
        if level_again and storage != below:
            yield f"row {row}: storage {storage:.10g} m3 is not {below:.10g} m3, as at the same level in the row before"
        elif storage < below or (storage == below > 0.0 and not level_again):
            yield f"row {row}: storage {storage:.10g} m3 is not above {below:.10g} m3 of the row before; it must rise"
        elif storage > below and areas is not None and row <= len(areas) and areas[row - 1] == 0.0:
            yield f"row {row}: storage has risen to {storage:.10g} m3 at an area of zero; correct one of the two"


def disagreements(levels: Column, areas: Column | None, storages: Column | None) -> dict[str, float]:
    """Return, for each interval with water, in words and as a part of the storage, how far area is from storage."""
    if areas is None or storages is None:
        return {}
    apart = {}
    rows = zip(pairwise(levels), pairwise(areas), pairwise(storages), strict=True)
    for row, ((z0, z1), (a0, a1), (s0, s1)) in enumerate(rows, start=1):
        more, integral = s1 - s0, 0.5 * (a0 + a1) * (z1 - z0)
        if more > 0.0:
            part = abs(integral - more) / more
            text = f"rows {row} and {row + 1}: storage rises by {more:.6g} m3, the areas give {integral:.6g} m3"
            apart[f"{text}, {part:.1%} apart"] = part
    return apart


def overhangs(levels: Column, areas: Column | None, storages: Column | None) -> list[str]:
    """Return the rows from which the area that storages alone imply falls by more than rounding."""
    if areas is not None or storages is None:
        return []
    implied = [(s1 - s0) / (z1 - z0) for (z0, z1), (s0, s1) in zip(pairwise(levels), pairwise(storages), strict=True)]
    return [
        f"row {row}: storage rises by {above:.6g} m3 a metre above it, by {below:.6g} below, as if the lake narrowed"
        for row, (below, above) in enumerate(pairwise(implied), start=2)
        if above < (1.0 - ROUNDING) * below
    ]


def intervals(levels: Column, areas: Column | None, storages: Column | None) -> tuple[Column, Column, Column, Column]:
    """Return level, storage, area and slope at the lower end of each interval, from the bottom up."""
    wet = next(row for row, value in enumerate(storages or areas or ()) if value > 0.0)
    rows = slice(max(0, wet - 1), None)
    levels, areas, storages = levels[rows], areas and areas[rows], storages and storages[rows]
    # Between two rows of one level, where land lies flat, there is no interval.
    rising = [row for row, (below, above) in enumerate(pairwise(levels)) if above > below]
    rises = [levels[row + 1] - levels[row] for row in rising]
    # The area at both ends of each interval; storages alone have the shape of a prism.
    ends = [(areas[row], areas[row + 1]) for row in rising] if areas else [(1.0, 1.0)] * len(rises)
    integrals = [0.5 * (a0 + a1) * rise for (a0, a1), rise in zip(ends, rises, strict=True)]
    if storages is None:
        storages = tuple(accumulate(integrals, initial=0.0))
    else:
        storages = (*(storages[row] for row in rising), storages[-1])
        scales = [(s1 - s0) / integral for (s0, s1), integral in zip(pairwise(storages), integrals, strict=True)]
        ends = [(a0 * scale, a1 * scale) for (a0, a1), scale in zip(ends, scales, strict=True)]
    slopes = [(a1 - a0) / rise for (a0, a1), rise in zip(ends, rises, strict=True)]
    levels = (*(levels[row] for row in rising), levels[-1])
    return levels, storages, (*(a0 for a0, _ in ends), ends[-1][1]), (*slopes, slopes[-1])


def read_table(path: Path, columns: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """Return the columns of a CSV file as {"levels": {"unit": "m", "values": [...]}, ...}."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")] or [[]]
    faults = [
        f"row {number} has {len(row)} cells under the {len(header)} of the header"
        for number, row in enumerate(rows, start=1)
        if len(row) != len(header)
    ]
    faults += [f"no column {name!r} in the header {header}" for name in columns if name not in header]
    table: dict[str, dict[str, object]] = {}
    for place, name in enumerate(columns.get(name, name).strip() for name in header):
        quantity = re.fullmatch(r"(level|area|storage)\s*\[(.+)\]", name)
        if quantity is None and name.startswith(("level", "area", "storage")):
            faults.append(f'column {name!r} names no unit; write it as "level [m]", "area [km2]" or "storage [hm3]"')
        elif quantity and f"{quantity[1]}s" in table:
            faults.append(f"column {name!r} gives {quantity[1]} a second time; keep one")
        elif quantity:
            table[f"{quantity[1]}s"] = {"unit": quantity[2], "values": [row[place] for row in rows if len(row) > place]}
    if not faults and "levels" not in table:
        faults.append(f'no column "level [m]" in the header {header}; name it so, or in columns')
    if faults:
        raise ValueError(f"{path}: {'; '.join(faults)}")
    return table
