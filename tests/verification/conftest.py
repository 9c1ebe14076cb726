"""What the verification tests share: systems drawn at random, with every kind of structure between their waters."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from lakesim import (
    Channel,
    Culvert,
    Dwell,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    Ramp,
    RatingCurve,
    ReleaseLimit,
    River,
    RuleCurve,
    Schedule,
    Series,
    ShutOff,
    SluiceGate,
    StartStop,
    System,
    Weir,
)
from lakesim.rules import Rule
from lakesim.structures import Structure

Floats = NDArray[np.float64]
START, HOURS = np.datetime64("2020-06-01", "ms"), 96
KINDS = ("broad weir", "sharp weir", "gate", "culvert", "pump", "pump by lift", "channel", "rating", "link")
POWERS = ("sharp weir", "channel")
"""Kinds whose equation has a power, which a compiler may round otherwise than Python."""


def hourly(values: Floats, kind: str, unit: str) -> Series:
    steps = len(values) + (kind == "means")
    return Series(START + np.arange(steps) * np.timedelta64(1, "h"), values, kind, unit)


def draw_lake(rng: Random, number: int) -> tuple[Lake, float]:
    """A lake, and the discharge that would raise it by some decimetres a day [m³/s]."""
    bottom, top = rng.uniform(15.0, 19.0), rng.uniform(24.0, 28.0)
    area = 10.0 ** rng.uniform(5.0, 8.5)
    shape = rng.choice(["prism", "valley", "cone", "table"])
    if shape == "prism":
        curve = Hypsometry.prism(bottom, top, area)
    elif shape == "table":
        levels = np.linspace(bottom, top, rng.randint(3, 8))
        curve = Hypsometry(
            levels=levels, areas=area * np.cumsum([rng.uniform(0.05, 1.0) for _ in levels]) / len(levels)
        )
    else:
        curve = Hypsometry.power_law(bottom, top, exponent=2.0 if shape == "valley" else 3.0, area=area)
    flow = area * rng.uniform(0.1, 1.0) / 86_400.0
    noise = np.random.default_rng(rng.getrandbits(32))
    wave = 1.0 + np.sin(np.linspace(0.0, rng.uniform(2.0, 12.0), HOURS + 1))
    kind = rng.choice(["instants", "means"])
    series = {"inflow": hourly(flow * (wave * noise.lognormal(0.0, 0.5, HOURS + 1))[kind == "means" :], kind, "m3/s")}
    if rng.random() < 0.5:
        series["rain"] = hourly(noise.exponential(1e-6, HOURS) * (noise.random(HOURS) < 0.3), "means", "m/s")
        series["evaporation"] = Series.constant(rng.uniform(0.0, 8e-3) / 86_400.0, "m/s")
    if rng.random() < 0.2:
        series["seepage"] = Series.constant(rng.uniform(0.0, 3e-3) / 86_400.0, "m/s")
    if rng.random() < 0.2:
        series["outflow"] = Series.constant(0.3 * flow, "m3/s")
    lake = Lake(
        name=f"lake{number}",
        hypsometry=curve,
        initial_level=rng.uniform(bottom if rng.random() < 0.1 else 20.0, 23.5),
        rain_falls_on=rng.choice(["bed", "surface"]),
        **series,
    )
    return lake, flow


def draw_structure(rng: Random, kind: str, name: str, head: str, tail: str | None, flow: float) -> Structure:
    """A structure of this kind that passes about `flow` [m³/s] at a metre."""
    ends = {"name": name, "head": head, "tail": tail}
    sill, flow = rng.uniform(20.0, 23.0), flow * 10.0 ** rng.uniform(-0.5, 0.7)
    width = max(flow / 1.7, 0.01)
    fall = {"free_fall": tail is not None and rng.random() < 0.2}
    drowns = tail is not None and not (fall["free_fall"] and kind in ("broad weir", "sharp weir", "gate", "culvert"))
    both_ways = {"flap": drowns and rng.random() < 0.3, "opening": rng.choice([1.0, rng.uniform(0.1, 1.0)])}
    if kind in ("broad weir", "sharp weir"):
        return Weir(**ends, **both_ways, **fall, shape=kind.split()[0], crest=sill, width=width)
    if kind == "gate":
        return SluiceGate(**ends, **both_ways, **fall, sill=sill, width=width, height=rng.uniform(0.5, 3.0))
    if kind == "culvert":
        measures = {"width": width, "height": rng.uniform(0.5, 2.0), "length": rng.uniform(10.0, 100.0)}
        return Culvert(**ends, **both_ways, **fall, shape="box", invert_in=sill, invert_out=sill - 0.1, **measures)
    if kind == "pump":
        return Pump(**ends, start_level=sill, band=rng.uniform(0.05, 0.3), capacity=flow, units=rng.randint(1, 3))
    if kind == "pump by lift":
        curve = {"lifts": [0.0, 2.0, 5.0], "discharges": [flow, 0.8 * flow, 0.0]}
        return Pump(**ends, start_level=sill, band=rng.uniform(0.05, 0.3), **curve)
    if kind == "channel":
        length = 10.0 ** rng.uniform(2.5, 4.0)
        wide = max(flow * 0.025 * math.sqrt(length) / 2.0, 0.01)
        return Channel(**ends, **both_ways, bed=sill - 1.0, width=wide, length=length)
    if kind == "rating":
        return RatingCurve(
            **ends,
            free_fall=tail is not None,
            of="headwater",
            levels=[sill, sill + 1.0, sill + 3.0],
            discharges=[0.0, flow, 4.0 * flow],
        )
    return RatingCurve(**ends, **both_ways, of="difference", levels=[0.0, 0.5, 2.0], discharges=[0.0, flow, 2.0 * flow])


def draw_rules(rng: Random, structure: Structure, waters: list[str], flow: float) -> list[Rule]:
    """Some rules for a structure, of several kinds and in any combination; levels near those of `draw_structure`."""
    at = {"structure": structure.name}
    level = rng.uniform(20.5, 23.5)
    third = rng.choice(waters)
    seldom = {"observe": rng.choice([1800.0, 5400.0])} if rng.random() < 0.2 else {}
    rules: list[Rule] = []
    if rng.random() < 0.3:
        rules.append(Ramp(**at, per_hour=rng.uniform(0.05, 2.0)))
    if rng.random() < 0.3:
        rules.append(Dwell(**at, time=rng.uniform(600.0, 20_000.0)))
    if rng.random() < 0.4:
        limit, gap = rng.uniform(21.0, 24.0), rng.uniform(0.002, 0.5)
        way = rng.choice([{"above": limit, "resume": limit - gap}, {"below": limit, "resume": limit + gap}])
        rules.append(ShutOff(**at, watch=third, opening=rng.choice([0.0, 0.4]), **way, **seldom))
    if rng.random() < 0.3:
        rules.append(ReleaseLimit(**at, discharge=flow * rng.uniform(0.2, 2.0)))
    steps = [min(max(rng.gauss(0.5, 0.5), 0.0), 1.0) for _ in range(HOURS // 8)]
    dates = START + np.arange(HOURS // 8 + 1) * np.timedelta64(8, "h")
    usual = [
        Schedule(**at, opening=Series(dates, steps, "means", "")),
        StartStop(**at, start=level, stop=level - rng.uniform(0.002, 1.0), watch=rng.choice(["head", third]), **seldom),
        StartStop(**at, start=level, stop=level + rng.uniform(0.1, 1.0), watch="tail", when="below"),
        RuleCurve(**at, target=level, band=rng.uniform(0.05, 1.0), when=rng.choice(["above", "below"]), **seldom),
    ]
    for rule in rng.sample(usual, rng.randint(0, 2)):
        if rule.place not in [other.place for other in rules]:
            rules.append(rule)
    return rules


def with_rule(system: System, rule: Rule) -> System:
    """The system with one rule more; a pump loses its own start level to start and stop levels."""
    structure = system[rule.structure]
    if rule.type == "start_stop" and structure.type == "pump":
        structure = Pump(**{key: value for key, value in dict(structure).items() if key not in ("start_level", "band")})
    return System(
        waters=system.waters,
        structures=[structure if one.name == structure.name else one for one in system.structures],
        rules=[*system.rules, rule],
    )


def draw_system(
    rng: Random, kinds: tuple[str, ...] = KINDS, most_lakes: int = 6, ruled: bool = False
) -> tuple[System, Flood]:
    """One to six lakes, up to two rivers that move, a structure or two a lake; four days of noisy hourly forcing."""
    drawn = [draw_lake(rng, number) for number in range(rng.randint(1, most_lakes))]
    rivers = []
    for number in range(rng.randint(0, 2)):
        tide = rng.uniform(19.0, 24.0) + rng.uniform(0.0, 1.5) * np.sin(np.arange(HOURS + 1) * rng.uniform(0.05, 0.5))
        rivers.append(River(name=f"river{number}", level=hourly(tide, "instants", "m")))
    structures = []
    for lake, flow in drawn:
        for _ in range(rng.randint(1, 2)):
            kind = rng.choice(kinds)
            tails = [water.name for water in (*(other for other, _ in drawn), *rivers) if water.name != lake.name]
            alone = kind not in ("pump by lift", "channel", "link")
            tail = rng.choice([*tails, None] if alone or not tails else tails)
            kind = kind if alone or tail is not None else "broad weir"
            structures.append(draw_structure(rng, kind, f"structure{len(structures)}", lake.name, tail, flow))
    waters = [*(lake for lake, _ in drawn), *rivers]
    system = System(waters=waters, structures=structures)
    if ruled:
        flows = {lake.name: flow for lake, flow in drawn}
        for structure in structures:
            for rule in draw_rules(rng, structure, [water.name for water in waters], flows[structure.head]):
                with suppress(ValueError):  # one that does not fit the others
                    system = with_rule(system, rule)
    return system, Flood(start=START, end=START + np.timedelta64(HOURS, "h"), output_step=1200.0)


@pytest.fixture(scope="session")
def random_system() -> Callable[..., tuple[System, Flood]]:
    """Draw a system and its flood from a `random.Random`."""
    return draw_system
