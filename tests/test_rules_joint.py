"""Joint rules: what an operator answers who looks beyond his own structure, from what he can know then."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from lakesim import (
    Dwell,
    EqualFilling,
    Hypsometry,
    InTurn,
    Lake,
    PreRelease,
    Pump,
    ReleaseLimit,
    River,
    RuleCurve,
    SafeDischarge,
    Schedule,
    Series,
    ShutOff,
    SluiceGate,
    StartStop,
    System,
    scenario,
)
from lakesim.labels import LANGUAGES, phrase
from lakesim.rules import REGISTRY, Before, JointRule, Rule, Store
from lakesim.scenario.schema import schema
from lakesim.waters import Known

START = np.datetime64("2020-06-08", "ms")
HOUR = np.timedelta64(1, "h")
DAY = 86_400.0

PRISMS = {"lake": (20.0, 1e6), "west": (20.0, 1e6), "east": (22.0, 4e6)}
"""Bottom [m] and area [m²] of the lakes that the operator knows."""


@dataclass
class Seen:
    """What an operator knows, as the tests say it: lakes are prisms, what passes a structure is in proportion."""

    time: np.datetime64 = START
    start: np.datetime64 = START
    asked: float | None = None
    levels: Mapping[str, float] = field(default_factory=dict)
    openings: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    discharges: Mapping[str, float] = field(default_factory=dict)
    inflows: Mapping[str, Series] = field(default_factory=dict)
    sides: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"gate": ("lake", "river")})
    capacity_of_the_gate: float = 50.0
    capacities: Mapping[str, float] = field(default_factory=dict)

    def level(self, water: str) -> float:
        return self.levels[water]

    def storage(self, water: str, level: float | None = None) -> float:
        bottom, area = PRISMS[water]
        return area * ((self.level(water) if level is None else level) - bottom)

    def joined(self, structure: str) -> tuple[str, ...]:
        return self.sides.get(structure, ("elsewhere",) if structure in self.discharges else ())

    def opening(self, structure: str) -> float:
        return self.openings[structure]

    def held(self, structure: str) -> float:
        return self.limits.get(structure, 1.0)

    def discharge(self, structure: str) -> float:
        return self.discharges[structure]

    def capacity(self, structure: str) -> float:
        return self.capacities.get(structure, self.capacity_of_the_gate)

    def opening_for(self, structure: str, discharge: float) -> float:
        assert structure == "gate"
        assert discharge >= 0.0
        return 1.0 if self.capacity(structure) <= discharge else discharge / self.capacity(structure)

    def inflow(self, water: str, start: np.datetime64, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cut where the series ends, or begins, one by one."""
        series, volumes = self.inflows[water], []
        for end in start + np.round(1000.0 * seconds).astype("timedelta64[ms]"):
            first, last = start, end
            if series.period is None and series.outside is None:
                first, last = max(start, series.times[0]), min(end, series.times[-1])
            volumes.append(series.volume(first, last) if first < last else 0.0)
        return np.array(volumes)


def constant(discharge: float) -> Series:
    return Series.constant(discharge, "m3/s")


# --- the safe discharge downstream -----------------------------------------------------------------

SAFE = SafeDischarge(structure="gate", discharge=100.0, beside=["sluice", "tributary"])


@pytest.mark.parametrize(
    ("sluice", "tributary", "opening"),
    [
        (30.0, 45.0, 0.5),  # 100 − 30 − 45 = 25 of 50 m³/s
        (0.0, 0.0, 1.0),  # there is room for all of it
        (50.0, 50.0, 0.0),
        (130.0, 0.0, 0.0),  # the others alone exceed it: shut, and no more than that
        (-20.0, 95.0, 0.5),  # what draws off makes room
    ],
)
def test_a_gate_lets_through_what_the_others_leave(sluice: float, tributary: float, opening: float) -> None:
    seen = Seen(discharges={"sluice": sluice}, inflows={"tributary": constant(tributary)})
    assert SAFE.decide(seen) == pytest.approx(opening, abs=1e-15)


def test_what_draws_water_off_where_the_gate_leads_makes_room() -> None:
    """100 − 80 of the tributary + 15 of the pump, which takes it from the reach that the gate leads to: 35 of 50."""
    sides = {"gate": ("lake", "reach"), "intake": ("reach", "polder"), "sluice": ("polder", "reach")}
    for structure, opening in (("intake", 0.7), ("sluice", 0.1)):
        rule = SAFE.changed(beside=["tributary", structure])
        seen = Seen(sides=sides, discharges={structure: 15.0}, inflows={"tributary": constant(80.0)})
        assert rule.decide(seen) == pytest.approx(opening, abs=1e-12), structure


def test_the_safe_discharge_is_that_of_the_moment() -> None:
    rule = SAFE.changed(discharge=Series(["2020-06-08", "2020-06-10"], [20.0, 40.0], "instants", "m3/s"), beside=["up"])
    seen = Seen(time=START + 24 * HOUR, discharges={"up": 10.0})
    assert rule.decide(seen) == pytest.approx(20.0 / 50.0)


def test_an_inflow_is_read_over_the_minute_before_and_what_follows_is_not_known() -> None:
    """Steps of an hour: 40 m³/s before 1 h, 80 m³/s from then on; at 1 h 30 s half a minute of each, 60 m³/s."""
    steps = Series([START, START + HOUR, START + 2 * HOUR], [40.0, 80.0], "means", "m3/s")
    rule = SAFE.changed(beside=["tributary"], discharge=90.0)
    times = {0: 50.0, 3600: 50.0, 3630: 30.0, 3660: 10.0}
    for seconds, left in times.items():
        seen = Seen(time=START + np.timedelta64(seconds, "s"), inflows={"tributary": steps})
        assert rule.decide(seen) == pytest.approx(left / 50.0), seconds


@given(st.floats(0.0, 1e4), st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=4))
def test_no_more_passes_than_is_safe_unless_the_others_alone_exceed_it(safe: float, others: list[float]) -> None:
    names = [f"other{number}" for number in range(len(others))]
    rule = SafeDischarge(structure="gate", discharge=safe, beside=names)
    opening = rule.decide(Seen(discharges=dict(zip(names, others, strict=True))))
    assert 0.0 <= opening <= 1.0
    assert opening == 0.0 or 50.0 * opening + sum(others) <= safe + 1e-9 * max(safe, *map(abs, others))


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.floats(0.0, 1.0))
def test_gates_that_share_what_is_left_pass_no_more_than_is_safe(safe: float, other: float, share: float) -> None:
    """Two gates at 50 m³/s each, that do not look at each other, beside one tributary."""
    seen = Seen(discharges={"tributary": other})
    fields = {"structure": "gate", "discharge": safe, "beside": ["tributary"]}
    openings = [SafeDischarge(**fields, share=part).decide(seen) for part in (share, 1.0 - share)]
    left = max(0.0, safe - other)
    assert 50.0 * sum(openings) <= left * (1.0 + 1e-12)
    assert openings[0] == pytest.approx(min(share * left / 50.0, 1.0), abs=1e-12)


# --- the order of use ------------------------------------------------------------------------------

TURN = InTurn(
    structure="gate",
    after=[{"structure": "pumps", "restricted_to": 0.25}, {"water": "polder", "above": 27.5, "resume": 27.0}],
)


@pytest.mark.parametrize(
    ("asked", "pumps", "held", "polder", "answer"),
    [
        (None, 0.25, 0.25, 27.4, 0.0),
        (None, 0.25, 0.25, 27.5, 1.0),  # at the level, and held at the opening
        (None, 0.25, 0.25 + 9e-7, 27.6, 1.0),
        (None, 0.25, 0.25 + 1.1e-6, 27.6, 0.0),
        (None, 0.0, 1.0, 27.6, 0.0),  # they stand still for want of water, and nothing holds them: not used up
        (None, 0.0, 0.25, 27.6, 1.0),  # they stand still, and might not run farther
        (None, 0.0, 0.0, 27.6, 1.0),  # held to less
        (None, 1.0, 0.25, 27.6, 0.0),  # a better rank overrules what holds them
        (0.0, 0.25, 0.25, 27.2, 0.0),  # not come, and resume does not make it come
        (1.0, 0.25, 0.25, 27.2, 1.0),  # once come it stays
        (1.0, 0.25, 0.25, 27.0, 1.0),
        (1.0, 0.25, 0.25, 26.99, 0.0),  # until the polder has room again
        (1.0, 0.25, 1.0, 27.6, 0.0),  # or the pumps may run again
    ],
)
def test_its_turn_comes_when_those_before_are_used_up_and_stays(
    asked: float | None, pumps: float, held: float, polder: float, answer: float
) -> None:
    seen = Seen(asked=asked, openings={"pumps": pumps}, limits={"pumps": held}, levels={"polder": polder})
    assert TURN.decide(seen) == answer


@pytest.mark.parametrize(("opening", "answer"), [(0.5, 0.0), (0.8 - 1.1e-6, 0.0), (0.8 - 9e-7, 1.0), (1.0, 1.0)])
def test_a_gate_before_it_is_used_up_where_it_is_opened_so_far(opening: float, answer: float) -> None:
    rule = InTurn(structure="gate", after=[{"structure": "sluice", "opened_to": 0.8}])
    assert rule.decide(Seen(openings={"sluice": opening})) == answer


def test_without_resume_its_turn_ends_at_the_level_at_which_it_came() -> None:
    rule = InTurn(structure="gate", after=[Before(water="polder", above="27.5 m")])
    for asked in (None, 0.0, 1.0):
        answers = [rule.decide(Seen(asked=asked, levels={"polder": level})) for level in (27.49, 27.5)]
        assert answers == [0.0, 1.0]


@given(st.lists(st.floats(26.0, 28.0), max_size=30))
def test_an_order_of_use_is_a_hysteresis(levels: list[float]) -> None:
    """As a loop that is written out: on from 27.5 m, off below 27 m."""
    rule = InTurn(structure="gate", after=[TURN.after[1]])
    asked, on = None, False
    for level in levels:
        asked = rule.decide(Seen(asked=asked, levels={"polder": level}))
        on = level >= (27.0 if on else 27.5)
        assert asked == float(on)


# --- equal filling ---------------------------------------------------------------------------------

AMONG = [{"water": "west", "empty": 20.0, "full": 25.0}, {"water": "east", "empty": 22.0, "full": 24.0}]
FILLS = EqualFilling(structure="gate", among=AMONG, band=0.05)
INTO = {"gate": ("lake", "west")}
OUT_OF = {"gate": ("west", "river")}


@pytest.mark.parametrize(
    ("sides", "west", "east", "opening"),
    [
        # West is at (level − 20)/5, east at (level − 22)/2; the structure is west's.
        (INTO, 22.5, 23.0, 1.0),  # 0.50 and 0.50
        (INTO, 22.5, 22.94, 0.4),  # 0.50 and 0.47: 1 − 0.03/0.05
        (INTO, 22.5, 22.90, 0.0),  # 0.05 ahead
        (INTO, 24.0, 22.0, 0.0),
        (INTO, 20.0, 23.9, 1.0),  # the last one is held back by nobody
        (OUT_OF, 22.5, 22.94, 1.0),  # the fullest is emptied
        (OUT_OF, 22.5, 23.06, 0.4),  # 0.50 and 0.53
        (OUT_OF, 22.5, 23.5, 0.0),
        (OUT_OF, 19.0, 21.0, 1.0),  # −0.20 and −0.50: below empty is told, not cut
        (INTO, 26.0, 24.36, 0.6),  # 1.20 and 1.18
    ],
)
def test_a_storage_waits_for_the_others(
    sides: Mapping[str, tuple[str, ...]], west: float, east: float, opening: float
) -> None:
    assert FILLS.decide(Seen(levels={"west": west, "east": east}, sides=sides)) == pytest.approx(opening, abs=1e-12)


@pytest.mark.parametrize(("capacity", "opening"), [(10.0, 0.0), (0.0, 1.0), (-3.0, 1.0)])
def test_nobody_waits_for_a_storage_that_cannot_be_filled(capacity: float, opening: float) -> None:
    """West is at 0.8 and east is empty: it waits while the sluice could fill east. Without a name it always does."""
    seen = Seen(levels={"west": 24.0, "east": 22.0}, sides=INTO, capacities={"sluice": capacity})
    assert FILLS.decide(seen) == 0.0
    among = [AMONG[0], {**AMONG[1], "structure": "sluice"}]
    assert FILLS.changed(among=among).decide(seen) == opening
    own = EqualFilling(structure="gate", among=[{**AMONG[0], "structure": "sluice"}, AMONG[1]], band=0.05)
    assert own.decide(seen) == 0.0, "its own storage counts whatever it can do"


@given(st.floats(15.0, 30.0), st.floats(15.0, 30.0), st.floats(0.001, 1.0), st.sampled_from([INTO, OUT_OF]))
def test_an_answer_is_an_opening_and_somebody_may_go_on(
    west: float, east: float, band: float, sides: Mapping[str, tuple[str, ...]]
) -> None:
    levels = {"west": west, "east": east}
    own = EqualFilling(structure="gate", among=AMONG, band=band).decide(Seen(levels=levels, sides=sides))
    other_sides = {"gate": tuple("east" if name == "west" else name for name in sides["gate"])}
    other = EqualFilling(structure="gate", among=AMONG, band=band).decide(Seen(levels=levels, sides=other_sides))
    assert 0.0 <= own <= 1.0
    assert max(own, other) == 1.0


@given(st.lists(st.floats(0.1, 1.0), min_size=2, max_size=4), st.data())
def test_storages_that_fill_at_different_speeds_end_within_the_band(speeds: list[float], data: st.DataObject) -> None:
    """One look moves a storage by less than the band: the fastest by 0.9 of it where it is fully open.

    The last one is open and gains at least its step a look, until all are within the band of it; from there nobody
    gets further ahead than the band, since he is shut there, nor by one step across it, since the opening falls as he
    nears it: ahead + 0.9 band · (1 − ahead/band) ≤ band.
    """
    names = [f"store{number}" for number in range(len(speeds))]
    fraction = {name: data.draw(st.floats(0.0, 1.0)) for name in names}
    band = 0.05
    stores = [Store(water=name, empty=0.0, full=1.0) for name in names]
    rules = {name: EqualFilling(structure="gate", among=stores, band=band) for name in names}

    @dataclass
    class Fractions(Seen):
        def storage(self, water: str, level: float | None = None) -> float:
            return fraction[water] if level is None else level

    for _ in range(400):
        openings = {name: rule.decide(Fractions(sides={"gate": ("lake", name)})) for name, rule in rules.items()}
        for name, speed in zip(names, speeds, strict=True):
            fraction[name] += 0.9 * band * speed * openings[name]
    assert max(fraction.values()) - min(fraction.values()) <= band + 1e-12


# --- pre-release -----------------------------------------------------------------------------------

FORESEES = PreRelease(structure="gate", limit=26.0, horizon="1 d", forecast="truth")
GROWING = FORESEES.changed(forecast="growing_error", error_per_day=0.2, seed=7)


def ahead(level: float, inflow: Series, at: float = 0.0, **more: object) -> Seen:
    """The lake is a prism of 1 km²."""
    time = START + np.timedelta64(round(1000.0 * at), "ms")
    return Seen(time=time, levels={"lake": level}, inflows={"lake": inflow}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "inflow", "discharge"),
    [
        # Room is 1e6 m³ at 25 m. A steady 20 m³/s brings 1.728e6 m³ in a day: (1.728e6 − 1e6)/86400.
        (25.0, 20.0, 20.0 - 1e6 / DAY),
        (25.0, 1e6 / DAY, 0.0),
        (25.0, 0.0, 0.0),
        (26.0, 20.0, 20.0),  # no room: all that comes
        (26.05, 20.0, 20.0 + 0.05e6 / 3600.0),  # 0.05e6 m³ too much, to be made good until the next look
        (26.2, 20.0, 50.0),  # which it cannot: fully open
        (26.0, 80.0, 50.0),
    ],
)
def test_it_lets_out_what_the_forecast_finds_no_room_for(level: float, inflow: float, discharge: float) -> None:
    assert FORESEES.decide(ahead(level, constant(inflow))) == pytest.approx(discharge / 50.0, abs=1e-12)


def test_it_is_the_worst_lead_time_that_counts() -> None:
    """100 m³/s for 6 h, then nothing: 2.16e6 m³ are there after 6 h, 1.96e6 too much; spread over 6 h, not a day."""
    pulse = Series.pulse(START, "6 h", 100.0, outside=0.0, unit="m3/s")
    opening = FORESEES.decide(ahead(25.8, pulse, capacity_of_the_gate=200.0))
    assert opening == pytest.approx((2.16e6 - 0.2e6) / 21600.0 / 200.0, rel=1e-12)


def test_the_time_until_the_next_look_is_a_lead_time() -> None:
    """30 m³/s for one more hour, at the limit: the parts of the horizon are 2 h long, and would ask for half of it."""
    pulse = Series.pulse(START, "1 h", 30.0, outside=0.0, unit="m3/s")
    assert FORESEES.decide(ahead(26.0, pulse)) == pytest.approx(0.6)
    assert FORESEES.changed(observe="2 h").decide(ahead(26.0, pulse)) == pytest.approx(0.3)
    assert FORESEES.changed(horizon="30 min").decide(ahead(26.0, pulse)) == pytest.approx(0.6)


def test_beyond_the_end_of_a_series_nothing_is_forecast() -> None:
    """The series ends 2 h from now, within the horizon of a day: 0.144e6 m³ come, all in these 2 h."""
    ends = Series([START, START + 12 * HOUR], [20.0], "means", "m3/s")
    opening = FORESEES.decide(ahead(25.9, ends, at=10 * 3600.0))
    assert opening == pytest.approx((0.144e6 - 0.1e6) / 7200.0 / 50.0, rel=1e-12)


def test_what_a_series_says_of_outside_is_forecast() -> None:
    """20 m³/s from 2 h on, outside of a pulse: 0.3e6 m³ of room, (2 · 3600 · 50 + 22 · 3600 · 20 − 0.3e6) / 86400."""
    pulse = Series.pulse(START, "2 h", 50.0, outside=20.0, unit="m3/s")
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, 1e6), initial_level=25.7, inflow=pulse)
    gate = Pump(name="gate", head="lake", capacity=100.0, opening=0.0)
    known = Known(
        System(waters=[lake], structures=[gate]), START, START, None, {"lake": 25.7}.__getitem__, *[{}.__getitem__] * 3
    )
    rule = FORESEES.changed(observe="1 d")
    steps = np.arange(1.0, 13.0) * 7200.0
    wanted = ((2.0 * 3600.0 * 50.0 + 20.0 * (steps - 7200.0) - 0.3e6) / steps).max()
    assert rule.decide(known) == pytest.approx(wanted / 100.0, rel=1e-9)


@pytest.mark.parametrize("since", [-3.0, 0.0, 5.0, 11.0, 12.0, 20.0])
def test_many_volumes_of_inflow_are_those_one_by_one(since: float) -> None:
    """Cut where the series begin and end; of the rain what falls on the bed, 1 km²."""
    steps = Series(START + HOUR * np.array([0, 5, 12]), [40.0, 80.0], "means", "m3/s")
    rain = Series.constant(1e-6, "m/s")
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, 1e6), initial_level=25, inflow=steps, rain=rain)
    start = START + np.timedelta64(round(60.0 * since), "m")
    known = Known(System(waters=[lake]), START, start, None, *[{}.__getitem__] * 4)
    seconds = 3600.0 * np.array([0.5, 2.0, 7.0, 14.0, 30.0])
    ends = np.clip(since + seconds / 3600.0, 0.0, 12.0)

    def came(hour: float) -> float:
        return 3600.0 * (40.0 * min(hour, 5.0) + 80.0 * max(hour - 5.0, 0.0))

    expected = [came(end) - came(np.clip(since, 0.0, 12.0)) for end in ends] + seconds
    np.testing.assert_allclose(known.inflow("lake", start, seconds), expected, rtol=1e-12)


@given(st.floats(0.0, 4.0), st.floats(20.0, 27.0), st.floats(3.0, 40.0), st.floats(3.0, 40.0))
def test_who_sees_farther_makes_no_less_room(day: float, level: float, near: float, far: float) -> None:
    """From three days on all that is looked at, every six hours, is looked at by those who see farther."""
    flood = Series.triangle(START, 90.0, "20 h", "3 d", 5.0)
    seen = ahead(level, flood, at=day * DAY)
    less, more = (FORESEES.changed(horizon=6 * 3600.0 * round(4.0 * days)) for days in sorted((near, far)))
    assert less.decide(seen) <= more.decide(seen) + 1e-12


def test_the_limit_is_that_of_the_moment() -> None:
    limit = Series(["2020-06-08", "2020-06-09"], [25.0, 27.0], "instants", "m")
    opening = FORESEES.changed(limit=limit).decide(ahead(25.0, constant(20.0), at=43_200.0))
    assert opening == pytest.approx((20.0 - 1e6 / DAY) / 50.0)


def test_another_lake_than_the_head_may_be_meant() -> None:
    seen = Seen(levels={"west": 25.0, "lake": 0.0}, inflows={"west": constant(20.0)})
    rule = FORESEES.changed(water="west")
    assert rule.decide(seen) == pytest.approx((20.0 - 1e6 / DAY) / 50.0)
    gate = SluiceGate(name="gate", head="lake", sill=22.0, width=20.0, height=3.0)
    assert (rule.watched(gate), FORESEES.watched(gate)) == ("west", "lake")


@pytest.mark.parametrize("capacity", [0.0, -30.0])
def test_it_asks_for_nothing_where_nothing_can_be_let_out(capacity: float) -> None:
    """The river stands as high as the lake, or higher: open, the gate would let it in."""
    seen = ahead(26.2, constant(20.0), capacity_of_the_gate=capacity)
    assert FORESEES.decide(seen) == 0.0


def test_climatology_knows_nothing_of_this_year() -> None:
    """June of the usual year has 20 m³/s; that this year brings none is not known."""
    usual = Series.climatology([0.0] * 5 + [20.0] + [0.0] * 6, by="month", unit="m3/s")
    rule = FORESEES.changed(forecast="climatology", climatology=usual)
    assert rule.decide(ahead(25.0, constant(0.0))) == pytest.approx((20.0 - 1e6 / DAY) / 50.0)


def test_a_growing_error_is_that_of_its_issue_and_its_lead_time() -> None:
    """By hand: z of issue 1, parts of 2 h with the error of their middle, counted from the issue 6 h before.

    V(1 d) = 20 m³/s · 2 h · Σ (1 + z · 0.2/d · (6 h + 1 h + 2 h · k)), k = 0 … 11
    """
    z = np.random.default_rng((7, 1)).standard_normal()
    leads = (7.0 + 2.0 * np.arange(12.0)) / 24.0
    volumes = np.cumsum(20.0 * 7200.0 * (1.0 + z * 0.2 * leads))
    expected = max((volumes - 1e6) / (7200.0 * np.arange(1.0, 13.0)))
    assert expected > 0.0
    rule = GROWING.changed(observe="2 h")
    assert rule.decide(ahead(25.0, constant(20.0), at=1.25 * DAY)) == pytest.approx(expected / 50.0, rel=1e-12)


def test_without_error_it_is_the_truth() -> None:
    seen = ahead(25.0, Series.triangle(START, 90.0, "1 d", "3 d", 5.0), at=4321.0)
    assert GROWING.changed(error_per_day=0.0).decide(seen) == FORESEES.decide(seen) > 0.0


def test_a_forecast_is_used_until_the_next_is_issued() -> None:
    """At a lead time of 0 the truth; then as one straight line until the next issue, which has a z of its own."""
    shares = GROWING.shares(3, DAY * np.array([0.0, 0.5, 1.0, 2.0]))
    assert shares[0] == 1.0
    assert np.diff(shares) == pytest.approx((shares[2] - 1.0) * np.array([0.5, 0.5, 1.0]), rel=1e-12)
    asked = {at: GROWING.decide(ahead(25.0, constant(30.0), at=at * DAY)) for at in (0.999, 1.0, 1.25)}
    half_days = GROWING.changed(issued_every="12 h")
    z = [np.random.default_rng((7, issue)).standard_normal() for issue in (0, 1)]
    assert (asked[0.999] > asked[1.0]) == (z[0] > z[1])
    assert half_days.decide(ahead(25.0, constant(30.0), at=0.5 * DAY)) == asked[1.0]
    assert (asked[1.25] > asked[1.0]) == (z[1] > 0.0), "the same issue, longer ago"


def test_the_error_has_no_bias_and_its_spread_grows_with_the_lead_time() -> None:
    """Standard normal, so of n issues the mean lies within 4/√n spreads, and the spread within 4/√(2n) of itself."""
    rule, issues = GROWING.changed(error_per_day=0.05), 10_000
    days = np.array([0.5, 1.0, 2.0, 4.0])  # up to a spread of 0.2, which is not cut at 0 before 5 spreads
    found = np.array([rule.shares(issue, DAY * days) - 1.0 for issue in range(issues)])
    spread = 0.05 * days
    assert (np.abs(found.mean(axis=0)) <= 4.0 / np.sqrt(issues) * spread).all()
    np.testing.assert_allclose(found.std(axis=0), spread, rtol=4.0 / np.sqrt(2.0 * issues))
    follows = np.corrcoef(found[1:, 0], found[:-1, 0])[0, 1]
    assert abs(follows) <= 4.0 / np.sqrt(issues), "each issue errs for itself"


def test_an_inflow_is_never_forecast_below_nothing() -> None:
    rule, day = GROWING.changed(error_per_day=3.0), np.array([DAY])
    shares = [rule.shares(issue, day)[0] for issue in range(50)]
    assert min(shares) == 0.0
    assert np.mean(np.array(shares) > 0.0) > 0.4


def test_the_same_seed_errs_in_the_same_way_and_another_does_not() -> None:
    again = PreRelease(**dict(GROWING))
    day = np.array([DAY])
    shares = [GROWING.shares(issue, day)[0] for issue in range(20)]
    backwards = [again.shares(issue, day)[0] for issue in reversed(range(20))]
    assert backwards == shares[::-1], "in whatever order it is asked"
    other = [GROWING.changed(seed=8).shares(issue, day)[0] for issue in range(20)]
    assert set(shares).isdisjoint(other)


forecasts = pytest.mark.parametrize("rule", [FORESEES, GROWING], ids=["truth", "growing_error"])


@forecasts
@given(st.floats(20.0, 27.0), st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 5.0))
def test_more_forecast_never_opens_less(rule: PreRelease, level: float, less: float, more: float, day: float) -> None:
    openings = [
        rule.decide(ahead(level, Series.triangle(START, base + 20.0, "1 d", "3 d", base), at=day * DAY))
        for base in sorted((less, more))
    ]
    assert 0.0 <= openings[0] <= openings[1] <= 1.0


@given(st.floats(24.0, 26.0), st.floats(0.0, 40.0), st.integers(0, 9))
def test_a_lake_fed_by_the_forecast_alone_stays_below_its_limit(level: float, inflow: float, hours: int) -> None:
    """Hour by hour with the truth and a gate that is large enough: the lake passes its limit at no look."""
    flood = Series.pulse(START + hours * HOUR, "9 h", inflow, outside=1.0, unit="m3/s")
    for hour in range(30):
        seen = ahead(level, flood, at=3600.0 * hour, capacity_of_the_gate=1e3)
        came = seen.inflow("lake", seen.time, np.array([3600.0]))[0]
        level += (came - 1e3 * FORESEES.decide(seen) * 3600.0) / 1e6
        assert level <= 26.0 + 1e-9


# --- what they share -------------------------------------------------------------------------------

JOINT = [kind for kind in REGISTRY.values() if issubclass(kind, JointRule)]
EXAMPLES: dict[str, JointRule] = {rule.type: rule for rule in (SAFE, TURN, FILLS, FORESEES)}


def test_there_is_an_example_of_each() -> None:
    assert {type(rule) for rule in EXAMPLES.values()} == set(JOINT)


@pytest.mark.parametrize("rule", EXAMPLES.values(), ids=EXAMPLES)
def test_a_joint_rule_is_an_operators(rule: JointRule) -> None:
    gate = SluiceGate(name="gate", head="lake", tail="west", sill=22.0, width=20.0, height=3.0)
    assert rule.watches_another(gate)
    assert rule.side == (-1 if rule.AT_MOST else 1)
    assert rule.watched(gate) == "lake"


@pytest.mark.parametrize("rule", EXAMPLES.values(), ids=EXAMPLES)
def test_what_it_looks_at_is_joined_to_its_structure(rule: JointRule) -> None:
    """So that no water is doubted that nothing but the rule joins to the rest."""
    say = {
        "safe_discharge": "discharge = 3\nbeside = ['far']",
        "in_turn": "after = [{water = 'far', above = 3}]",
        "equal_filling": "band = 0.1\namong = [{water = 'far', empty = 1, full = 3}, "
        "{water = 'lake', empty = 1, full = 3}]",
        "pre_release": "water = 'far'\nlimit = 3\nhorizon = '1 d'\nforecast = 'truth'",
    }[rule.type]
    prism = "{prism = {bottom = 0, top = 5, area = '1 km2'}}"
    waters = "".join(
        f"[[waters]]\nname = '{name}'\ninitial_level = 2\ninflow = 1\nhypsometry = {prism}\n"
        for name in ("lake", "far")
    )
    gate = "[[structures]]\ntype = 'weir'\nname = 'gate'\nhead = 'lake'\ncrest = 1\nwidth = 2\nopening = 0\n"
    file = f"flood = {{start = 2020-07-01, end = 2020-07-02}}\n{waters}{gate}"
    assert len(scenario.read(file).notes) == 1
    assert scenario.read(f"{file}[[rules]]\ntype = '{rule.type}'\nstructure = 'gate'\n{say}\n").notes == ()


def test_limits_come_before_them_and_wishes_after() -> None:
    ranks = [kind.RANK for kind in JOINT]
    assert min(ranks) > REGISTRY["release_limit"].RANK
    assert max(ranks) < REGISTRY["schedule"].RANK
    assert EXAMPLES["pre_release"].place == max(ranks), "whoever asks for more gives way to whoever allows no more"


@pytest.mark.parametrize("rule", EXAMPLES.values(), ids=EXAMPLES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_why_it_holds_and_lets_go_can_be_said(rule: JointRule, lang: str) -> None:
    told = {"water": "Honghu", "level": 25.4567, "threshold": 26.0, "limit": "3256"}
    for what in ("holds", "frees") if rule.AT_MOST else ("holds", "eases", "frees"):
        text = phrase(f"{rule.type}_{what}", lang, **told)
        assert "{" not in text
        assert ("26.00 m" in text) == (rule is FORESEES)
        assert ("3256 m³/s" in text) == (rule is SAFE)


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "fault"),
    [
        (SafeDischarge, {"discharge": -1.0, "beside": ["a"]}, "the discharge falls to -1 m3/s; a safe discharge is 0"),
        (SafeDischarge, {"discharge": 1.0, "beside": []}, "nothing is named that passes the point as well; name it"),
        (SafeDischarge, {"discharge": 1.0, "beside": ["a"], "share": 1.1}, "fraction must be in 0 … 1"),
        (SafeDischarge, {"discharge": 1.0, "beside": ["a", "b", "a"]}, "'a' is named more than once; name each once"),
        (SafeDischarge, {"discharge": "3 m", "beside": ["a"]}, "does not convert to m3/s"),
        (InTurn, {"after": []}, "nothing comes before it, so that its turn is always; name what does, or no in_turn"),
        (InTurn, {"after": [{}]}, "what comes before is a water or a structure; name one of the two"),
        (InTurn, {"after": [{"water": "a", "structure": "b"}]}, "is a water or a structure; name one of the two"),
        (InTurn, {"after": [{"water": "a"}]}, "the water 'a' is used up at above = …; give it"),
        *(
            (
                InTurn,
                {"after": [{"structure": "a", **fields}]},
                "the structure 'a' is used up where it is restricted_to or opened_to an opening; give one of the two",
            )
            for fields in ({}, {"restricted_to": 0.5, "opened_to": 1.0})
        ),
        (
            InTurn,
            {"after": [{"structure": "a", "restricted_to": 1}]},
            "every structure is restricted to 1, so that its turn is always; give another opening",
        ),
        (InTurn, {"after": [{"structure": "a", "opened_to": 0}]}, "every structure is opened to 0, so that its turn"),
        (InTurn, {"after": [{"water": "a", "above": 1, "opened_to": 1}]}, "opened_to says nothing of a water; leave"),
        (
            InTurn,
            {"after": [{"structure": "a", "opened_to": 1, "above": 2, "resume": 1}]},
            "above and resume says nothing of a structure; leave it out",
        ),
        (
            InTurn,
            {"after": [{"water": "a", "above": 1, "resume": 2}]},
            "'resume' 2 m lies above 'above' 1 m; give one that does not",
        ),
        (InTurn, {"after": [{"structure": "a", "opened_to": 1.1}]}, "fraction must be in 0 … 1"),
        (EqualFilling, {"among": AMONG[:1], "band": 0.1}, "there is nothing to be equal to; name two storages"),
        (EqualFilling, {"among": [AMONG[0]] * 2, "band": 0.1}, "'west' is named more than once; name each once"),
        (EqualFilling, {"among": AMONG, "band": 0.0}, "share of the storage must be in 0.001 … 1"),
        (EqualFilling, {"among": AMONG}, "band"),
        (
            EqualFilling,
            {"among": [AMONG[0], {"water": "a", "empty": 2, "full": 2}], "band": 0.1},
            "'empty' 2 m does not lie below 'full' 2 m; lower it, or raise full",
        ),
        (PreRelease, {"limit": 26, "horizon": 0, "forecast": "truth"}, "horizon is 0 s; take at least a minute"),
        (PreRelease, {"limit": 26, "horizon": "1 d", "forecast": "luck"}, "'truth', 'climatology' or 'growing_error'"),
        (
            PreRelease,
            {"limit": 26, "horizon": "1 d", "forecast": "growing_error"},
            "the forecast 'growing_error' needs error_per_day; give it\n"
            "the forecast 'growing_error' needs seed; give it",
        ),
        (
            PreRelease,
            {"limit": 26, "horizon": "1 d", "forecast": "climatology"},
            "the forecast 'climatology' needs climatology; give it",
        ),
        *(
            (
                PreRelease,
                {"limit": 26, "horizon": "1 d", "forecast": "truth", key: value},
                f"{key} belongs to the forecast {kind!r}, and this one is 'truth'; leave it out, or take that",
            )
            for key, value, kind in (
                ("climatology", 3.0, "climatology"),
                ("error_per_day", 0.2, "growing_error"),
                ("seed", 1, "growing_error"),
                ("issued_every", "1 d", "growing_error"),
            )
        ),
        *(
            (PreRelease, dict(FORESEES) | {"horizon": time}, "take at least a minute, and at most 366 days")
            for time in ("367 d", 1e17, 1e300)
        ),
        (PreRelease, dict(GROWING) | {"issued_every": 1e17}, "issued_every is 1e+17 s; take at least a minute, and at"),
        (
            PreRelease,
            {"limit": 26, "horizon": "1 d", "forecast": "climatology", "climatology": -3.0},
            "the climatology falls to -3 m3/s; an inflow is 0 or above",
        ),
        (
            PreRelease,
            dict(FORESEES) | {"forecast": "growing_error", "error_per_day": 0.1, "seed": 1, "issued_every": 1.0},
            "issued_every is 1 s; take at least a minute",
        ),
        (PreRelease, dict(GROWING) | {"error_per_day": -0.1}, "standard deviation of the error, as a share of the inf"),
        (PreRelease, dict(GROWING) | {"seed": -1}, "greater than or equal to 0"),
        (PreRelease, dict(GROWING) | {"seed": 1.0}, "valid integer"),
        (
            PreRelease,
            dict(FORESEES) | {"forecast": "climatology", "climatology": Series.pulse(START, "1 d", 3.0, unit="m3/s")},
            "the climatology is of dates; give one through the year, monthly or yearly, or one value",
        ),
    ],
)  # fmt: skip
def test_a_joint_rule_that_cannot_be_kept_is_refused(kind: type[Rule], fields: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        kind(**{"structure": "gate", **fields})  # type: ignore[arg-type]
    assert fault in str(refusal.value)


CURVE = Hypsometry.prism(bottom=20.0, top=28.0, area=4e7)
LAKES = [Lake(name=name, hypsometry=CURVE, initial_level=23.0, dike_crest=27.0) for name in ("lake", "polder")]
GATE = SluiceGate(name="gate", head="lake", tail="polder", sill=22.0, width=20.0, height=3.0, opening=0.0)
PUMPS = Pump(name="pumps", head="lake", tail="river", capacity=10.0, opening=0.0)


def system(*rules: Rule) -> System:
    return System(waters=[*LAKES, River(name="river", level=22.0)], structures=[GATE, PUMPS], rules=rules)


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        (
            SafeDischarge(structure="gates", discharge=1, beside=["nothing"]),
            ["moves 'gates', which is no structure of the system; did you mean 'gate'?"],
        ),
        (
            SafeDischarge(structure="gate", discharge=1, beside=["pump", "river", "gate", "lake"]),
            [
                "of 'gate' has 'pump' beside it, which is no structure or lake of the system; did you mean 'pumps'?",
                "of 'gate' has 'river' beside it, which is a river, whose inflow is not given; the structures and "
                "lakes are: gate, pumps, lake, polder",
                "of 'gate' counts itself beside itself; leave it out of beside",
                "of 'gate' counts 'lake' beside it, whose inflow passes the point through the structure itself; leave "
                "it out of beside",
            ],
        ),
        (
            InTurn(
                structure="gate",
                after=[
                    {"structure": "pmps", "restricted_to": 0},
                    {"water": "poldr", "above": 25},
                    {"structure": "gate", "opened_to": 1},
                    {"water": "polder", "above": 27.5},
                    {"water": "polder", "above": 19},
                ],
            ),
            [
                "of 'gate' comes after 'pmps', which is no structure of the system; did you mean 'pumps'?",
                "of 'gate' comes after 'poldr', which is no water of the system; did you mean 'polder'?",
                "of 'gate' comes after itself, and would never open; leave it out of after",
                "of 'gate' has a turn after a level of 27.5 m, above the dike crest 27 m of 'polder'; lower it",
                "of 'gate' has a turn after a level of 19 m, below the bottom 20 m of 'polder'; raise it",
            ],
        ),
        (
            EqualFilling(
                structure="pumps",
                among=[{"water": "poldr", "empty": 21, "full": 25}, {"water": "polder", "empty": 19, "full": 28}],
                band=0.1,
            ),
            [
                "of 'pumps' has neither 'lake' nor 'river' among its storages; name one of the two sides, which the "
                "structure fills or empties",
                "of 'pumps' has 'poldr' among its storages, which is no lake of the system; did you mean 'polder'?",
                "of 'pumps' has a lowest level among its storages of 19 m, below the bottom 20 m of 'polder'; raise it",
                "of 'pumps' has a highest level among its storages of 28 m, above the dike crest 27 m of 'polder'; lo",
            ],
        ),
        (
            EqualFilling(
                structure="gate",
                among=[{"water": name, "empty": 21, "full": 25} for name in ("lake", "polder", "river")],
                band=0.1,
            ),
            [
                "of 'gate' has both 'lake' and 'polder' among its storages; name one of the two sides, which the",
                "of 'gate' has 'river' among its storages, which is a river, and has no storage; the lakes are: lake,",
            ],
        ),
        (
            FORESEES.changed(water="river"),
            [
                "of 'gate' is to keep the water 'river' below its limit, which is a river, and has no storage; the "
                "lakes are: lake, polder"
            ],
        ),
        (
            FORESEES.changed(water="polder"),
            ["of 'gate' lets its water into 'polder', whose level it is to keep below its limit; leave the water out"],
        ),
        (
            FORESEES.changed(water="poldr"),
            ["of 'gate' is to watch 'poldr', which is no water of the system; did you mean 'polder'?"],
        ),
        (
            FORESEES.changed(limit=27.5),
            ["of 'gate' has a limit of 27.5 m, above the dike crest 27 m of 'lake'; lower it"],
        ),
    ],
)
def test_a_system_refuses_what_a_joint_rule_cannot_look_at(rule: Rule, faults: list[str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        system(rule)
    found = refusal.value.errors()[0]["msg"].removeprefix("Value error, ").split("\n")
    assert len(found) == len(faults)
    for text, fault in zip(found, faults, strict=True):
        assert text.startswith(f"the {rule.type} {fault}")


def test_a_system_takes_what_they_can_look_at() -> None:
    among = [{"water": name, "empty": 21, "full": 25} for name in ("lake", "polder")]
    rules = [
        SafeDischarge(structure="pumps", discharge=9, beside=["gate", "polder"]),
        InTurn(structure="gate", after=[{"structure": "pumps", "restricted_to": 0}, {"water": "river", "above": 30}]),
        EqualFilling(structure="pumps", among=among, band=0.1),
        FORESEES.changed(structure="pumps", water="polder"),
    ]
    assert system(*rules).rules == tuple(rules)


OTHER = SluiceGate(name="other", head="lake", tail="river", sill=22.0, width=20.0, height=3.0, opening=0.0)
THIRD = OTHER.changed(name="third")


def beside(structure: str, *names: str, **more: object) -> SafeDischarge:
    return SafeDischarge(structure=structure, discharge=200.0, beside=names, **more)


def turn(structure: str, *before: Before) -> InTurn:
    return InTurn(structure=structure, after=before)


def after(structure: str, opening: float = 1.0) -> Before:
    return Before(structure=structure, opened_to=opening)


@pytest.mark.parametrize(
    ("rules", "faults"),
    [
        (
            [beside("gate", "other"), beside("other", "gate", "polder")],
            ["the safe_discharge rules of 'gate', 'other' count one another beside them: each would take what the "],
        ),
        (
            [beside("gate", "other"), beside("other", "third"), beside("third", "gate")],
            ["the safe_discharge rules of 'gate', 'other', 'third' count one another beside them: each would"],
        ),
        (
            [turn("gate", after("other")), turn("other", after("third")), turn("third", after("other", 0.5))],
            ["the in_turn rules of 'other', 'third' come after one another, and none would be the first; leave one"],
        ),
        (
            [
                *(beside("gate", "other"), beside("other", "gate")),
                *(turn("gate", after("other")), turn("other", after("gate"))),
            ],
            ["the safe_discharge rules of 'gate', 'other' count", "the in_turn rules of 'gate', 'other' come after"],
        ),
        (
            [turn("gate", Before(structure="other", restricted_to=0.5))],
            ["the in_turn of 'gate' waits until 'other' is restricted to 0.5, and no rule of it does that; give it a"],
        ),
        (
            [
                turn("gate", Before(structure="other", restricted_to=0.5)),
                ShutOff(structure="other", watch="river", above=23.0, opening=0.6),
                FORESEES.changed(structure="other"),
            ],
            ["the in_turn of 'gate' waits until 'other' is restricted to 0.5, and no rule of it does that; give it a"],
        ),
        (
            [FORESEES, FORESEES.changed(structure="other"), FORESEES.changed(structure="third", water="lake")],
            [
                f"the pre_release of '{name}' makes room in 'lake', and so does that of 'gate': each would let out all "
                "that the forecast finds no room for; give one of them another rule"
                for name in ("other", "third")
            ],
        ),
    ],
)  # fmt: skip
def test_a_system_refuses_joint_rules_that_do_not_go_together(rules: list[Rule], faults: list[str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        System(waters=[*LAKES, River(name="river", level=22.0)], structures=[GATE, OTHER, THIRD], rules=rules)
    found = refusal.value.errors()[0]["msg"].removeprefix("Value error, ").split("\n")
    assert len(found) == len(faults)
    for text, fault in zip(found, faults, strict=True):
        assert text.startswith(fault)


@pytest.mark.parametrize(
    "rules",
    [
        [beside("gate", "other"), beside("other", "third"), beside("third", "polder")],  # a row, and no circle
        [beside("gate", "other"), ReleaseLimit(structure="other", discharge=50.0)],
        [beside("gate", share=0.5), beside("other", share=0.6)],  # more than 1 is the user's matter
        [turn("gate", after("other"), after("third")), turn("other", after("third"))],
        [turn("gate", after("other")), beside("other", "gate")],
        [
            turn("gate", Before(structure="other", restricted_to=0.5)),
            ShutOff(structure="other", watch="river", above=23.0, opening=0.5),
        ],
        [turn("gate", Before(structure="other", restricted_to=0.5)), beside("other", "third")],
        [FORESEES, FORESEES.changed(limit=25.0, horizon="6 h", rank=49)],  # of one structure: what asks for more counts
        [FORESEES, FORESEES.changed(structure="other", water="polder")],
    ],
)
def test_a_system_takes_joint_rules_that_go_together(rules: list[Rule]) -> None:
    waters = [*LAKES, River(name="river", level=22.0)]
    assert System(waters=waters, structures=[GATE, OTHER, THIRD], rules=rules).rules == tuple(rules)


OPEN = GATE.changed(opening=1.0)


def with_rules(*rules: Rule) -> System:
    return System(waters=[*LAKES, River(name="river", level=22.0)], structures=[OPEN, PUMPS], rules=[FORESEES, *rules])


def test_a_pre_release_of_what_nothing_shuts_is_refused() -> None:
    fault = "the pre_release of 'gate' does nothing, since that is fully open anyway and nothing else shuts it; give it"
    before = SafeDischarge(structure="gate", discharge=9.0, beside=["pumps"])  # a limit that comes first
    for rules in ([], [before], [Dwell(structure="gate", time="6 h")], [FORESEES.changed(limit=25.0, rank=49)]):
        with pytest.raises(ValidationError, match=fault):
            with_rules(*rules)


@pytest.mark.parametrize(
    "rule",
    [
        StartStop(structure="gate", start=24.0, stop=23.0),
        RuleCurve(structure="gate", target=24.0),
        Schedule(structure="gate", opening=0.0),
        ShutOff(structure="gate", watch="river", above=23.0, rank=70),  # which the pre-release lifts
    ],
)
def test_a_pre_release_of_what_another_rule_shuts_is_taken(rule: Rule) -> None:
    assert with_rules(rule).rules[1] == rule


def test_a_storage_is_filled_by_a_structure_that_leads_to_it() -> None:
    def filled(structure: str) -> EqualFilling:
        among = [{"water": "polder", "empty": 21, "full": 25}, {"water": "lake", "empty": 21, "full": 25}]
        return EqualFilling(structure="third", among=[{**among[0], "structure": structure}, among[1]], band=0.1)

    for name, fault in (
        ("gates", "has 'gates' for 'polder', which is no structure of the system; did you mean 'gate'?"),
        ("gate", "has 'gate' for 'polder', which is not its head; name the one that empties it"),
    ):
        with pytest.raises(ValidationError, match=f"the equal_filling of 'third' {re.escape(fault)}"):
            System(waters=[*LAKES, River(name="river", level=22.0)], structures=[GATE, THIRD], rules=[filled(name)])
    back = GATE.changed(name="back", head="polder", tail="lake")
    rules = [filled("back")]
    assert System(waters=[*LAKES, River(name="river", level=22.0)], structures=[back, THIRD], rules=rules)


# --- from files ------------------------------------------------------------------------------------

FILE = """
[flood]
start = 2020-06-08
end = 2020-06-10
lake.inflow = "30 m3/s"

[[waters]]
name = "lake"
hypsometry = {prism = {bottom = 20, top = 28, area = "40 km2"}}
initial_level = 24

[[waters]]
name = "polder"
hypsometry = {prism = {bottom = 20, top = 28, area = "4 km2"}}
initial_level = 21
dike_crest = 27

[[waters]]
name = "basin"
hypsometry = {prism = {bottom = 20, top = 28, area = "4 km2"}}
initial_level = 22

[[structures]]
type = "sluice_gate"
name = "gate"
head = "lake"
tail = "polder"
sill = 22
width = 10
height = 3

[[structures]]
type = "pump"
name = "pumps"
head = "lake"
capacity = "20 m3/s"
opening = 0

[[rules]]
type = "in_turn"
structure = "gate"
after = [
    {structure = "pumps", restricted_to = "0 %"},
    {water = "polder", above = "26.5 m", resume = "26 m"},
]

[[rules]]
type = "equal_filling"
structure = "gate"
among = [{water = "lake", empty = 20, full = 26}, {water = "basin", empty = "21 m", full = "26 m"}]
band = "5 %"

[[rules]]
type = "safe_discharge"
structure = "pumps"
discharge = {yearly = {"05-01" = "30 m3/s", "08-01" = "40 m3/s"}}
beside = ["gate", "polder"]

[[rules]]
type = "pre_release"
structure = "pumps"
limit = "25 m"
horizon = "3 d"
forecast = "growing_error"
error_per_day = "20 %"
seed = 3
"""


def test_a_file_is_read_as_it_would_be_said_in_python() -> None:
    read = scenario.read(FILE)
    assert read.system.rules == (
        InTurn(
            structure="gate",
            after=[Before(structure="pumps", restricted_to=0), Before(water="polder", above=26.5, resume=26)],
        ),
        EqualFilling(
            structure="gate",
            among=[Store(water="lake", empty=20, full=26), Store(water="basin", empty=21, full=26)],
            band=0.05,
        ),
        SafeDischarge(
            structure="pumps",
            discharge=Series.yearly({"05-01": 30, "08-01": 40}, unit="m3/s"),
            beside=["gate", "polder"],
        ),
        PreRelease(structure="pumps", limit=25, horizon=259200, forecast="growing_error", error_per_day=0.2, seed=3),
    )


def test_a_file_that_is_written_out_says_the_same() -> None:
    read = scenario.read(FILE)
    text = read.explained()
    again = scenario.read(text)
    assert again.system == read.system
    assert again.explained() == text
    for line in (
        'after = [{structure = "pumps", restricted_to = 0.0}, {water = "polder", above = 26.5, resume = 26.0}]',
        "# issued_every: every day, if the error of a forecast grows [s]",
        "# climatology: not of this forecast",
        "# water: the head of the structure",
        "# rank: 48, that of its type",
    ):
        assert f"\n{line}\n" in text


def test_what_is_written_out_runs_to_the_same_bits() -> None:
    read = scenario.read(FILE)
    results = [made.run() for made in (read, scenario.read(read.explained()))]
    first, second = (next(iter(result.values())) for result in results)
    for name in ("lake", "polder", "basin"):
        np.testing.assert_array_equal(first.level[name], second.level[name])
    for name in ("gate", "pumps"):
        np.testing.assert_array_equal(first.discharge[name], second.discharge[name])


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('above = "26.5 m"', 'abov = "26.5 m"', "rules[1].after[2].abov", "no such key; did you mean 'above'?"),
        ('above = "26.5 m"', 'above = "26.5"', "rules[1].after[2].above", "'26.5' has no unit; write a number in m"),
        ('above = "26.5 m"', 'above = "25 m"', "rules[1].after[2]", "'resume' 26 m lies above 'above' 25 m; give one"),
        ('above = "26.5 m", ', "", "rules[1].after[2]", "the water 'polder' is used up at above = …; give it"),
        ('above = "26.5 m"', 'above = "27.5 m"', "rules[1].after", "above the dike crest 27 m of 'polder'; lower it"),
        ('{water = "polder", above', '{water = "poldre", above', "rules[1].after", "did you mean 'polder'?"),
        ('{water = "lake", empty = 20,', '{water = "lake", emty = 20,', "rules[2].among[1].emty", "mean 'empty'?"),
        ('{water = "lake", empty = 20,', '{water = "lake",', "rules[2].among[1].empty", "is missing (water level"),
        ('{water = "lake", empty = 20, full = 26}', '"lake"', "rules[2].among[1]", "'lake' is no table; write its"),
        ('band = "5 %"', 'band = "0 %"', "rules[2].band", "is out of range; share of the storage must be in 0.001 … 1"),
        ('"gate", "polder"]', '"gat", "polder"]', "rules[3].beside", "did you mean 'gate'?"),
        ('"gate", "polder"]', '"gate", 3]', "rules[3].beside[2]", "3 is no text; write it in quotation marks"),
        ('"08-01" = "40 m3/s"', '"08-01" = "-40 m3/s"', "rules[3].discharge", "falls to -40 m3/s; a safe discharge"),
        ('"growing_error"', '"growing_eror"', "rules[4].forecast", "did you mean 'growing_error'?"),
        ("seed = 3", "", "rules[4].forecast", "the forecast 'growing_error' needs seed; give it"),
        ("seed = 3", "seed = 3\nclimatology = 5", "rules[4].climatology", "belongs to the forecast 'climatology', and"),
        ("seed = 3", "seed = 3.5", "rules[4].seed", "3.5 is no whole number; write one without a point"),
        ('horizon = "3 d"', "horizon = 3", "rules[4].horizon", "horizon is 3 s; take at least a minute"),
    ],
)  # fmt: skip
def test_faults_of_joint_rules_are_told_with_their_place(old: str, new: str, place: str, words: str) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(scenario.ScenarioError) as refusal:
        scenario.read(FILE.replace(old, new))
    (fault,) = refusal.value.faults
    assert fault.startswith("the text, line ")
    assert fault.split(": ")[1] == place
    assert words in fault


def test_the_schema_knows_the_tables_within_a_rule() -> None:
    made = json.loads(json.dumps(schema()))["$defs"]
    assert made["in_turn"]["properties"]["after"]["items"]["properties"]["above"]["x-unit"] == "m"
    assert made["equal_filling"]["properties"]["among"]["items"]["required"] == ["water", "empty", "full"]
    assert made["pre_release"]["required"] == ["type", "structure", "limit", "horizon", "forecast"]
    assert made["safe_discharge"]["properties"]["discharge"] == {"$ref": "#/$defs/series"}
