"""Lesson 5: what a metre of winter water is worth.

Two ways to make room in a lake for the flood: keep it a metre lower in winter, or give land back to it. How many km² of
returned land are worth that metre?
给湖泊腾出库容有两条路：冬季水位降低一米，或者退田还湖。冬季的一米水位抵得上多少平方公里的退田？

None: the winter level itself gains nothing. What gains is the level from which the pumps run, with a low winter or
without, and that a metre there gains a metre is an identity of these models. So the question becomes what a metre of
pump start level is worth in land. Honghu in 2020 and Liangzi in 2016 are the examples, both reconstructed 重构. Their
`.toml` files say of every number whether it is published or assumed; Honghu's two fitted ones are those of lesson 2.
"""

# %% The experiment is data: two lakes, the land that was taken from each, and what can be done
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import fill, indent
from typing import NamedTuple

import numpy as np

from lakesim import Flood, RaiseDike, Result, Series, ShutOff, System, compiled, indicators, scenario, simulate, study
from lakesim.labels import to_5_cm
from lakesim.measures import Measure, PumpStartLevel, ReturnToLake, WinterLevel, apply_all

FILE = Path(__file__).with_suffix(".toml")
YI, KM2 = 1e8, 1e6  # m³, 亿; m²
RUN = {"tolerance": 1e-4, "compiled": compiled.available()}  # 0.1 mm a step; a thousand runs, worth compiling for


class Place(NamedTuple):
    """A lake, and what is weighed against what."""

    title: str
    scenario: scenario.Scenario
    water: str
    station: str
    until: str  # where the flood season begins
    ordinary: float  # the level from which the pumps start as it was [m]
    land: float  # that was reclaimed [m²]
    reported: float  # the highest level [m]


FILES = {"honghu": FILE, "liangzi": FILE.with_stem(f"{FILE.stem}_liangzi")}
BOTH = {name: scenario.read(file) for name, file in FILES.items()}
HONGHU = Place("Honghu, 2020", BOTH["honghu"], "honghu", "large_stations", "06-07", 24.6, 415.6 * KM2, 27.05)
LIANGZI = Place("Liangzi, 2016", BOTH["liangzi"], "liangzi", "fankou", "06-17", 18.1, 99.0 * KM2, 21.49)


class LowerStart(PumpStartLevel):
    """Pumps that start lower till the flood is over, and a winter level 0.1 m below: two measures, one number."""

    lake: str
    season: str

    def _applied(self, system: System) -> System:
        winter = WinterLevel(water=self.lake, level=self.level - 0.1, begin="12-01", until=self.season)
        return winter.apply(super()._applied(system))


def today(at: Place) -> tuple[System, Flood]:
    return at.scenario.system, at.scenario.flood


def given(at: Place, lang: str = "") -> dict[str, Measure]:
    """The measures that are a case of their own, by its name, or its title in a language."""
    own = [(case, change.measures) for case, change in zip(at.scenario.cases, at.scenario.changes, strict=True)]
    return {case.called(lang) if lang else case.name: measures[0] for case, measures in own if len(measures) == 1}


def lower(at: Place, level: float) -> LowerStart:
    days = {"begin": "03-31", "until": "08-31"}
    return LowerStart(structure=at.station, level=level, lake=at.water, season=at.until, **days)


def land(at: Place) -> study.Vary:
    return study.Vary(ReturnToLake(polder="reclaimed", area=at.land), "area", "1 ha", at.land)


def say(text: str) -> None:
    print(fill(" ".join(text.split()), 110, initial_indent="  ", subsequent_indent="  "))


# %% What is not known: inputs that are not published, over their plausible ranges; Honghu's are those of lesson 2
Edit = Callable[[System, Flood], tuple[System, Flood]]
SMALL = ("small_stations", "reclaimed_pumps")


def rain(at: Place, old: str, new: str) -> Edit:
    """The same rain, fallen otherwise: the file with other numbers, read again."""
    text = FILES[at.water].read_text(encoding="utf-8")
    assert old in text, old
    series = scenario.read(text.replace(old, new)).flood.series
    return lambda system, flood: (system, flood.changed(series={**flood.series, **series}))


def times(factor: float, *pumps: str) -> Edit:
    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        changed = [system[name].changed(capacity=factor * system[name].capacity) for name in pumps]
        return system.replaced(*changed), flood

    return edit


def ground(low: float, high: float) -> Edit:
    """The reclaimed land evenly between two other levels."""

    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        polder, pumps = system["reclaimed"], system["reclaimed_pumps"]
        curve = polder.hypsometry.changed(levels=(low, high, polder.dike_crest))
        moved = polder.changed(hypsometry=curve, initial_level=low), pumps.changed(start_level=low)
        return system.replaced(*moved), flood

    return edit


def inputs(at: Place) -> list[study.Input]:
    def rule(name: str, *ends: dict[str, object]) -> study.Input:
        return study.Input.of_rule(at.station, *ends, name=name)

    old = "11.12, 28.25, 14.73, 33.88, 13.70, 3.77," if at is HONGHU else "9.61, 100.39, 9.61,"
    sets, top = (8, 1.6) if at is HONGHU else (4, 0.9)
    rises, falls = [{"unit_rises": [*np.linspace(0.0, up, sets)]} for up in (0.0, top)], partial(rain, at, old)
    if at is HONGHU:
        totals, even = "14.20, 14.20, 14.20, 20.96, 20.96, 20.96,", "16.22, 16.22, 16.22, 16.22, 16.22, 16.22,"
        return [
            study.Input("rain by two totals; even over the 39 days", falls(totals), falls(even)),
            study.Input.scaled("fields.inflow", 0.784, 0.907, name="evaporation 3.77, 2.0 (0.7) mm/d, by its runoff"),
            study.Input("small stations 856, 1765 (1150) m³/s", times(0.744, *SMALL), times(1.535, *SMALL)),
            study.Input("large stations 10 % less, more", times(0.9, at.station), times(1.1, at.station)),
            rule("large stations from 24.40, 24.90 m on", {"start": 24.4, "stop": 24.3}, {"start": 24.9, "stop": 24.8}),
            rule("all of them at 24.60; or to 26.20 m", *rises),
            study.Input("reclaimed land flat at 23.4; 24 to 26 m", ground(23.38, 23.48), ground(24.0, 26.0)),
        ]
    return [
        study.Input("rain even; 400 mm in the week", falls("29.10, 29.10, 29.10,"), falls("17.47, 71.64, 17.47,")),
        study.Input.scaled("liangzi.inflow", 0.85, 1.15, name="land sheds 15 % less, more"),
        study.Input("half of Fankou; all of it (64 %)", times(0.783, at.station), times(1.566, at.station)),
        rule("pumps start from 17.60, 18.60 m on", {"start": 17.6, "stop": 17.5}, {"start": 18.6, "stop": 18.5}),
        rule("all of them at 18.10; or to 19.00 m", *rises),
        study.Input("reclaimed land flat at 16.5; 18 to 20 m", ground(16.5, 16.6), ground(18.0, 20.0)),
    ]


def ranges(at: Place) -> study.Ranges:
    cases = {
        "as it was": [],
        "low winter, to the flood season": [given(at)["low_winter"]],
        f"low winter, pumps start at {at.ordinary - 1.0:.2f} m": [lower(at, at.ordinary - 1.0)],
        "the same pumps, no low winter": [given(at)["pumps_lower"]],
        "50 km² returned": [land(at).at("50 km2")],
    }
    return study.ranges(*today(at), inputs(at), cases, water=at.water, **RUN)


# %% First what gains: not the winter. Beside the low winter with its pumps, as a control, the same pumps without it
# Spring and June bring less than the pumps can lift, but these start where they always did: the lake fills up to there
# first, and meets the flood as if nothing had been done. Returned land takes its share whatever the winter was.
def show_gains(at: Place, results: dict[str, Result], found: study.Ranges) -> None:
    gains = {name: tuple(-by for by in found.difference(name, "as it was")) for name in found.runs}
    _, alone, with_it, without, _ = (to_5_cm(gain) for gain, *_ in gains.values())
    print(f"{at.title}, reconstructed 重构: a metre less in winter, pumps that start a metre lower, or land (m)")
    say(f"""The winter level by itself gains {alone} m. What gains is the level from which the pumps run: a metre lower
        gains {with_it} m after a low winter, and {without} m without one, as a control. That a metre gains a metre is
        an identity of the model, a lake of constant area (Liangzi: nearly) whose inflow does not see its level; it is
        no finding. The peak as it was is fitted (Honghu), or was known to those who assumed (Liangzi).""")
    print(f"  {'':<44}peak   one input at a time   all together   gain and its range")
    for name, (gain, most, least) in gains.items():
        case = found.of(name)
        one, every = (" to ".join(map(to_5_cm, ends)) for ends in (case.one_at_a_time, case.together))
        told = f"{to_5_cm(gain)} ({to_5_cm(least)} to {to_5_cm(most)})"
        print(f"  {name:<42}{to_5_cm(case.value):>6}{one:>22}{every:>17}   {told}")
    if at is LIANGZI:
        day, both = np.datetime64("2016-06-30"), [results[name] for name in ("as_was", "low_winter")]
        was, winter = (float(one.level[at.water][one.times == day][0]) for one in both)
        say(f"""Alone the low winter gains something here since spring fills the lake late: on 30 June, before the rain,
            it stands {100 * (was - winter):.0f} cm lower than without. Where the pumps start lower it does not.""")


# What a metre is worth: the least land with which the peak is no higher than with pumps that start a metre lower.
def show_ranges(at: Place, _: dict[str, Result], found: study.Ranges) -> None:
    was, *_, part = map(found.of, found.runs)
    edits = {"as it is": [lambda *both: both]} | {one.name: [*one.ends.values()] for one in inputs(at)}
    near = []
    print(f"{at.title}: inputs that are not published, one at a time (m, and the km² that a metre is worth, by runs)")
    print(f"  {'':<48}{'peak':>15}{'a metre gains':>16}{'50 km² gain':>14}{'worth':>20}")
    for name, ends in edits.items():
        rows = zip(*(case.single.get(name, [case.value]) for case in (was, part)), strict=True)
        cells = []
        for edit, (one, wide) in zip(ends, rows, strict=True):
            system, flood = edit(*today(at))
            start = next(rule.start.extremes[0] for rule in system.rules if rule.structure == at.station)
            low = study.peak_level(simulate(lower(at, start - 1.0).apply(system), flood, **RUN), at.water)
            enough = study.threshold(system, flood, land(at), low, water=at.water, close="1 km2", **RUN)
            worth = enough.value or np.inf
            near += [worth] if abs(one - at.reported) <= 0.4 else []
            told = f"{worth / KM2:.0f}" if enough.value else f"over {at.land / KM2:.0f}"
            cells.append([to_5_cm(one), to_5_cm(one - low), f"{one - wide:.2f}", told])
        columns = [", ".join(column) for column in zip(*cells, strict=True)]
        print(f"  {name:<48}{columns[0]:>15}{columns[1]:>16}{columns[2]:>14}{columns[3]:>20}")
    told = [f"{km2 / KM2:.0f} km²" if km2 < np.inf else "more land than there is" for km2 in (min(near), max(near))]
    print(f"  Where the peak stays within 0.4 m of the {at.reported:.2f} m that were reported: {' to '.join(told)}.")


# %% The exchange: a surface over both numbers, and what the one is worth in the other, with where that stops being true
def surface(at: Place) -> study.TradeOff:
    start = study.Vary(lower(at, at.ordinary), "level", at.ordinary - 1.0, at.ordinary)
    return study.trade_off(*today(at), start, land(at), size=(11, 21), water=at.water, **RUN)


def show_exchange(at: Place, results: dict[str, Result], _: study.Ranges) -> None:
    trade, top = surface(at), at.ordinary
    print(f"{at.title}: peak (m) by pump start level, with the winter level 0.1 m below it, and by land returned")
    print(f"  {'':<8}" + "".join(f"{x:8.1f}" for x in trade.x[::5]))
    for y, row in zip(trade.y[::5], trade.values[::5, ::5], strict=True):
        print(f"  {y / KM2:4.0f} km²" + "".join(f"{to_5_cm(value):>8}" for value in row))
    for across, down in ((5, 2), (5, 10), (8, 15)):
        say(trade.exchange_rate(at=(trade.x[across], trade.y[down])).told("en"))
    least, most = ((trade.exchange_rate(at=(trade.x[5], y)).rate or 0.0) / KM2 for y in trade.y[[1, -2]])
    say(f"At {trade.x[5]:.2f} m the rate runs from {least:.0f} km² a metre, with little given back, to {most:.0f} km².")
    before, low = trade.at(top, "1 ha"), trade.at(top - 1.0, "1 ha")
    gain, rise, area = before - low, before - top, results["as_was"].system[at.water].hypsometry.area(before) / KM2
    say(f"""A whole metre from {top:.2f} m, by hand, if the pumps lifted as much: {area:.0f} km² · {gain:.2f} m /
        ({rise:.2f} m of rise - {gain:.2f} m) = {area * gain / (rise - gain):.0f} km².""")


# %% Which measure does how much, in whatever order; and the double ledger: the flood, and the rest of the year
def attribution(at: Place, lang: str = "") -> study.Attribution:
    return study.attribute(*today(at), given(at, lang), water=at.water, **RUN)


def show_attribution(at: Place, *_: object) -> None:
    found = attribution(at)
    print(f"{at.title}: all together {100 * found.total:+.0f} cm, and the share of each (Shapley; cm)")
    for name, share in found.shares.items():
        first, alone, last = (round(100 * by) for by in (share, found.alone[name], found.as_last[name]))
        print(f"  {name:<18}{first:+6d}   alone {alone:+5d}   after the others {last:+5d}")


def show_ledger(at: Place, results: dict[str, Result], _: study.Ranges) -> None:
    print(f"{at.title}, the double ledger: the flood (m, h, 10⁸ m³), and the rest of the year (d, km², km²·d, times)")
    print(f"  {'':<30}peak  guarantee  lifted  lowest  low water     back on  bed bare  in all  exchange")
    for name, row in study.ledger(results, at.water).rows.items():
        back = str(indicators.refill_date(results[name], at.water, before=at.until))[:10].replace("None", "not")
        dry = "–" if row["low_water_days"] is None else f"{row['low_water_days']:.0f} d"
        print(
            f"  {name:<28}{to_5_cm(row['peak_level_m']):>6}{row['hours_above_guarantee']:9.0f} h"
            f"{row['pump_volume_m3'] / YI:8.1f}{row['lowest_level_m']:8.2f}{dry:>11}"
            f"{'always' if row['lowest_level_m'] > at.ordinary - 0.11 else back:>12}{row['exposed_bed_m2'] / KM2:10.0f}"
            f"{abs(row['exposed_bed_m2_days']) / KM2:8.0f}{row['exchange_per_year']:10.1f}"
        )
    bed = "No level of low water is published. The bare bed is that of an assumed curve."
    if at is HONGHU:
        bed = """Low water is below 23.38 m, which is assumed. Above it no bed is bare, since the curve stands upright,
        which is assumed too: a lake kept at 23.5 m has no such day by construction. Those 0 say nothing about Honghu,
        where 108 of 370 km² fell dry in the spring of 2011."""
    say(f"{bed} The exchange rises where the lake holds less, and is no gain by itself.")


# %% The limits: a flood too large, a river too high (a spring too dry stands in the ledger); and is it true?
def larger(factor: float) -> Edit:
    """So many times the rain, its runoff, and what lifts it into the lake."""
    grow = [study.Input.scaled(key, factor, factor).low for key in ("honghu.rain", "fields.inflow")]
    return lambda system, flood: times(factor, *SMALL)(*grow[1](*grow[0](system, flood)))


def higher(by: float, restricted: bool = False) -> Edit:
    """A river so much higher [m]; and stations that must stop above its guarantee level, 34.01 m [S37] (限排)."""

    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        names = {one.name for one in system.structures} & {"large_stations", "laozha"} if restricted else ()
        stops = [ShutOff(structure=name, watch="tail", above=34.01, resume=33.9) for name in sorted(names)]
        moved = system.changed(rules=(*system.rules, *stops))
        return study.Input.shifted("yangtze.level", by, by + 1.0).low(moved, flood)

    return edit


def show_limits(at: Place, results: dict[str, Result], _: study.Ranges) -> None:
    cases = {name: one.system for name, one in results.items() if "dry" not in name and name != "low_winter_pumps"}
    print("Honghu, the limits: peak (m) in the flood of 2020 if it were otherwise")
    print(f"  {'':<38}{'  '.join(cases)}  all gain")
    edits = {f"{by:g} times as large": larger(by) for by in (1.25, 1.5, 1.75, 2.0, 3.0)}
    edits |= {"1.5 times, dike of that land at 32 m": larger(1.5), "river 4 m higher": higher(4.0)}
    edits |= {"river 2 m higher, pumps restricted": higher(2.0, True), "the same, dike at 32 m": higher(2.0, True)}
    for name, edit in edits.items():
        raised = [RaiseDike(water="reclaimed", dike_crest=32.0)] if "dike" in name else []
        runs = [simulate(*edit(apply_all(system, raised), today(at)[1]), **RUN) for system in cases.values()]
        peaks = [study.peak_level(run, at.water) for run in runs]
        cells = "  ".join(f"{to_5_cm(top):>{len(case)}}" for case, top in zip(cases, peaks, strict=True))
        print(f"  {name:<38}{cells}{to_5_cm(peaks[0] - peaks[-1]):>10}")
    say("""A flood so large that nothing helps is not among these. All four gain little at 1.5 and 1.75 times, where it
        runs over the dike of the reclaimed land, given back or not: a limit of an assumed dike, at 28.00 m. Behind one
        of 32 m they gain more than in 2020, and still the peak passes the guarantee level, 26.97 m. Nor do only pumps
        count where the river is high: they lift at every lift, which is assumed, and returned land gains as much as in
        2020. From 1.75 times on it raises the peak: a part of it is wet when the flood comes, and a wider lake, which
        rises later, has started fewer stations till then. Where stations must stop for weeks, and that dike is high, it
        gains more than they do.""")


def show_check(_: Place, results: dict[str, Result], __: study.Ranges) -> None:
    result, first = results["as_was"], np.datetime64("2016-04-13T00")
    hours = (result.times - first) / np.timedelta64(1, "h")
    print("Liangzi, 2016, against what was reported (m): counts as fitted, since those who assumed knew these levels")
    for moment, reported in {1980: 20.50, 2043: 21.36, 2061: 21.43, 2083: 21.49, 2196: 21.49}.items():
        found, date = float(np.interp(moment, hours, result.level["liangzi"])), first + np.timedelta64(moment, "h")
        print(f"  {str(date).replace('T', ' ')} h  {reported:.2f}  model {found:.2f}  {found - reported:+.2f}")
    lifted = float(result.discharge["fankou"][(hours >= 0) & (hours < 97 * 24)].sum()) * 86400.0 / YI
    say(f"""As a check it fails. Lifted from 13 April to 18 July: {lifted:.1f}·10⁸ m³; the lake's share of what was
        reported, 13.3, is 8.5. The {8.5 - lifted:.1f} that are missing are {(8.5 - lifted) / 2.71:.1f} m on 271 km².
        (No source prints the hour of 4 July.) The file tells why the pumps start one by one.""")


# %% Local rain against the river's flood 内外洪遭遇: the river independent, as in a typical year, or rising with it
# Typical: the mean of many years at Chenglingji, as in the files and in lesson 2, less what Luoshan, or Huangshi, stood
# lower on 14 July 2016. The rise is what the river stood over that: 4.4 m on 13 July 2020 (33.40 m), 3.1 m on 14 July
# 2016 (24.36 m), both derived. Range: 2 m, assumed, to 6 m, about the highest on record (S60), as in lesson 2.
MEANS = {"03-01": 21.82, "05-07": 25.45, "06-03": 27.18, "07-04": 30.17, "08-14": 29.43, "10-31": 24.45}
RIVERS = {"honghu": (0.97, 4.4, "fields"), "liangzi": (8.77, 3.1, "liangzi")}  # m, m; where the local flood comes


def show_encounter(at: Place, *_: object) -> None:
    (less, rise, local), (system, flood) = RIVERS[at.water], today(at)
    usual = Series.yearly({day: level - less for day, level in MEANS.items()}, unit="m")
    year = str(flood.period[1])[:4]
    season = flood.changed(start=f"{year}-05-01", end=f"{year}-09-01")
    found, *others = (
        study.encounter(system, season, "yangtze", usual, by, water=at.water, local=local, **RUN) for by in (rise, 2, 6)
    )
    print(f"{at.title}: local rain against the river's flood 内外洪遭遇, May to August")
    print(indent(str(found), "  "))
    told = " or ".join(to_5_cm(one.spread) for one in others)
    why = """The stations lift at every lift, and the river shuts the sluices in all three: nothing lies between, by
        construction; lesson 2 has stations that must stop. Only a river as low as in May would leave them open."""
    if at is LIANGZI:
        why = """The pumps lift at every lift; what lies between ran out by the sluice, whose sill and width are
        assumed, while the lake stood over the river: early over an independent one, late over a typical one, hardly
        over one that rises with the flood."""
    say(f"With a rise of 2 or 6 m it is {told} m. {why}")


# %% The whole lesson
def main() -> dict[str, Result]:
    every = {}
    for at, last in ((HONGHU, show_limits), (LIANGZI, show_check)):
        cases = {case.name: case for case in at.scenario.cases}
        dry = cases.pop("dry_spring", None)
        results = {name: simulate(case.system, case.flood, **RUN) for name, case in cases.items()}
        for name in ("as_was", "low_winter", "low_winter_pumps", "returned") if dry else ():
            results[f"dry spring, {name}"] = simulate(cases[name].system, dry.flood, **RUN)
        found = ranges(at)
        for show in (show_gains, show_exchange, show_ranges, show_attribution, show_ledger, last, show_encounter):
            show(at, results, found)
            print()
        every |= {f"{at.water}, {name}": result for name, result in results.items()}
    return every


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import plot

    for at in (HONGHU, LIANGZI):
        axes = plot.trade_off(surface(at), lang=lang)
        titles = {"en": ("Pump start level, with the winter level 0.1 m below it (m)", "Land returned (km²)")}
        titles["zh"] = "起排水位 (m)，冬季水位比其低 0.1 m", "退田还湖面积 (km²)"
        axes.set(xlabel=titles[lang][0], ylabel=titles[lang][1])
        plot.attribution(attribution(at, lang), lang=lang)
    plt.show()


# %% Three questions for a class (思考题)
# 1. By hand, with pumps that lift as much, a metre at Honghu is worth half of what the model finds. With which inputs
#    does the model come near the hand, and what do the large stations do there? How would they make land worth more?
#    按排量不变手算，洪湖一米抵得上的面积只有模型的一半。哪些输入下模型接近手算？那时大泵站怎样运行？怎样使退田更值？
# 2. At twice the flood, land given back makes the peak higher. Which water was in it before the peak, and what did the
#    stations do meanwhile? What would an inlet that opens at 27 m do instead (单退)? Try `SingleReturn`.
#    洪水加倍时，退田还湖反而抬高洪峰。洪峰到来之前那片地里已有什么水？泵站少排了多少？改为 27 m 开闸的单退会怎样？
# 3. In the ledger pumps that start lower and returned land gain about the same in places. Who pays for each, in which
#    month, and which can be taken back in a dry spring?
#    两本账里，降低起排水位与退田有时效果相近。各由谁、在哪个月付出代价？遇到春旱，哪一种可以收回？
