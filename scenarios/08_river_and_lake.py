"""Lesson 8: a river and a lake.

Poyang runs into the Yangtze at Hukou. How much runs out, when the lake stands at 20 m?
鄱阳湖在湖口注入长江。湖水位 20 m 时，出湖流量是多少？

Nobody can say who knows only the lake: near that level 23 200 m³/s have run out, and 3 160 have run in, by decimetres
between the lake and a river that answers. Every number is published, derived, assumed or fitted in the two pages
`08_river_and_lake.toml` and `08_river_and_lake_1991.toml`.
"""

# %% The experiment is data: a lake, its mouth, a river that answers, a local flood, and three courses of the river
from functools import cache
from pathlib import Path
from textwrap import fill, indent

import numpy as np

from lakesim import Hypsometry, RatingCurve, Result, Series, scenario, simulate, study
from lakesim.indicators import hours_below
from lakesim.labels import to_5_cm
from lakesim.waters import River, System

LESSON, BACKFLOW = (scenario.read(Path(__file__).with_name(f"08_river_and_lake{of}.toml")) for of in ("", "_1991"))
LAKE, MOUTH, BELOW = (LESSON.system[name] for name in ("poyang", "hukou", "river_below"))
YI, DAY, POOL, COURSES = 1e8, 86400.0, LAKE.level_pool_above, ("independent", "typical", "with_it")  # 亿 m³; s; m
MEAN = LESSON.flood.series["poyang.inflow"].values[0]  # of the year [m³/s], derived
MEAN_DAYS, MEAN_LEVELS = (-15.0, 9.0, 22.0, 80.0), (15.90, 17.67, 18.29, 16.03)  # the rules are in the file
MOST_OUT = 31900.0  # the most measured until 26 June 1998 [m³/s] (SQ98)
LEVEL, PASSES = BELOW.levels[1], BELOW.discharges[1]  # of 17 July 2019
SLOPE = (BELOW.discharges[2] - PASSES) / (BELOW.levels[2] - LEVEL)  # [m³/s for each metre]
REPORTED = (
    (18.56, "Hukou  1991-07-11", -13600.0, "JX0717"),
    (18.61, "Xingzi 2015-06-16", 18500.0, "PD15"),
    (20.24, "Hukou  2020-07-07", -3160.0, "JX0717; at most, between 19.82 and 20.66 m"),
    (20.69, "Xingzi 2019-07-17", 23200.0, "MWR19, SINA19; the mouth is fitted to it"),
)
(LOW, _, LESS, _), (TOP, _, OUT, _) = REPORTED[1], REPORTED[3]
GAUGES = (("2019-07-17", TOP, LEVEL), ("2019-07-18", 20.65, 20.45))
GAUGES += (("2020-07-12", 22.63, 22.49), ("2024-07-18", 19.68, 19.71))
RATING = {"levels": (LOW - LESS * (TOP - LOW) / (OUT - LESS), LOW, TOP), "discharges": (0.0, LESS, OUT)}
CURVE = RatingCurve(name="claim", head="poyang", of="headwater", **RATING)


def peak(result: Result, water: str = "poyang") -> float:
    return result.peak(water)[1]


def say(text: str) -> None:
    print(fill(" ".join(text.split()), 118, initial_indent="  ", subsequent_indent="  "))


# %% First where the claim fails: the outflow as a function of the lake's level
def show_claim() -> None:
    print("""The simple claim: at that level so much runs out (m³/s; negative: into the lake). As reported:
                               reported  by a curve   apart""")
    for level, where, reported, source in REPORTED:
        told = CURVE.discharge(level, 0.0)
        print(f"  {level:.2f} m  {where}{reported:11.0f}{told:12.0f}{told - reported:8.0f}  ({source})")
    say("""The curve is drawn through the days of 2015 and 2019: an identity. The gauges differ by decimetres, which is
        some hundred m³/s on it. The most measured until then, 31 900 m³/s, ran out on 26 June 1998, two days after
        Hukou passed 19.50 m (SQ98); in 2016 the river ran in at 21.03 to 21.22 m (JX0717). No curve goes through.""")


# %% Then a mouth that knows both levels: a loop; and what the level pool does not know
def show_mouth(results: dict[str, Result]) -> None:
    print("The mouth knows two levels. Outflow at a level of the lake, with the river below or above it (m³/s)")
    print(f"  {'':<8}" + "".join(f"{told:>15}" for told in ("0.30 m below", "0.10 m below", "0.10 m above")))
    for level in (18.0, 20.0, 22.0):
        outs = (MOUTH.discharge(level, level - by) for by in (0.3, 0.1, -0.1))
        print("  {:.0f} m    {:15.0f}{:15.0f}{:15.0f}".format(level, *outs))
    print("  Over time it is a loop 绳套. The lake at 20 m in the runs below: m³/s, and m in the river")
    for name in COURSES:
        lake, told = results[name].level["poyang"], []
        for way, sign, part in (("rising", 1, slice(lake.argmax() + 1)), ("falling", -1, slice(lake.argmax(), None))):
            there = (results[name].discharge["hukou"], results[name].level["yangtze"])
            flow, river = (np.interp(sign * 20.0, sign * lake[part], of[part]) for of in there)
            told.append(f"{way} {round(flow, -1):6.0f}, {river:.2f}")
        print(f"    {name:<12} " + ";  ".join(told))
    for day, xingzi, hukou in GAUGES:
        out = round(MOUTH.discharge(xingzi, hukou), -2)
        print(f"    {day}   Xingzi {xingzi:.2f}, Hukou {hukou:.2f}: {xingzi - hukou:+.2f} m, {out:6.0f} m³/s")
    below = max(hours_below(results[name], "poyang", POOL) for name in COURSES)
    say(f"""The last four are by the gauges: one is fitted (read 12 hours apart), the next read at one hour, 7:00; for
        the last three no outflow was found. Three centimetres the other way are no backflow of 7300: wind, the hour of
        reading and the datums are as large. In the mean of many years, perhaps not the same, Hukou is at 17.91 m on 10
        July, and Xingzi, above it, at 17.67 m (JX0710). Such levels tell the storage, not the outflow, and that only
        where the lake is a level pool, above {POOL} m (the catalogue's judgement; the runs are {below:.0f} h below).
        Lower its surface slopes 高水似湖、低水似河, and its storage hangs on more levels than one, which the model does
        not have.""")


# %% Backflow: when the Yangtze rises faster than the five rivers fill the lake
def series(days: object, values: object, unit: str = "m3/s") -> Series:
    hours = np.round(24 * np.asarray(days)).astype("timedelta64[h]")
    return Series(np.datetime64("2001-07-01T00", "h") + hours, np.asarray(values), "instants", unit)


def backflow(result: Result) -> tuple[float, float, float]:
    """Most that runs in [m³/s], the volume [10⁸ m³] and the days of it."""
    into, step = np.maximum(-result.discharge["hukou"], 0.0), result.flood.output_step
    return round(into.max(), -1), into.sum() * step / YI, np.count_nonzero(into) * step / DAY


def risen(rise: float, within: float, five: float) -> Result:
    steady = PASSES + SLOPE * (MEAN_LEVELS[2] - LEVEL) - five
    river = series([0.0, 5.0, 5.0 + within, 50.0], [steady, steady, steady + rise, steady + rise])
    flood = {"poyang.inflow": series([0.0, 50.0], [five, five]), "yangtze.inflow": river}
    waters = (LESSON.system[name].changed(initial_level=MEAN_LEVELS[2]) for name in ("poyang", "yangtze"))
    return simulate(LESSON.system.replaced(*waters), LESSON.flood.changed(series=flood, output_step="1 h"))


def show_backflow(results: dict[str, Result]) -> None:
    result, came = results["backflow"], results["backflow"].flood.series
    above = result.level["yangtze"] - result.level["poyang"]
    at, early = np.searchsorted(result.times, np.datetime64("1991-07-11")), hours_below(result, "poyang", POOL) / 24
    most, volume, days = backflow(result)
    print(f"""Backflow 倒灌, July 1991, the strongest on record, reconstructed 重构
                            reported      run
  most, on 11 July (m³/s)      13600{most:9.0f}  fitted
  Hukou on that day (m)        18.56{result.level["yangtze"][at]:9.2f}  fitted
  days                            17{days:9.0f}  fitted
  volume (10⁸ m³)             107.31{volume:9.1f}  nearly follows, as a triangle has 99.9; not met""")
    floods = ({**came, "poyang.inflow": five / MEAN * came["poyang.inflow"]} for five in (2000.0, 8000.0))
    more, less = (backflow(simulate(result.system, result.flood.changed(series=of))) for of in floods)
    say(f"""With 2 000 or 8 000 m³/s from the five rivers, nothing fitted anew: {more[0]:.0f} or {less[0]:.0f} m³/s,
        {more[1]:.0f} or {less[1]:.0f}·10⁸ m³. The river stood {above[at]:.2f} m over the lake. 70 808 m³/s down the
        Yangtze are published nowhere; a loop needs less. The lake is no level pool for {early:.0f} days.""")
    print("\nHow much in a year? More in the Yangtze (m³/s), at 18.29 m: m³/s at most into the lake, 10⁸ m³, days")
    print("  {:<28}{:>18}{:>18}{:>18}".format("with, from the five rivers:", 2000, 4750, 8000))
    shapes = []
    for rise, within in ((5000, 5), (10000, 5), (15000, 5), (20000, 5), (10000, 10), (20000, 10)):
        spells = [backflow(risen(rise, within, five)) for five in (2000.0, MEAN, 8000.0)]
        shapes += [volume * YI / (0.5 * most * days * DAY) for most, volume, days in spells if most]
        cells = (f"{most:.0f}, {volume:.0f}, {days:.0f}" for most, volume, days in spells)
        print(f"    {rise:5d} within {within:2d} days{'':<7}" + "".join(f"{cell:>18}" for cell in cells))
    most, least = LAKE.hypsometry.storage(20.66) - LAKE.hypsometry.storage(19.82), 0.84 * 3708e6
    say(f"""Published: 27.6·10⁸ m³ a year is 1462 in 53 years; over all 70 it is {1462 / 70:.1f}. A spell has 10.02·10⁸
        m³, 5.4 days and 2470 m³/s at most, in the mean of 143. 10 000 m³/s more in 5 days, or 20 000 in 10 against
        8000, give such days and such a most (fitted: who chose the rows knew them), but 4 or 7·10⁸ m³, not 10: three
        means are of no one spell, and a triangle of them has {0.5 * 2470 * 5.4 * DAY / YI:.1f}. Of a year nothing is
        said. Not fitted, found after the runs: volume over half of most times days. In the rows {min(shapes):.2f} to
        {max(shapes):.2f}; published {52.12e8 / (0.5 * 5320 * 27 * DAY):.2f} in 1988 (5320 m³/s, 27 days, 52.12·10⁸ m³),
        inside, and {107.31e8 / (0.5 * 13600 * 17 * DAY):.2f} in 1991, outside (PY25).""")
    say(f"""July 2020: in 40 hours Hukou rose from 19.82 to 20.66 m, and 3.0·10⁸ m³ ran in (JX0717). A lake that rose so
        much took {least / YI:.0f} to {most / YI:.0f}·10⁸ m³ (open water, whole lake), most from its rivers. Had
        {OUT:.0f} m³/s run out in those hours (assumed, as in 2019): {OUT * 144e3 / YI:.0f}. A river holds back 顶托
        besides what it pushes in 倒灌; how much is not known.""")


# %% What the river does to the peak: independent, typical, or rising with the lake's flood 江湖洪水遭遇
OPEN = Hypsometry(levels=[7.16, 11, 13.35, 17.06, 19.55, 22.5], areas=[28.7e6, 347e6, 1642e6, 3419e6, 3708e6, 3708e6])
TO_FIT = {"slope": SLOPE, "fall": TOP - LEVEL, "open": 0.0, "days": 18.0, "higher": 0.0}
USUAL = TO_FIT | {"part": 1.0, "late": 0.0, "after": 0.0, "more": 0.0, "wave": 20000.0}
INPUTS: dict[str, tuple[dict[str, float], ...]] = {
    "as it is": ({},),
    "independent 10 000 m³/s less, more": ({"more": -10000.0}, {"more": 10000.0}),
    "with_it a wave of 10 000, 30 000 m³/s (20 000)": ({"wave": 10000.0}, {"wave": 30000.0}),
    "river takes 4 500, 9 000 m³/s more a metre": ({"slope": 4500.0}, {"slope": 9000.0}),
    "fall of 17 July 2019 0.14, 0.34 m (0.24)": ({"fall": 0.14}, {"fall": 0.34}),
    "fall of 18 July 2019, read at one hour, 0.20 m": ({"fall": 0.20},),
    "only the open water, 3 708 km²": ({"open": 1.0},),
    "flood of 12, 30 days (18)": ({"days": 12.0}, {"days": 30.0}),
    "typical year 0.24 m higher": ({"higher": 0.24},),
}


@cache
def run(name: str, **of: float) -> Result:
    told = USUAL | of
    top = told.get("top") or told["part"] * fitted(**{key: value for key, value in of.items() if key in TO_FIT})
    slope, late, high = told["slope"], told["late"], told["late"] + told["days"] / 3
    wide = MOUTH.changed(width=MOUTH.width * OUT / MOUTH.discharge(TOP, TOP - told["fall"]))
    below = BELOW.changed(levels=(LEVEL - PASSES / slope, LEVEL), discharges=(0.0, PASSES))
    lake = LAKE.changed(hypsometry=OPEN) if told["open"] else LAKE
    days, at = np.linspace(0.0, 50.0, 101), np.unique([0.0, late, high, late + told["days"], 50.0])
    river = PASSES + slope * (np.interp(days, MEAN_DAYS, MEAN_LEVELS) + told["higher"] - LEVEL) - MEAN
    courses = {"independent": np.full(len(days), river[0] + told["more"]), "typical": river}
    courses["with_it"] = river + told["wave"] * np.interp(days - told["after"], [0, 6, 18], [0, 1, 0])
    five = series(at, np.where(at == high, top, MEAN))
    flood = {"poyang.inflow": five, "yangtze.inflow": series(days, courses[name])}
    return simulate(LESSON.system.replaced(lake, wide, below), LESSON.flood.changed(series=flood), tolerance=1e-4)


@cache
def fitted(**of: float) -> float:
    """The inflow of 7 July with which, in a typical year, 31 900 m³/s run out at most [m³/s]."""
    before, top, less, out = 0.0, 45000.0, MEAN, 0.0
    while abs(out - MOST_OUT) > 5.0:
        out = run("typical", top=top, **of).discharge["hukou"].max()
        before, top, less = top, top + (MOST_OUT - out) * (top - before) / (out - less), out
    return before


def show_peaks(results: dict[str, Result]) -> None:
    tops = {name: [[peak(run(name, **of)) for of in rows] for rows in INPUTS.values()] for name in COURSES}
    flat = {name: [at for row in rows for at in row] for name, rows in tops.items()}
    spreads = [high - low for low, high in zip(flat["independent"], flat["with_it"], strict=True)]
    print("The same flood of the five rivers, three courses of the Yangtze, reconstructed 重构: peak of the lake (m)")
    print("                   peak   river  most out (m³/s)  (range)")
    for name, others in flat.items():
        ends, out = (min(others), max(others)), round(results[name].discharge["hukou"].max(), -2)
        top, river, low, high = map(to_5_cm, (peak(results[name]), peak(results[name], "yangtze"), *ends))
        print(f"  {name:<14}{top:>7}{river:>8}{out:17.0f}  ({low} to {high})")
    flood = LESSON.flood.changed(series={"poyang.inflow": LESSON.flood.series["poyang.inflow"]})
    claim = peak(simulate(System(waters=(LAKE,), structures=(CURVE,)), flood))
    came = flood.series["poyang.inflow"].volume("2001-07-01", "2001-07-19")
    usual = River(name="yangtze", level=series(MEAN_DAYS, MEAN_LEVELS, "m"))
    given = peak(simulate(System(waters=(LAKE, usual), structures=(MOUTH,)), flood))
    less, wet = (to_5_cm(peak(run("typical", part=part))) for part in (0.8, 1.2))
    passed = np.argmax(results["typical"].level["yangtze"] >= 19.5)
    out = round(results["typical"].discharge["hukou"][passed + int(2 * DAY / flood.output_step)], -2)
    say(f"""Between the three lie {to_5_cm(spreads[0])} m ({to_5_cm(min(spreads))} to {to_5_cm(max(spreads))}). A fifth
        less or more from the five rivers in a typical year: {less} or {wet} m. With an outlet that knows only the lake
        there is one peak, {to_5_cm(claim)} m, and with the river's level given as in a typical year, which does not
        feel the lake's flood, {to_5_cm(given)}. 31 900 m³/s are fitted. What is left over fails: they were measured two
        days after the river passed 19.50 m, and in the run {out:.0f} run out then. The fitted flood brings
        {came / YI:.0f}·10⁸ m³ in 18 days, {came / MEAN / DAY / 365:.0%} of a mean year, and two of the courses let out
        more than the most measured. So the peaks are likely too high; the lesson is what lies between. Above 22.50 m
        the curve is not known; 22.63 m is the highest on record.""")
    usual = results["typical"].flood.series["yangtze.inflow"]
    met = study.encounter(LESSON.system, results["typical"].flood, "yangtze", usual, "20000 m3/s", water="poyang")
    print("  The same as in the other lessons, where an independent river stands at its mean:")
    print(indent(str(met), "  "))
    say(f"""So {to_5_cm(met.spread)} m lie between them, and {to_5_cm(spreads[0])} with an independent river that stays
        as on 1 July, which is the lowest of that course. No gate is shut: a mouth stands open.""")
    print("""  The river's wave so many days after the lake's flood: the peak in a typical year, with the wave (m). To
  -10 the lake's flood is moved, under a higher river; from +5 on the wave:""")
    for late, after in ((20.0, 0.0), (10.0, 0.0), (0.0, 0.0), (0.0, 5.0), (0.0, 10.0), (0.0, 30.0)):
        both = (to_5_cm(peak(run(name, late=late, after=after))) for name in COURSES[1:])
        print("    {:+3.0f}  {:>8}{:>8}".format(after - late, *both))
    print(
        f"  With other inputs, one at a time, mouth and flood fitted anew (m)\n  {'':<48}"
        + "".join(f"{name:>14}" for name in tops)
    )
    for title, *rows in zip(INPUTS, *tops.values(), strict=True):
        print(f"  {title:<48}" + "".join(f"{', '.join(to_5_cm(top) for top in row):>14}" for row in rows))


# %% The whole lesson
def main() -> dict[str, Result]:
    results = LESSON.run() | BACKFLOW.run()
    show_claim()
    for show in (show_mouth, show_backflow, show_peaks):
        print()
        show(results)
    return results


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import labels, plot

    results = LESSON.run()
    en = ("a curve", "reported, Xingzi or Hukou", "Outflow (10³ m³/s)", "Days since 1 July")
    zh = ("单一曲线", "报道，星子或湖口", "出湖流量 (10³ m³/s)", "7 月 1 日起 (天)")
    one, told, flow, days = en if lang == "en" else zh
    with plot.style(lang):
        figure, (loop, course) = plt.subplots(2, layout="constrained", figsize=(9, 8))
        figure.suptitle(labels.called(LESSON, lang))
        for case, dashes in zip(LESSON.cases, ("-", "--", "-."), strict=True):
            level, out = results[case.name].level["poyang"], results[case.name].discharge["hukou"] / 1000
            loop.plot(level, out, dashes)
            course.plot(np.arange(len(level)) * LESSON.flood.output_step / DAY, level, dashes, label=case.called(lang))
        loop.plot(RATING["levels"][1:], np.array(RATING["discharges"][1:]) / 1000, "k:", label=one)
        loop.plot([of[0] for of in REPORTED], [of[2] / 1000 for of in REPORTED], "ko", label=told)
        loop.set(xlabel=labels.axis("level", "m", lang), ylabel=flow)
        course.set(xlabel=days, ylabel=labels.axis("level", "m", lang))
        loop.legend(loc="lower right")
        course.legend()
    plt.show()


# %% Three questions for a class (思考题)
# 1. Which two levels would you read, how exactly and how often, to learn what runs out of Poyang today?
#    要知道鄱阳湖今天出湖多少，该测哪两处水位？测到多准、多久测一次？
# 2. Three Gorges can hold back 10 000 m³/s for some days: before, with or after the flood of the five rivers? Who pays?
#    三峡可在几天内少放 10 000 m³/s：该在五河洪水之前、当中还是之后？谁付代价？
# 3. A plan takes the level at Hukou from a typical year. What does it forget, and for which lake is that right?
#    规划中湖口水位按常年过程取。这忽略了什么？对什么样的湖泊才可以这样做？
