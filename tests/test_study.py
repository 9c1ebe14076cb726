"""Studies: cases compared, a change attributed to measures, and the smallest measure that keeps a level."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lakesim import (
    AddOutlet,
    AddPumps,
    Flood,
    Hypsometry,
    Lake,
    OpenGates,
    Pump,
    PumpStartLevel,
    RaiseDike,
    Reclaim,
    Result,
    ReturnToLake,
    RuleCurve,
    Series,
    SimulationError,
    SluiceGate,
    System,
    WinterLevel,
    compiled,
    indicators,
    simulate,
    study,
)
from lakesim.measures import Measure, apply_all
from lakesim.study import attribution, base
from lakesim.units import Level, Number

DAY = np.timedelta64(1, "D")
WAVE = np.array([50.0, 150.0, 400.0, 600.0, 450.0, 225.0, 125.0, 75.0, 50.0, 50.0])
FLOOD = Flood(start="2020-07-01", end="2020-07-11", output_step="6 h")
LAKE = Lake(
    name="lake",
    hypsometry=Hypsometry(levels=[20.0, 22.0, 26.0, 30.0], areas=["0 km2", "30 km2", "45 km2", "50 km2"]),
    initial_level=23.0,
    warning_level=25.0,
    dike_crest=29.0,
    inflow=Series(np.datetime64("2020-07-01", "ms") + np.arange(11) * DAY, WAVE, "means", "m3/s"),
)
LOCK = SluiceGate(name="lock", head="lake", sill=22.0, width=6.0, height=2.5)
PUMPS = Pump(name="pumps", head="lake", start_level=24.0, band=0.2, capacity=15.0)
SYSTEM = System(waters=[LAKE], structures=[LOCK, PUMPS], rules=[RuleCurve(structure="lock", target=24.0)])

LOWER = PumpStartLevel(water="lake", level=22.5, name="lower_start")
WINTER = WinterLevel(water="lake", level=23.0, begin="11-15", until="07-31", name="low_target")
GATE = AddOutlet(
    outlet={"type": "sluice_gate", "name": "new", "head": "lake", "sill": 23.0, "width": 8.0, "height": 2.0},
    name="new_gate",
)
STATION = AddPumps(water="lake", structure="station", capacity=40.0, start=23.5, stop=23.3, name="station")
FOUR = (LOWER, WINTER, GATE, STATION)
DIKE = RaiseDike(water="lake", dike_crest=29.5, name="higher_dike")
FIELDS = Reclaim(water="lake", polder="fields", area="8 km2", ground="shallowest", dike_crest=28.0, pumps=2.0)

POND = Lake(
    name="pond",
    hypsometry=Hypsometry.prism(bottom=0.0, top=5.0, area="1 km2"),
    initial_level=1.0,
    dike_crest=4.5,
    inflow=Series.constant(10.0, "m3/s"),
)
ONE_DAY = Flood(start="2020-07-01", end="2020-07-02", output_step="12 h")


def peak_of(system: System, flood: Flood, measures: tuple[Measure, ...]) -> float:
    return simulate(apply_all(system, measures), flood).peak(system.lakes[0].name)[1]


class Response(Measure):
    """A measure of which the peak of the pond is any function: it changes the inflow so that the day ends there."""

    type: str = "response"
    water: str = "pond"
    number: Number = 0.0
    other: Level | None = None
    function: Callable[[float], float] = float

    def _applied(self, system: System) -> System:
        """10⁶ m² that rise from 1 m to the peak in 86 400 s."""
        rise = self.function(self.number) - 1.0
        return system.replaced(system["pond"].changed(inflow=Series.constant(rise * 1e6 / 86400.0, "m3/s")))


def vary(function: Callable[[float], float], low: float = 0.0, high: float = 8.0) -> study.Vary:
    return study.Vary(Response(function=function), "number", low, high)


# What varies


def test_a_number_of_a_measure_varies_between_two_values() -> None:
    level = study.Vary(WINTER, "level", "23 m", 24)
    assert (level.low, level.high, level.unit) == (23.0, 24.0, "m")
    assert level.at(23.5) == WINTER.changed(level=23.5)
    assert level.at("2350 cm") == WINTER.changed(level=23.5)
    assert level.measure == WINTER


def test_a_number_that_is_not_given_yet_can_vary() -> None:
    stop = study.Vary(LOWER, "stop", 22.0, 22.4)
    assert stop.unit == "m"
    assert stop.at(22.2) == LOWER.changed(stop=22.2)


def test_a_number_within_a_measure_is_named_with_a_dot() -> None:
    width = study.Vary(GATE, "outlet.width", "4 m", "12 m")
    assert (width.low, width.high, width.unit) == (4.0, 12.0, "m")
    assert width.at(6.0).outlet.width == 6.0
    assert width.at(6.0) == GATE.changed(outlet=GATE.outlet.changed(width=6.0))


@pytest.mark.parametrize(
    ("measure", "field", "low", "high", "words"),
    [
        (WINTER, "levl", 23.0, 24.0, ["levl of winter_level 'low_target'", "no 'levl'", "did you mean 'level'"]),
        (WINTER, "level.sill", 23.0, 24.0, ["there is no 'sill'"]),
        (GATE, "outlet.widht", 23.0, 24.0, ["no 'widht'", "did you mean 'width'"]),
        (WINTER, "water", "a", "b", ["no number that can take any value", "name a field that is a quantity"]),
        (STATION, "units", 1, 4, ["no number that can"]),
        (STATION, "start", 23.4, 24.0, ["no number that can take any value"]),
        (WINTER, "level", 24.0, 24.0, ["low 24 does not lie below high 24"]),
        (WINTER, "level", "23", 24.0, ["'23' has no unit"]),
        (WINTER, "drawdown", "10 d", "400 d", ["days, and a year has 365", "shorten drawdown"]),
    ],
)
def test_what_cannot_vary_is_refused(measure: Measure, field: str, low: float, high: float, words: list[str]) -> None:
    with pytest.raises(ValueError, match=field) as fault:
        study.Vary(measure, field, low, high)
    assert all(word in str(fault.value) for word in words), str(fault.value)
    assert "\n" not in str(fault.value), "one fault is told once"


# The figure that is read


@pytest.mark.parametrize("key", ["peak_level_m", "freeboard_m", "pump_volume_m3", "hours_above_warning"])
def test_a_key_of_the_summary_is_that_figure(key: str) -> None:
    result = simulate(SYSTEM, FLOOD)
    assert base.figure_of(SYSTEM, None, key)(result) == indicators.summary(result)[key]


def test_the_figure_is_the_peak_of_the_first_lake_unless_another_is_asked_for() -> None:
    result = simulate(SYSTEM, FLOOD)
    figure = base.figure_of(SYSTEM, None)
    assert figure(result) == result.peak("lake")[1] == study.peak_level(result, "lake")
    assert (figure.water, figure.name, figure.is_level) == ("lake", "peak_level_m", True)
    own = base.figure_of(SYSTEM, "lake", study_of_hours)
    assert (own(result), own.name, own.is_level) == (480.0, "study_of_hours", False)


def study_of_hours(result: Result) -> float:
    return 2.0 * (result.times[-1] - result.times[0]) / np.timedelta64(1, "h")


@pytest.mark.parametrize(
    ("indicator", "words"),
    [
        ("peak_levl_m", ["no indicator 'peak_levl_m'", "did you mean 'peak_level_m'"]),
        ("refill_date", ["'refill_date' of 'lake' has no value"]),
        ("low_water_days", ["has no value; give the system the level"]),
        ("peak_time", ["is '2020-07-", "a finite number is needed"]),
        ("reconstructed", ["is False, and a finite number"]),
        (lambda _: math.nan, ["is nan, and a finite number is needed"]),
        (lambda result: result.times[0], ["is np.datetime64", "a finite number is needed"]),
        (lambda _: None, ["has no value"]),
    ],
)
def test_an_indicator_without_a_number_is_told_with_the_run(indicator: study.Indicator | str, words: list[str]) -> None:
    with pytest.raises(ValueError, match="indicator") as fault:
        study.attribute(SYSTEM, FLOOD, [LOWER], indicator=indicator)
    assert str(fault.value).startswith("no measure: ")
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_an_indicator_that_fails_in_one_subset_only_names_it() -> None:
    peaks = [peak_of(SYSTEM, FLOOD, measures) for measures in ((), (LOWER,), (GATE,), (LOWER, GATE))]
    lowest = min(peaks)

    def odd(result: Result) -> float:
        return math.inf if result.peak("lake")[1] == lowest else 1.0

    with pytest.raises(ValueError, match=r"^lower_start and new_gate: the indicator 'odd' of 'lake' is inf"):
        study.attribute(SYSTEM, FLOOD, [LOWER, GATE], indicator=odd)


# Many runs


def levels_of(result: Result) -> list[float]:
    return result.level["lake"].tolist()


@pytest.mark.parametrize(("by_machine", "cores"), [(False, 1), (False, 2), (True, 1), (True, 2)])
def test_the_bits_are_those_of_single_runs(by_machine: bool, cores: int) -> None:
    cases = [("none", ()), *((measure.name or "", (measure,)) for measure in FOUR)]
    variants = base.variants_of(SYSTEM, FLOOD, cases)
    found = base.run_all(variants, levels_of, compiled=by_machine, cores=cores)
    singles = [simulate(apply_all(SYSTEM, some), FLOOD, compiled=by_machine) for _, some in cases]
    assert found == [levels_of(result) for result in singles]
    assert len({tuple(levels) for levels in found}) == len(cases)


@pytest.mark.parametrize("cores", [1, 2])
def test_progress_goes_from_nothing_to_all(cores: int) -> None:
    for study_of in (
        lambda **how: study.compare(SYSTEM, FLOOD, {"none": [], "low": LOWER, "gate": GATE}, **how),
        lambda **how: study.attribute(SYSTEM, FLOOD, [LOWER, GATE], **how),
        lambda **how: study.threshold(SYSTEM, FLOOD, study.Vary(STATION, "capacity", 1.0, 400.0), 24.0, **how),
        lambda **how: study.threshold(SYSTEM, FLOOD, study.Vary(STATION, "capacity", 1.0, 400.0), 22.0, **how),
    ):
        parts: list[float] = []
        study_of(progress=parts.append, cores=cores, compiled=True)
        assert all(before < after for before, after in pairwise([0.0, *parts]))
        assert parts[-1] == 1.0


def test_all_are_run_by_one_solver_which_is_chosen_by_the_work_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[bool] = []

    def noted(system: System, flood: Flood, *, compiled: bool, tolerance: float) -> Result:
        chosen.append(compiled)
        return simulate(system, flood, compiled=False, tolerance=tolerance)

    monkeypatch.setattr(base, "simulate", noted)
    monkeypatch.setattr(compiled, "loaded", lambda: False)
    variants = base.variants_of(SYSTEM, FLOOD, [(str(number), ()) for number in range(5)])
    base.run_all(variants, levels_of)
    assert chosen == [False] * 5
    work = base.lay_out(SYSTEM, FLOOD).work
    monkeypatch.setattr(base, "WORK_WORTH_COMPILING", 4.5 * work)
    base.run_all(variants[:4], levels_of)
    base.run_all(variants, levels_of)
    assert chosen == [False] * 9 + [True] * 5


def test_a_run_that_fails_is_named() -> None:
    """A lake that is empty and from which a negative inflow would take more."""
    dry = POND.changed(initial_level=0.0, inflow=Series.constant(-10.0, "m3/s"))
    variants = [
        base.Variant("well", System(waters=[POND]), ONE_DAY),
        base.Variant("dry", System(waters=[dry]), ONE_DAY),
    ]
    with pytest.raises(SimulationError, match=r"^dry: the balance of pond"):
        base.run_all(variants, lambda result: result)
    with pytest.raises(ValueError, match=r"^well: the tolerance is 2"):
        base.run_all(variants, lambda result: result, tolerance=2.0)


def test_nothing_to_run_and_no_core_to_run_it() -> None:
    assert base.run_all([], levels_of) == []
    for cores in (0, 1.5, "2"):
        with pytest.raises(ValueError, match=f"number of cores is {cores!r}; give a whole number, at least 1"):
            study.compare(SYSTEM, FLOOD, {"none": []}, cores=cores)


@pytest.mark.parametrize(
    "call",
    [
        lambda: study.compare(SYSTEM, FLOOD, {"none": []}, water="lakes"),
        lambda: study.attribute(SYSTEM, FLOOD, [LOWER], water="lakes"),
        lambda: study.threshold(SYSTEM, FLOOD, study.Vary(LOWER, "level", 23.0, 24.0), 25.0, water="lakes"),
    ],
)
def test_a_water_that_is_not_there_is_told_before_anything_is_run(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="'lakes' is no lake of the system; did you mean 'lake'"):
        call()


def test_all_variants_run_as_long_as_the_system_without_measures() -> None:
    """The period is that of the inflow, whatever dates the series of a measure have."""
    dated = Series(["2020-07-03", "2020-07-20"], [24.0, 24.0], "instants", "m")
    later = GATE.changed(target=dated, name="dated_gate")
    comparison = study.compare(SYSTEM, None, {"none": [], "dated": later.changed(target=24.0), "gate": GATE})
    assert len({(result.times[0], result.times[-1]) for result in comparison.results.values()}) == 1
    with pytest.raises(ValueError, match=r"^dated: "):
        study.compare(SYSTEM, None, {"none": [], "dated": later})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: study.compare("honghu", None, {"today": []}), "the system is 'honghu'; give a System or a Lake"),
        (lambda: study.compare(POND, "1998", {"today": []}), "the flood is '1998'; give a Flood"),
        (lambda: study.compare(POND, ONE_DAY, [LOWER]), "the cases are given without names"),
        (lambda: study.compare(POND, ONE_DAY, {"today": ["pumps"]}), "'pumps' is no measure; give a measure itself"),
        (lambda: study.compare(POND, ONE_DAY, {"today": []}, core=2), "there is no argument 'core'; beside its own a"),
        (lambda: study.attribute(POND, ONE_DAY, ["pumps"]), "'pumps' is no measure"),
        (lambda: study.attribute(POND, ONE_DAY, {"some": ["pumps"]}), "'pumps' is no measure"),
        (lambda: study.threshold(SYSTEM, FLOOD, study.Vary(LOWER, "level", 23, 24), 25, measures="p"), "'p' is no mea"),
        (lambda: study.threshold(SYSTEM, FLOOD, study.Vary(LOWER, "level", 23, 24), 25, core=2), "no argument 'core'"),
        (lambda: study.Vary("pumps", "level", 23.0, 24.0), "'pumps' is no measure"),
    ],
)
def test_what_is_given_in_place_of_another_thing_is_told(call: Callable[[], object], told: str) -> None:
    with pytest.raises(TypeError, match=re.escape(told)):
        call()


def test_a_function_that_fails_says_in_which_run() -> None:
    def odd(result: Result) -> float:
        return {"none": 1.0}["today" if "station" in str(result.system.structures) else "none"]

    with pytest.raises(KeyError) as fault:
        study.attribute(SYSTEM, FLOOD, [STATION], indicator=odd)
    assert fault.value.__notes__ == ["This was in the run 'station' of the study."]


# Comparison


def test_a_comparison_has_a_row_for_each_case() -> None:
    comparison = study.compare(SYSTEM, FLOOD, {"today": [], "low": [LOWER, WINTER], "gate": GATE})
    assert list(comparison.results) == ["today", "low", "gate"]
    for row, (name, result) in zip(comparison.rows, comparison.results.items(), strict=True):
        assert row == {"case": name, **indicators.summary(result, "lake")}
    assert comparison.results["low"].peak("lake")[1] == peak_of(SYSTEM, FLOOD, (LOWER, WINTER))


def test_a_difference_is_that_of_two_cases() -> None:
    comparison = study.compare(SYSTEM, FLOOD, {"today": [], "gate": GATE})
    peaks = {name: result.peak("lake")[1] for name, result in comparison.results.items()}
    assert comparison.difference("gate", to="today") == peaks["gate"] - peaks["today"] < -0.05
    assert comparison.difference("today", "gate") == -comparison.difference("gate", "today")
    hours = comparison.difference("gate", "today", key="hours_above_warning")
    assert hours == comparison.rows[1]["hours_above_warning"] - comparison.rows[0]["hours_above_warning"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("gat", "today"), "no case 'gat'; did you mean 'gate'"),
        (("gate", "now"), "no case 'now'; there are: today, gate"),
        (("gate", "today", "peak_lvl_m"), "no indicator 'peak_lvl_m'; did you mean 'peak_level_m'"),
        (("gate", "today", "peak_time"), "two numbers are needed"),
        (("gate", "today", "refill_date"), "'refill_date' is None in 'gate' and None in 'today'"),
    ],
)
def test_a_difference_that_is_none_is_refused(names: tuple[str, ...], message: str) -> None:
    comparison = study.compare(SYSTEM, FLOOD, {"today": [], "gate": GATE})
    with pytest.raises(ValueError, match=message):
        comparison.difference(*names)


def test_a_comparison_is_printed_in_both_languages() -> None:
    comparison = study.compare(
        POND,
        ONE_DAY,
        {"今日": [], "pumps": AddPumps(water="pond", structure="pumps", capacity=5.0, start=0.9, stop=0.8)},
    )
    assert str(comparison) == (
        "pond\n"
        "Case   Peak level (m)  Time of peak  Change of the peak (cm)  Error (cm)\n"
        "今日             1.86    2020-07-02                     +0.0           0\n"
        "pumps            1.43    2020-07-02                    -43.2           0"
    )
    assert (
        comparison.told("zh").splitlines()[1] == "方案   最高水位 (m)  最高水位时间  最高水位变化 (cm)  数值误差 (cm)"
    )
    remade = study.compare(POND.changed(reconstructed=True), ONE_DAY, {"today": []})
    assert str(remade).endswith("reconstructed 重构")


def test_the_faults_of_all_cases_come_at_once() -> None:
    wrong = {"today": [], "one": WINTER.changed(level=19.0), "two": [LOWER, OpenGates(water="pond")]}
    with pytest.raises(ValueError, match="one") as fault:
        study.compare(SYSTEM, FLOOD, wrong)
    assert [line.partition(":")[0] for line in str(fault.value).split("\n")] == ["one", "two"]
    with pytest.raises(ValueError, match="no case to compare"):
        study.compare(SYSTEM, FLOOD, {})


# Attribution


def by_all_orders(system: System, flood: Flood, measures: tuple[Measure, ...]) -> list[float]:
    """Shapley's value by its other definition: the mean, over all n! orders, of what a measure adds when it comes."""
    places = range(len(measures))
    subsets = [frozenset(some) for size in range(len(measures) + 1) for some in combinations(places, size)]
    peak = {some: peak_of(system, flood, tuple(measures[i] for i in sorted(some))) for some in subsets}
    added = np.zeros(len(measures))
    orders = list(permutations(places))
    for order in orders:
        for size, i in enumerate(order):
            added[i] += peak[frozenset(order[: size + 1])] - peak[frozenset(order[:size])]
    return (added / len(orders)).tolist()


def test_shares_are_the_mean_over_all_orders_and_sum_to_the_total() -> None:
    found = study.attribute(SYSTEM, FLOOD, FOUR)
    assert list(found.shares) == [measure.name for measure in FOUR]
    assert list(found.shares.values()) == pytest.approx(by_all_orders(SYSTEM, FLOOD, FOUR), abs=1e-12)
    assert math.fsum(found.shares.values()) == pytest.approx(found.total, abs=1e-12)
    assert found.before == peak_of(SYSTEM, FLOOD, ())
    assert found.after == peak_of(SYSTEM, FLOOD, FOUR)
    assert found.total == found.after - found.before < -0.1
    assert (found.runs, found.errors, found.samples, found.water) == (16, None, None, "lake")
    assert 0.0 < found.numerical_error < 1e-3
    gate = GATE.name or ""
    assert found.alone[gate] == peak_of(SYSTEM, FLOOD, (GATE,)) - found.before
    assert found.as_last[gate] == found.after - peak_of(SYSTEM, FLOOD, (LOWER, WINTER, STATION))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.5, 30.0), st.floats(23.2, 25.0)), min_size=1, max_size=4),
    st.floats(22.0, 24.0),
    st.sampled_from(["peak_level_m", "hours_above_warning", "peak_outflow_m3_s"]),
)
def test_shares_sum_to_the_total_whatever_the_measures(
    stations: list[tuple[float, float]], start: float, indicator: str
) -> None:
    measures = [
        LOWER.changed(level=start),
        *(
            STATION.changed(structure=f"s{i}", name=f"s{i}", capacity=capacity, start=level, stop=level - 0.2)
            for i, (capacity, level) in enumerate(stations)
        ),
    ]
    found = study.attribute(SYSTEM, FLOOD, measures, indicator=indicator)
    assert math.fsum(found.shares.values()) == pytest.approx(found.total, abs=1e-9)
    drawn = study.attribute(SYSTEM, FLOOD, measures, indicator=indicator, exact=False, samples=4)
    assert (drawn.before, drawn.after) == (found.before, found.after)
    assert math.fsum(drawn.shares.values()) == pytest.approx(found.total, abs=1e-9)


# A target that the curve has already leaves the system as it was; a dike that no water reaches, and pumps that start
# above every peak, change the system and nothing else.
SAME = WinterLevel(water="lake", level=24.0, begin="11-15", until="07-31", name="same_target")
IDLE = AddPumps(water="lake", structure="idle", capacity=9.0, start=29.0, stop=28.5, name="idle")


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("idle", [SAME, DIKE, IDLE], ids=lambda measure: measure.name)
def test_a_measure_without_effect_gets_exactly_nothing(idle: Measure, exact: bool) -> None:
    found = study.attribute(SYSTEM, FLOOD, [LOWER, idle, GATE], exact=exact)
    assert found.shares[idle.name or ""] == found.alone[idle.name or ""] == found.as_last[idle.name or ""] == 0.0
    assert (found.errors or {}).get(idle.name or "", 0.0) == 0.0
    assert found.shares["new_gate"] < -0.05


def test_equal_measures_get_equal_shares() -> None:
    """Two stations of one kind in the presence of a gate; which of them is meant changes the order of structures."""
    twins = [STATION.changed(structure=name, name=name) for name in ("east", "west")]
    found = study.attribute(SYSTEM, FLOOD, [twins[0], GATE, twins[1]])
    assert found.shares["east"] == pytest.approx(found.shares["west"], abs=1e-9)
    assert found.shares["east"] < -0.05
    assert found.alone["east"] < found.shares["east"] < found.as_last["east"] < 0.0, "they spare each other work"


def test_the_order_of_the_measures_changes_no_share_where_they_do_not_meet() -> None:
    order = (WINTER, GATE, DIKE, STATION)
    shares = [study.attribute(SYSTEM, FLOOD, measures).shares for measures in (order, order[::-1])]
    assert shares[0] == pytest.approx(shares[1], abs=1e-9)


def test_measures_act_in_their_order_in_every_subset() -> None:
    """A start level moves the pumps that are there; so the station that comes after it keeps its own, 23.5 m."""
    for order in ((LOWER, STATION), (STATION, LOWER)):
        found = study.attribute(SYSTEM, FLOOD, order)
        assert found.after == peak_of(SYSTEM, FLOOD, order)
        assert found.as_last["lower_start"] == found.after - peak_of(SYSTEM, FLOOD, (STATION,))


def test_what_comes_and_goes_together_has_one_share() -> None:
    names = {"pumps": [LOWER, STATION], "gate": GATE}
    found = study.attribute(SYSTEM, FLOOD, names)
    assert list(found.shares) == ["pumps", "gate"]
    assert found.runs == 4
    both, pumps, gate = (
        peak_of(SYSTEM, FLOOD, some) - found.before for some in ((LOWER, STATION, GATE), (LOWER, STATION), (GATE,))
    )
    assert found.shares == pytest.approx({"pumps": (pumps + both - gate) / 2, "gate": (gate + both - pumps) / 2})


def test_a_measure_without_a_name_is_called_by_what_it_changes() -> None:
    found = study.attribute(SYSTEM, FLOOD, [LOWER.changed(name=None), GATE])
    assert list(found.shares) == ["pump_start_level 'lake'", "new_gate"]


STATIONS = [
    STATION.changed(structure=f"s{i}", name=f"s{i}", capacity=3.0 + 2.0 * i, start=23.4 + 0.1 * i, stop=23.2 + 0.1 * i)
    for i in range(6)
]


def test_sampled_shares_are_the_exact_ones_within_their_errors() -> None:
    measures, hours = [LOWER, WINTER, GATE, *STATIONS[:4]], "hours_above_warning"
    exact = study.attribute(SYSTEM, FLOOD, measures, indicator=hours)
    drawn = study.attribute(SYSTEM, FLOOD, measures, indicator=hours, exact=False, samples=16)
    assert drawn.errors is not None
    assert drawn.samples == 16
    assert drawn.runs < exact.runs == 128
    assert math.fsum(drawn.shares.values()) == pytest.approx(exact.total, abs=1e-9)
    assert (drawn.alone, drawn.as_last) == (exact.alone, exact.as_last)
    for name, error in drawn.errors.items():
        assert 0.0 < error < 0.1 * abs(exact.total)
        assert abs(drawn.shares[name] - exact.shares[name]) < 4.0 * error


def test_the_same_seed_draws_the_same_orders() -> None:
    drawn = [study.attribute(SYSTEM, FLOOD, FOUR, exact=False, samples=4, seed=seed) for seed in (1, 1, 2)]
    assert drawn[0].shares == drawn[1].shares
    assert drawn[0].shares != drawn[2].shares


def game(count: int, power: float) -> dict[int, float]:
    """Subsets whose value is a power of the sum of unequal weights."""
    return {subset: sum((i + 1.0) * (subset >> i & 1) for i in range(count)) ** power for subset in range(1 << count)}


def test_the_standard_error_is_that_of_the_shares_drawn_with_other_seeds() -> None:
    """Of 400 sets of 16 orders: their spread is the error that each of them tells, and their mean is exact."""
    value, count = game(6, 3.0), 6
    exact = np.array([attribution._share(i, count, value) for i in range(count)])
    drawn = [attribution._sampled(attribution._orders(count, 16, seed), value) for seed in range(400)]
    shares, errors = np.array([shares for shares, _ in drawn]), np.array([errors for _, errors in drawn])
    spread, told = shares.std(axis=0), np.sqrt((errors**2).mean(axis=0))
    assert told == pytest.approx(spread, rel=0.1)
    assert np.abs(shares.mean(axis=0) - exact).max() < 4.0 * spread.max() / math.sqrt(400)


def test_orders_with_their_reverse_are_exact_where_measures_matter_two_by_two() -> None:
    """The square of a sum of weights w has Shapley's value w_i · Σ w."""
    value, count = game(5, 2.0), 5
    shares, errors = attribution._sampled(attribution._orders(count, 4, 3), value)
    weights = np.arange(1.0, 6.0)
    assert shares == pytest.approx(weights * weights.sum(), abs=1e-12)
    assert errors == pytest.approx(np.zeros(5), abs=1e-12)
    assert [attribution._share(i, count, value) for i in range(count)] == pytest.approx(shares, abs=1e-12)


def test_beyond_the_limit_shares_are_sampled_or_refused() -> None:
    found = study.attribute(SYSTEM, FLOOD, STATIONS[:4], exact_up_to=3, samples=4)
    assert found.errors is not None
    with pytest.raises(ValueError, match="4 measures have 16 subsets, and at most 3 measures are to be exact") as fault:
        study.attribute(SYSTEM, FLOOD, STATIONS[:4], exact=True, exact_up_to=3)
    assert "exact=False" in str(fault.value)
    many = [STATION.changed(structure=f"n{i}", name=f"n{i}", capacity=1.0) for i in range(11)]
    with pytest.raises(ValueError, match="11 measures have 2048 subsets, and at most 10"):
        study.attribute(SYSTEM, FLOOD, many, exact=True)
    eleven = study.attribute(SYSTEM, FLOOD, many, samples=4)
    assert eleven.errors is not None
    assert math.fsum(eleven.shares.values()) == pytest.approx(eleven.total, abs=1e-9)
    for samples in (2, 5, 0):
        with pytest.raises(ValueError, match=f"number of samples is {samples}; .* an even number from 4 on"):
            study.attribute(SYSTEM, FLOOD, many, samples=samples)


@pytest.mark.parametrize("exact", [True, False])
def test_a_measure_that_needs_another_names_both_and_says_how_to_put_them_together(exact: bool) -> None:
    back = ReturnToLake(polder="fields", name="give_back")
    land = FIELDS.changed(name="diked")
    with pytest.raises(ValueError, match="give_back cannot be applied without diked: ") as fault:
        study.attribute(SYSTEM, FLOOD, [LOWER, land, GATE, back], exact=exact)
    text = str(fault.value)
    assert "\n" not in text, "one fault, however many subsets have it"
    assert "{'together': [diked, give_back]}" in text
    assert "or apply diked to the system before" in text
    together = study.attribute(SYSTEM, FLOOD, {"low": LOWER, "to and fro": [land, back]}, exact=exact)
    assert abs(together.shares["to and fro"]) < 1e-6
    before = study.attribute(land.apply(SYSTEM), FLOOD, [LOWER, back], exact=exact)
    assert before.shares["give_back"] < 0.0


@pytest.mark.parametrize("exact", [True, False])
def test_measures_that_contradict_one_another_are_both_named(exact: bool) -> None:
    other = STATION.changed(capacity=20.0, name="other")
    with pytest.raises(ValueError, match="station and other cannot be applied together: ") as fault:
        study.attribute(SYSTEM, FLOOD, [STATION, GATE, other], exact=exact)
    assert "2 things are named 'station'" in str(fault.value)
    assert "leave one of them out" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_contradiction_of_two_among_many_names_only_these_two() -> None:
    """No order that is drawn begins with the two."""
    other = STATION.changed(capacity=20.0, name="other")
    with pytest.raises(ValueError, match=r"^station and other cannot be applied together: ") as fault:
        study.attribute(SYSTEM, FLOOD, [STATION, LOWER, *STATIONS, GATE, other], exact=False, samples=4)
    assert "\n" not in str(fault.value)


def test_measures_that_cannot_be_applied_at_all_come_at_once() -> None:
    low, nowhere = WINTER.changed(level=19.0), OpenGates(water="lak", name="open")
    with pytest.raises(ValueError, match="low_target cannot be applied: winter_level") as fault:
        study.attribute(SYSTEM, FLOOD, [low, GATE, nowhere])
    lines = str(fault.value).split("\n")
    assert len(lines) == 2
    assert lines[1].startswith("open cannot be applied: open_gates 'open': the water 'lak' is no lake")


def test_one_measure_needs_no_list() -> None:
    found = study.attribute(SYSTEM, FLOOD, GATE)
    assert found.shares == {"new_gate": found.total} == found.alone == found.as_last


def test_measures_need_names_of_their_own_and_there_must_be_one() -> None:
    with pytest.raises(ValueError, match="2 measures are called winter_level 'lake'; give each a name") as fault:
        study.attribute(SYSTEM, FLOOD, [WINTER.changed(name=None), GATE, WINTER.changed(name=None, level=23.5)])
    assert "\n" not in str(fault.value)
    with pytest.raises(ValueError, match="no measure to which"):
        study.attribute(SYSTEM, FLOOD, [])


@pytest.mark.parametrize(
    "call",
    [
        lambda: study.compare(POND, ONE_DAY, {"today": []}),
        lambda: study.attribute(POND, ONE_DAY, RaiseDike(water="pond", dike_crest=5.0)),
        lambda: study.threshold(POND, ONE_DAY, vary(float, 1.0, 2.0), 1.5),
    ],
)
def test_a_study_says_that_it_knows_no_other_language(call: Callable[[], study.Comparison]) -> None:
    found = call()
    with pytest.raises(ValueError, match="'fr'; choose one of en, zh"):
        found.told("fr")


def test_an_attribution_is_printed_in_both_languages() -> None:
    """10 m³/s for a day on 1 km²: a station of 5 takes 43.2 cm, one of 2 m³/s 17.28 cm, whatever the other does."""
    stations = {
        "大泵站": AddPumps(water="pond", structure="large", capacity=5.0, start=0.9, stop=0.8),
        "small": AddPumps(water="pond", structure="small", capacity=2.0, start=0.9, stop=0.8),
    }
    found = study.attribute(POND, ONE_DAY, stations)
    assert str(found) == (
        "pond: Peak level (m), 1.86 before, 1.26 after\n"
        "              share (cm)  alone (cm)  added last (cm)\n"
        "大泵站             -43.2       -43.2            -43.2\n"
        "small              -17.3       -17.3            -17.3\n"
        "total change       -60.5\n"
        "Shapley: the mean effect of each over all orders in which they may come, from 4 runs."
    )
    lines = found.told("zh").split("\n")
    assert lines[0] == "pond：最高水位 (m)，措施前 1.86，措施后 1.26"
    assert lines[1].split() == ["贡献", "(cm)", "单独实施", "(cm)", "最后实施", "(cm)"]
    assert lines[2].split() == ["大泵站", "-43.2", "-43.2", "-43.2"]
    drawn = study.attribute(POND.changed(reconstructed=True), ONE_DAY, stations, exact=False, samples=6)
    lines = str(drawn).split("\n")
    assert lines[2].split() == ["大泵站", "-43.2", "±0.0", "-43.2", "-43.2"]
    assert lines[-2].startswith("Shapley, sampled: the mean effect of each over 6 orders drawn at random, from 4 runs")
    assert lines[-1] == "reconstructed 重构"
    outflow = study.attribute(POND, ONE_DAY, stations, indicator="peak_outflow_m3_s")
    lines = str(outflow).split("\n")
    assert lines[0] == "pond: Peak outflow (m³/s), 0 before, 7 after"
    assert lines[2].split() == ["大泵站", "+5", "+5", "+5"]


def test_what_comes_before_the_polder_it_is_about_is_told_by_the_list() -> None:
    back, area = ReturnToLake(polder="fields", area="1 km2"), ("area", "1 km2", "8 km2")
    with pytest.raises(ValueError, match=r"'fields' is reclaimed only by a later measure, reclaim 'fields'; let that"):
        study.attribute(SYSTEM, FLOOD, [back, FIELDS])
    with pytest.raises(ValueError, match=r"^area = 1e.*'fields' is reclaimed only by a later measure, reclaim"):
        study.trade_off(SYSTEM, FLOOD, study.Vary(back, *area), study.Vary(FIELDS, *area), size=(2, 2))


def test_a_share_that_rounds_to_nothing_has_one_sign() -> None:
    """5 cm³/s for a day on 1 km² are 0.4 mm: −0.043 cm, which is no −0.0."""
    pumps = AddPumps(water="pond", structure="pumps", capacity=5e-3, start=0.9, stop=0.8)
    found = study.attribute(POND, ONE_DAY, pumps)
    assert found.total == pytest.approx(-4.32e-4, rel=1e-3)
    for table in (str(found), str(study.compare(POND, ONE_DAY, {"today": [], "pumps": pumps}))):
        assert "+0.0" in table
        assert "-0.0" not in table


# The smallest measure


def test_the_smallest_returned_area_is_between_two_runs() -> None:
    """The value was run and keeps the level; a thousandth of the range less does not."""
    diked = FIELDS.apply(SYSTEM)
    area = study.Vary(ReturnToLake(polder="fields", area="1 km2"), "area", "0.5 km2", "7.5 km2")
    ends = [peak_of(diked, FLOOD, (area.at(value),)) for value in (area.low, area.high)]
    level = 0.6 * ends[0] + 0.4 * ends[1]
    found = study.threshold(diked, FLOOD, area, level)
    assert found.value is not None
    assert found.peak == peak_of(diked, FLOOD, (area.at(found.value),)) <= level
    assert peak_of(diked, FLOOD, (area.at(found.value - 7e3),)) > level
    assert found.monotone
    assert not found.largest
    assert not found.met_already
    assert found.before == peak_of(diked, FLOOD, ()) > ends[0] > ends[1]


def test_of_a_level_the_largest_is_the_smallest_measure() -> None:
    """A strong pump holds the pond where it starts, so that it may start at the level itself, less its band."""
    strong = System(
        waters=[POND], structures=[Pump(name="pump", head="pond", start_level=3.0, band=0.01, capacity=30.0)]
    )
    start = study.Vary(PumpStartLevel(water="pond", level=3.0), "level", 1.1, 1.9)
    found = study.threshold(strong, ONE_DAY, start, "1.5 m", close="1 mm")
    assert found.largest
    assert found.value == pytest.approx(1.5 - 0.01 / 3.0, abs=1e-3)
    assert found.peak <= 1.5
    assert (
        str(found) == "Pump start level of pond: at most 1.49 m keeps pond at or under 1.50 m; the peak is then 1.50 m."
    )
    assert found.told("zh") == "pond起排水位不大于 1.49 m 时，pond水位不超过 1.50 m，最高水位为 1.50 m。"


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 7.9), st.floats(0.01, 0.5), st.booleans())
@example(4.0, 0.25, True)
def test_a_step_is_found_where_it_is(place: float, close: float, largest: bool) -> None:
    """The peak is 3 m on one side of a place and 2 m on the other."""

    def step(number: float) -> float:
        return 2.0 if (number <= place if largest else number >= place) else 3.0

    found = study.threshold(POND, ONE_DAY, vary(step), 2.5, close=close)
    assert found.value is not None
    assert found.monotone
    assert found.largest == largest
    short = place - found.value if largest else found.value - place
    assert 0.0 <= short <= close


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1.1, 4.0), min_size=2, max_size=9), st.floats(1.2, 3.9))
def test_what_is_found_keeps_the_level_whatever_the_response(peaks: list[float], level: float) -> None:
    function = vary(lambda number: float(np.interp(number, np.linspace(0.0, 8.0, len(peaks)), peaks)))
    found = study.threshold(POND, ONE_DAY, function, level)
    kept = {value for value, peak in found.tried.items() if peak <= level}
    assert (found.value is None) == (not kept)
    if found.value is not None:
        assert found.value == (max if found.largest else min)(kept)
        assert found.tried[found.value] == found.peak <= level
    order = sorted(found.tried, reverse=found.largest)
    rising = any(found.tried[more] > found.tried[less] + found.noise for less, more in pairwise(order))
    assert found.monotone == (not rising) == ("does not always help" not in str(found))


def test_a_response_that_turns_is_told() -> None:
    """A valley at 4, of 2 m, between 3 m at 0 and 2.9 m at 8; 2.5 m is kept from 2 on, and no longer from 5.8."""
    found = study.threshold(
        POND, ONE_DAY, vary(lambda number: float(np.interp(number, [0, 4, 8], [3.0, 2.0, 2.9]))), 2.5
    )
    assert found.value == pytest.approx(2.0, abs=0.008)
    assert not found.monotone
    assert found.rises == [(4.0, 8.0)]
    assert "More of it does not always help: from 4 to 8 the peak rises by 90.0 cm" in str(found)


@pytest.mark.parametrize("bottom", [0.7, 1.25, 4.6])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_valley_between_the_values_that_are_tried_first_is_found(bottom: float, mirrored: bool) -> None:
    """A slope from 3 m down to 2.6 m, and in it a valley down to 2 m, 0.6 wide on either side.

    No whole number keeps 2.15 m. The valley falls by slope − 2 m over 0.6, and so is at 2.15 m where there are
    0.6 · 0.15/(slope − 2 m) left to its bottom.
    """

    def peak(number: float) -> float:
        slope = 3.0 - 0.05 * number
        return 2.0 + (slope - 2.0) * min(1.0, abs(number - bottom) / 0.6)

    function = vary(lambda number: peak(8.0 - number if mirrored else number))
    found = study.threshold(POND, ONE_DAY, function, 2.15)
    assert found.value is not None
    assert found.largest == mirrored
    at = 8.0 - found.value if mirrored else found.value
    slope = 3.0 - 0.05 * at
    assert found.tried[found.value] == found.peak <= 2.15
    assert bottom - at == pytest.approx(0.6 * 0.15 / (slope - 2.0), abs=0.008)
    assert "More of it does not always help" in str(found)
    parts: list[float] = []
    study.threshold(POND, ONE_DAY, function, 2.15, progress=parts.append)
    assert all(before < after for before, after in pairwise([0.0, *parts]))
    assert parts[-1] == 1.0


def test_where_no_value_of_a_valley_keeps_the_level_this_is_told_as_it_is() -> None:
    """3 m at both ends, 2.2 m at 4.3, which is found to 0.001 of 8; 2.1 m is kept nowhere."""
    found = study.threshold(
        POND, ONE_DAY, vary(lambda number: float(np.interp(number, [0, 4.3, 8], [3.0, 2.2, 2.9]))), 2.1
    )
    assert found.value is None
    assert found.best == pytest.approx(4.3, abs=0.008)
    assert found.peak == pytest.approx(2.2, abs=0.002)
    assert "A value between those that were tried may still keep the level." in str(found)
    assert "pass the level again" not in str(found)
    assert "仍可能有满足要求的取值" in found.told("zh")
    parts: list[float] = []
    study.threshold(POND, ONE_DAY, found.vary, 2.1, progress=parts.append)
    assert all(before < after for before, after in pairwise([0.0, *parts]))
    assert parts[-1] == 1.0


@pytest.mark.parametrize(
    ("number", "largest", "printed"),
    [
        (1.4963, True, "1.49"),
        (1.4963, False, "1.50"),
        (1.5, True, "1.50"),
        (0.3, False, "0.3"),
        (0.1 + 0.2, False, "0.3"),
        (4.2134, False, "4.22"),
        (421.34, True, "421"),
        (421.34, False, "422"),
        (0.0, False, "0"),
    ],
)
def test_a_value_is_printed_on_the_side_that_keeps_the_level(number: float, largest: bool, printed: str) -> None:
    """Two places of a level, three digits of anything else."""
    seen = study.Vary(LOWER, "level", 1.0, 2.0) if printed.startswith("1.") else vary(float)
    found = study.threshold(POND, ONE_DAY, vary(float, 1.0, 2.0), 1.5)
    less = number + 1.0 if largest else number - 1.0
    found = replace(found, vary=seen, value=number, largest=largest, tried={less: 1.6, number: 1.4})
    kept = "at most" if largest else "at least"
    assert f"{kept} {printed} " in str(found)


def test_a_value_in_a_valley_is_printed_as_it_was_run() -> None:
    """At 147 m³/s, a round number, the level may be passed again: the peak falls and rises between the values tried."""
    found = study.threshold(POND, ONE_DAY, vary(float, 1.0, 2.0), 1.5)
    found = replace(found, value=147.461, largest=True, tried={150.0: 1.6, 147.461: 1.4, 140.0: 1.7})
    assert "at most 147.461 " in str(found)


def test_a_level_that_is_not_reached_is_told_with_the_best() -> None:
    found = study.threshold(POND, ONE_DAY, vary(lambda number: 2.5 - 0.1 * number), 1.6)
    assert found.value is None
    assert (found.best, found.peak) == (8.0, pytest.approx(1.7))
    assert str(found) == (
        "number of response 'pond': no value that was tried, from 0 to 8, keeps pond at or under 1.60 m; the lowest "
        "peak is 1.70 m, with 8."
    )
    assert "均会超过 1.60 m；最高水位最小为 1.70 m" in found.told("zh")
    assert list(found.tried) == list(range(9))


def test_a_level_that_is_kept_anyway_is_told() -> None:
    """Without the measure the pond rises to 1.864 m."""
    found = study.threshold(POND, ONE_DAY, vary(lambda number: 1.8 - 0.1 * number), 1.9)
    assert found.met_already
    assert found.before == pytest.approx(1.864)
    assert found.value == 0.0
    assert str(found) == (
        "pond stays at or under 1.90 m without this measure; the peak is then 1.86 m. number of response 'pond': every "
        "value that was tried, from 0 to 8, keeps pond at or under 1.90 m."
    )
    worse = study.threshold(POND, ONE_DAY, vary(lambda number: 2.5 - 0.01 * number), 1.9)
    assert worse.met_already
    assert worse.value is None


def test_a_measure_without_effect_on_the_peak_is_told() -> None:
    dike = study.Vary(DIKE, "dike_crest", 29.1, 31.0)
    found = study.threshold(SYSTEM, FLOOD, dike, 24.0)
    assert found.value is None
    assert "It has no effect on this peak." in str(found)
    assert found.monotone


def test_other_measures_come_before() -> None:
    capacity = study.Vary(STATION, "capacity", 1.0, 300.0)
    found = study.threshold(SYSTEM, FLOOD, capacity, 25.5, measures=[GATE, LOWER])
    alone = study.threshold(SYSTEM, FLOOD, capacity, 25.5)
    assert found.before == peak_of(SYSTEM, FLOOD, (GATE, LOWER))
    assert found.value is not None
    assert alone.value is not None
    assert found.value < alone.value
    assert found.tried[found.value] == peak_of(SYSTEM, FLOOD, (GATE, LOWER, capacity.at(found.value)))


@pytest.mark.parametrize(
    ("level", "how", "words"),
    [
        (-1.0, {}, ["the level -1 m lies below the bottom 0 m of 'pond'"]),
        ("4.6 m", {}, ["the level 4.6 m lies above the dike crest 4.5 m of 'pond'"]),
        ("4.6", {}, ["'4.6' has no unit"]),
        (2.0, {"close": 0.0}, ["close is 0.0; give how closely"]),
        (-1.0, {"close": -2.0}, ["the level -1 m", "\nclose is -2.0"]),
        (2.0, {"close": 1e-320}, ["close is 1e-320, and numbers such as 8 cannot be told apart closer than 1.8e-15"]),
        (2.0, {"close": 1e-16}, ["close is 1e-16, and numbers such as 8"]),
    ],
)
def test_a_threshold_that_cannot_be_sought_is_refused(
    level: float | str, how: dict[str, float], words: list[str]
) -> None:
    with pytest.raises(ValueError, match=r"level|close|unit") as fault:
        study.threshold(POND, ONE_DAY, vary(float), level, **how)
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_peaks_that_differ_by_their_numerical_error_only_are_no_rise() -> None:
    capacity = study.Vary(STATION, "capacity", 1.0, 300.0)
    found = study.threshold(SYSTEM, FLOOD, capacity, 25.5)
    runs = [simulate(capacity.at(value).apply(SYSTEM), FLOOD) for value in found.tried]
    largest = max(run.numerical_error for run in (*runs, simulate(SYSTEM, FLOOD)))
    assert found.noise == 6.0 * largest > 0.0
    least, *_, most = found.tried
    for share, rises in ((0.9, []), (1.1, [(least, most)])):
        tried = {least: 25.0, most: 25.0 + share * found.noise}
        assert replace(found, tried=tried).rises == rises


def test_a_value_with_which_the_measure_cannot_be_applied_is_named() -> None:
    low = study.Vary(WINTER, "level", 18.0, 22.0)
    with pytest.raises(ValueError, match="level of winter_level 'low_target' = 18: winter_level") as fault:
        study.threshold(SYSTEM, FLOOD, low, 25.0)
    assert len(str(fault.value).split("\n")) == 4, "18 to 19.5 m lie below the bottom, the own pumps reach the others"
