"""Lesson 5: what a metre of winter water is worth.

Two ways to make room in a lake for the flood: keep it a metre lower in winter, or give land back to it. How many km² of
returned land are worth that metre?
给湖泊腾出库容有两条路：冬季水位降低一米，或者退田还湖。冬季的一米水位抵得上多少平方公里的退田？

None, unless the low level is defended until the flood is over. Defended by pumps it is worth a great deal, and how much
depends on the pumps. Honghu in 2020 and Liangzi in 2016 are the examples. Both are reconstructed 重构:
`05_worth_of_a_metre.toml` and `05_worth_of_a_metre_liangzi.toml`, pages to read, say of every number whether it is
published or assumed. Nothing is fitted here; for Honghu the two fitted numbers of lesson 2 are taken over.
"""

# %% The experiment is data: two lakes, the land that was taken from each, and what can be done
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lakesim import Flood, Result, Series, ShutOff, System, indicators, scenario, simulate, study
from lakesim.measures import Measure, PumpStartLevel, ReturnToLake, WinterLevel, apply_all

FILE = Path(__file__).with_suffix(".toml")
YI, KM2 = 1e8, 1e6  # m³, 亿; m²
RUN = {"tolerance": 1e-3, "compiled": False}  # 1 mm a step; a run takes a tenth of a second, too short to compile for


class Place(NamedTuple):
    """A lake, and what is weighed against what."""

    title: str
    scenario: scenario.Scenario
    water: str
    station: str
    until: str  # where the flood season begins
    ordinary: float  # the level that is held as it was [m]
    land: float  # that was reclaimed [m²]
    reported: float  # the highest level [m]


FILES = {"honghu": FILE, "liangzi": FILE.with_stem(f"{FILE.stem}_liangzi")}
BOTH = {name: scenario.read(file) for name, file in FILES.items()}
HONGHU = Place("Honghu, 2020", BOTH["honghu"], "honghu", "large_stations", "06-07", 24.5, 415.6 * KM2, 27.05)
LIANGZI = Place("Liangzi, 2016", BOTH["liangzi"], "liangzi", "fankou", "06-17", 18.0, 99.0 * KM2, 21.49)


class DefendedWinter(WinterLevel):
    """A low winter that pumps defend, starting 0.1 m above it till the flood is over: two measures, one number."""

    structure: str

    def _applied(self, system: System) -> System:
        pumps = PumpStartLevel(structure=self.structure, level=self.level + 0.1, begin="03-31", until="08-31")
        return pumps.apply(super()._applied(system))


def today(at: Place) -> tuple[System, Flood]:
    return at.scenario.system, at.scenario.flood


def given(at: Place, lang: str = "") -> dict[str, Measure]:
    """The measures that are a case of their own, by its name, or its title in a language."""
    own = [(case, change.measures) for case, change in zip(at.scenario.cases, at.scenario.changes, strict=True)]
    return {case.called(lang) if lang else case.name: measures[0] for case, measures in own if len(measures) == 1}


def defended(at: Place, level: float) -> DefendedWinter:
    return DefendedWinter(water=at.water, structure=at.station, level=level, begin="12-01", until=at.until)


def returned(area: float) -> ReturnToLake:
    return ReturnToLake(polder="reclaimed", area=area)


def land(at: Place) -> study.Vary:
    return study.Vary(returned(at.land), "area", "1 ha", at.land)


def peak(at: Place, system: System, flood: Flood, *measures: Measure) -> float:
    return study.peak_level(simulate(apply_all(system, measures), flood, **RUN), at.water)


def to_5_cm(height: float) -> str:
    return f"{round(20 * height) / 20 + 0.0:.2f}"


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


def starts(station: str, shift: float = 0.0, spread: float = 1.0) -> Edit:
    """Pumps that start so much higher [m], and one after the other over so many times the height."""

    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        old = next(rule for rule in system.rules if rule.structure == station)
        levels = {key: getattr(old, key) + Series.constant(shift, "m") for key in ("start", "stop")}
        new = old.changed(**levels, unit_rises=[spread * rise for rise in old.unit_rises])
        return system.changed(rules=[new if rule is old else rule for rule in system.rules]), flood

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
    mine, old = partial(starts, at.station), "11.12, 28.25, 14.73, 33.88, 13.70, 3.77,"
    if at is HONGHU:
        totals, even = "14.20, 14.20, 14.20, 20.96, 20.96, 20.96,", "16.22, 16.22, 16.22, 16.22, 16.22, 16.22,"
        return [
            study.Input("rain by two totals; even over the 39 days", rain(at, old, totals), rain(at, old, even)),
            study.Input.scaled("fields.inflow", 0.784, 0.907, name="evaporation 3.77, 2.0 (0.7) mm/d, by its runoff"),
            study.Input("small stations 856, 1765 (1150) m³/s", times(0.744, *SMALL), times(1.535, *SMALL)),
            study.Input("large stations 10 % less, more", times(0.9, at.station), times(1.1, at.station)),
            study.Input("large stations from 24.40, 24.90 m on", mine(-0.2), mine(0.3)),
            study.Input("all of them at 24.60; or to 26.20 m", mine(spread=0.0), mine(spread=4 / 3)),
            study.Input("reclaimed land flat at 23.4; 24 to 26 m", ground(23.38, 23.48), ground(24.0, 26.0)),
        ]
    falls = partial(rain, at, "9.61, 100.39, 9.61,")
    return [
        study.Input("rain even; 400 mm in the week", falls("29.10, 29.10, 29.10,"), falls("17.47, 71.64, 17.47,")),
        study.Input.scaled("liangzi.inflow", 0.85, 1.15, name="land sheds 15 % less, more"),
        study.Input("half of Fankou; all of it (64 %)", times(0.783, at.station), times(1.566, at.station)),
        study.Input("pumps start at 17.60, 18.60 m", mine(-0.5), mine(0.5)),
        study.Input("reclaimed land flat at 16.5; 18 to 20 m", ground(16.5, 16.6), ground(18.0, 20.0)),
    ]


def ranges(at: Place) -> study.Ranges:
    cases = {
        "as it was": [],
        "low winter, to the flood season": [given(at)["low_winter"]],
        "low winter, and pumps that defend it": [defended(at, at.ordinary - 1.0)],
        "the same pumps without the low winter": [given(at)["pumps_lower"]],
        "50 km² returned": [returned(50.0 * KM2)],
    }
    return study.ranges(*today(at), inputs(at), cases, water=at.water, **RUN)


# %% First where the claim fails: a low winter that nobody defends
# Spring and June bring less than the pumps can lift, but these start where they always did: the lake fills up to there
# first, and meets the flood as if nothing had been done. Land that is given back takes its share whatever the winter
# was. Where pumps defend the low level, they need no low winter for it.
def show_failure(at: Place, _: dict[str, Result], found: study.Ranges) -> None:
    before = found.of("as it was")
    print(f"{at.title}, reconstructed 重构: a metre less in winter, {at.ordinary - 1.0:.1f} m, or land returned (m)")
    print(f"  {'':<40}  peak (one input at a time)    gain")
    for name in found.runs:
        case, ends = found.of(name), " to ".join(map(to_5_cm, found.of(name).one_at_a_time))
        print(f"  {name:<40}{to_5_cm(case.value):>6} ({ends}){to_5_cm(before.value - case.value):>13}")
    level = study.Vary(given(at)["low_winter"], "level", at.ordinary - 1.0, at.ordinary)
    trade = study.trade_off(*today(at), level, land(at), size=(2, 2), water=at.water, **RUN)
    rate = abs(trade.exchange_rate(at=(at.ordinary, "1 ha")).rate or 0.0) / KM2
    print(f"  A metre of winter that nobody defends is worth {rate:.0f} km² of returned land.")
    low, high = (to_5_cm(abs(end - before.value)) for end in before.one_at_a_time)
    print(f"  All peaks below, too, are known to {low} m downwards and {high} m upwards; differences are known better.")


def show_ranges(at: Place, _: dict[str, Result], found: study.Ranges) -> None:
    was, _, metre, _, part = map(found.of, found.runs)
    rows = {"as it is": [(was.value, metre.value, part.value)]}
    rows |= {name: [*zip(*(case.single[name] for case in (was, metre, part)), strict=True)] for name in was.single}
    near = []
    print(f"{at.title}: inputs that are not published, one at a time (m, and the km² that a metre is worth)")
    print(f"  {'':<48}{'peak':>15}{'a metre gains':>16}{'50 km² gain':>14}{'worth':>20}")
    for name, row in rows.items():
        worth = [50.0 * (one - low) / (one - wide) for one, low, wide in row]
        near += [km2 for (one, *_), km2 in zip(row, worth, strict=True) if abs(one - at.reported) <= 0.4]
        columns = [[to_5_cm(one), to_5_cm(one - low), f"{one - wide:.2f}"] for one, low, wide in row]
        first, second, third = (", ".join(cells) for cells in zip(*columns, strict=True))
        last = ", ".join(f"{km2:.0f}" if km2 * KM2 <= at.land else f"over {at.land / KM2:.0f}" for km2 in worth)
        print(f"  {name:<48}{first:>15}{second:>16}{third:>14}{last:>20}")
    told = [f"{km2:.0f} km²" if km2 * KM2 <= at.land else "more land than there is" for km2 in (min(near), max(near))]
    print(f"  Where the peak stays within 0.4 m of the {at.reported:.2f} m that were reported: {' to '.join(told)}.")


# %% The exchange where it is defended: a surface over both numbers, and what the one is worth in the other
def surface(at: Place, size: tuple[int, int] = (3, 5)) -> study.TradeOff:
    level = study.Vary(defended(at, at.ordinary), "level", at.ordinary - 1.0, at.ordinary)
    return study.trade_off(*today(at), level, land(at), size=size, water=at.water, **RUN)


# At Honghu the large stations start one after the other as the lake rises. A wider lake rises later, fewer of them have
# run by the peak, and land is worth half of what a hand computation says that leaves the pumps alone.
def show_exchange(at: Place, results: dict[str, Result], _: study.Ranges) -> None:
    trade, top = surface(at), at.ordinary
    print(f"{at.title}: peak (m) by defended winter level, across, and land returned, down")
    print(f"  {'':<8}" + "".join(f"{x:8.1f}" for x in trade.x))
    for y, row in zip(trade.y, trade.values, strict=True):
        print(f"  {y / KM2:4.0f} km²" + "".join(f"{to_5_cm(value):>8}" for value in row))
    before, low = trade.at(top, "1 ha"), trade.at(top - 1.0, "1 ha")
    gain, rise, area = before - low, before - top, results["as_was"].system[at.water].hypsometry.area(before) / KM2
    rate = (trade.exchange_rate(at=(top, "1 ha")).rate or 0.0) / KM2
    whole = study.threshold(*today(at), land(at), low, water=at.water, close="2 km2", **RUN).value
    worth = f"{whole / KM2:.0f} km²" if whole else f"more than the {at.land / KM2:.0f} km² that there are"
    print(
        f"  A metre gains {to_5_cm(gain)} m. At the rate of the grid that is {rate:.0f} km²; all of it takes {worth}."
    )
    print(f"  By hand, if pumps lifted as much: {area:.0f} km² · {gain:.2f} m / {rise:.2f} m of rise =", end="")
    print(f" {area * gain / rise:.0f} km²; for the whole, {area * gain / (rise - gain):.0f} km².")
    one, other = (peak(at, *today(at), way) for way in (defended(at, top - 0.2), returned(0.2 * rate * KM2)))
    print(f"  Two direct runs: 0.2 m lower {one:.2f} m, {0.2 * rate:.0f} km² returned {other:.2f} m.")


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
        print(
            f"  {name:<28}{to_5_cm(row['peak_level_m']):>6}{row['hours_above_guarantee']:9.0f} h"
            f"{row['pump_volume_m3'] / YI:8.1f}{row['lowest_level_m']:8.2f}{row['low_water_days']:9.0f} d"
            f"{'always' if row['lowest_level_m'] > at.ordinary - 0.01 else back:>12}{row['exposed_bed_m2'] / KM2:10.0f}"
            f"{abs(row['exposed_bed_m2_days']) / KM2:8.0f}{row['exchange_per_year']:10.1f}"
        )


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
    cases = {name: one.system for name, one in results.items() if "dry" not in name and name != "pumps_lower"}
    print("Honghu, the limits: peak (m) in the flood of 2020 if it were otherwise")
    print(f"  {'':<38}{'  '.join(cases)}  all gain")
    edits = {f"{by:g} times as large": larger(by) for by in (1.25, 1.5, 2.0)}
    edits |= {"river 4 m higher": higher(4.0), "river 0.5 m higher, pumps restricted": higher(0.5, True)}
    for name, edit in (edits | {"river 2 m higher, pumps restricted": higher(2.0, True)}).items():
        peaks = [peak(at, *edit(system, today(at)[1])) for system in cases.values()]
        cells = "  ".join(f"{to_5_cm(top):>{len(case)}}" for case, top in zip(cases, peaks, strict=True))
        print(f"  {name:<38}{cells}{to_5_cm(peaks[0] - peaks[-1]):>10}")
    low = simulate(*higher(4.0)(cases["low_winter"], today(at)[1]), **RUN).lowest(at.water)[1]
    print("  Above 28.00 m the lake runs over the dike of the reclaimed land, and has it, given back or not. At 1.5")
    print("  times the flood, and where the pumps must stop for weeks, all four gain less than one input alone can")
    print("  move the peak. At twice the flood the peak is higher where land was given back before: a wider lake rises")
    print("  later, so that fewer stations ran till then, and that land was partly wet from the start. With the river")
    print(
        f"  4 m higher the low winter gets down to {low:.2f} m only: what the pumps do is left. The lake itself has no"
    )
    print("  dike in the model.")


def show_check(_: Place, results: dict[str, Result], __: study.Ranges) -> None:
    result, first = results["as_was"], np.datetime64("2016-04-13T00")
    hours = (result.times - first) / np.timedelta64(1, "h")
    print("Liangzi, 2016, against what was reported (m): predicted, nothing fitted, but known to those who assumed")
    for moment, reported in {1980: 20.50, 2043: 21.36, 2061: 21.43, 2083: 21.49, 2196: 21.49}.items():
        found, date = float(np.interp(moment, hours, result.level["liangzi"])), first + np.timedelta64(moment, "h")
        print(f"  {str(date).replace('T', ' ')} h  {reported:.2f}  model {found:.2f}  {found - reported:+.2f}")
    lifted = float(result.discharge["fankou"][(hours >= 0) & (hours < 97 * 24)].sum()) * 86400.0 / YI
    print(f"  Lifted from 13 April to 18 July: {lifted:.1f}·10⁸ m³; the lake's share of the 13.3 reported is 8.5.")
    print(
        "  The hour of 4 July is not printed. Spring may have been wetter than the mean year of the model, July drier"
    )
    print("  than at Wuhan, and the lake's share of the pumps larger.")


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
        for show in (show_failure, show_exchange, show_ranges, show_attribution, show_ledger, last):
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
        axes = plot.trade_off(surface(at, (6, 9)), lang=lang)
        names = {"en": ("Winter level, defended by pumps (m)", "Land returned (km²)")}
        names["zh"] = "由泵站守住的冬季水位 (m)", "退田还湖面积 (km²)"
        axes.set(xlabel=names[lang][0], ylabel=names[lang][1])
        plot.attribution(attribution(at, lang), lang=lang)
    plt.show()


# %% Three questions for a class (思考题)
# 1. At Liangzi the hand computation is right, at Honghu it finds half of what the model does. Which line of the ranges
#    says why? What would a manager of Honghu's stations have to change so that returned land is worth more?
#    梁子湖手算与模型相符，洪湖手算只有模型的一半。不确定性表中哪一行说明了原因？洪湖泵站应怎样调度，退田才更有价值？
# 2. At twice the flood, land given back makes the peak higher. Which water was in it before the peak, and what did the
#    stations do meanwhile? What would an inlet that opens at 27 m do instead (单退)? Try `SingleReturn`.
#    洪水加倍时，退田还湖反而抬高洪峰。洪峰到来之前那片地里已有什么水？泵站少排了多少？改为 27 m 开闸的单退会怎样？
# 3. In the ledger a defended metre and returned land gain about the same in places. Who pays for each, in which month,
#    and which can be taken back in a dry spring?
#    两本账里，守住的一米与退田有时效果相近。各由谁、在哪个月付出代价？遇到春旱，哪一种可以收回？
