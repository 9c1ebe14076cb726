"""Lesson 6: one lake, eleven lakes, and the way out.

In July 2016 the pumps of Tangxun, 139 m³/s at the end of a chain of eleven lakes, ran for 25 days. On the 11th the
head of the station said that the level falls by 6 to 8 cm a day. Where did all that water come from? What helps: more
mouths, more pumps, a lake emptied before?
2016 年 7 月，汤逊湖泵站 (139 m³/s，十一湖之末) 连续抽排 25 天；第 11 天，站长称水位日降 6 至 8 厘米。水从哪里来？
多开几个口门、多装几台泵、汛前预降，哪一样有用？

`06_many_outlets.toml` says of every number whether it is published, derived, assumed or fitted. The fall of one day is
turned round into the inflow that it needs. July 2016 is not reproduced: the one report left to predict is missed.
"""

# %% The experiment is data: a lake, ten others as one, a river, a station, and six cases
from pathlib import Path
from textwrap import fill, indent

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from lakesim import Result, Series, indicators, scenario, simulate, study
from lakesim.labels import to_5_cm

EXPERIMENT = Path(__file__).with_suffix(".toml")
LESSON = scenario.read(EXPERIMENT)
LAKE, STATION, RIVER = (LESSON.system[name] for name in ("tangxun", "station", "yangtze"))
CASES, NAMES = {case.name: case for case in LESSON.cases}, ("mouths", "more_pumps", "low_start", "low_start_pumps")
KM2, YI, DAY = 1e6, 1e8, 86400.0  # m²; 亿 m³; s
MAIN, CATCHMENT = LAKE.hypsometry.area(0.0), 420 * KM2
ALL = MAIN + 84 * KM2  # of all eleven, if they are among the forty of the survey
MM = DAY / CATCHMENT * 1000  # of one m³/s on the whole catchment [mm/d]
PUMPS, LIFTED = STATION.units * STATION.capacity, 3.26e8  # nominal [m³/s]; in 25 days [m³]
MEAN = LIFTED / 25 / DAY
RAIN, LAST_DAY = 582.3, 242.3  # of the six days to 6 July 20:00, and of the last of them [mm]


def say(text: str) -> None:
    print(fill(" ".join(text.split()), 118, initial_indent="  ", subsequent_indent="  "))


# %% First on paper: the simple claim, and the inflow under which a water of some area falls by so much a day [m³/s]
def implied(fall: float, area: float = MAIN, pumps: float = PUMPS) -> float:
    return pumps - fall * area / DAY


def show_paper() -> None:
    held, dry = LIFTED / LAKE.hypsometry.storage(0.0), PUMPS * DAY / MAIN
    print("The simple claim: 139 m³/s empty a lake of 46.68 km². Identities, from published numbers")
    say(f"""Without inflow it falls by {dry:.2f} m a day, {25 * dry:.1f} m in 25 days; 6 to 8 cm were told. 3.26·10⁸ m³
        in 25 days are {MEAN:.0f} m³/s, {MEAN / PUMPS - 1:.0%} above nominal, and {held:.1f} times what the lake held in
        2018. What was lifted is not this lake: it is what came. The inflow that the fall needs:""")
    print("  a day    46.68 km² alone         10 km² more too         42 km² more       84, if of the forty")
    for fall in (0.06, 0.07, 0.08):
        needs = [implied(fall, MAIN + more * KM2) for more in (0, 10, 42, 84)]
        print(f"  {fall * 100:.0f} cm" + "".join(f"{one:9.0f} m³/s {one * MM:4.1f} mm/d" for one in needs))
    least, low, high = implied(0.08, ALL), implied(0.08, pumps=MEAN), implied(0.06, pumps=MEAN)
    say(f"""At {MEAN:.0f} m³/s, the mean of the 25 days: {low:.0f} to {high:.0f} m³/s for the lake alone. The area of
        the ten others was not found, so in all {least:.0f} to {high:.0f} m³/s: if the station was the only way out. It
        had been; but by that day channels to the Haikou station 海口泵站 were cut, and the Xunsi River 巡司河 was being
        widened to let Nanhu out (S42). More may have left, and more come. Nor does the text say whose level fell: it
        speaks of the forebay 前池 before; the headline names the lake.""")


# %% Is that rain, other lakes, or sewage?
def show_sources() -> None:
    low, high, least, most = (implied(by, area) for area in (MAIN, ALL) for by in (0.08, 0.06))
    rain, a, b = [f"{one * MM:.0f}" for one in (low, high, least, most)], low * DAY / 1e4, high * DAY / 1e4
    week, sewage, dries = RAIN / 1000 * CATCHMENT, 10e6 * 0.25 / DAY, 922 * 0.376 / 92 / 1000 * MAIN / DAY
    wants = [LIFTED - runs_off * week for runs_off in (0.9, 0.65)]
    less, lower = ([f"{one / by:.1f}" for one in wants] for by in (YI, ALL))
    falls = "; ".join(f"{a / at:.0f} to {b / at:.0f} cm on {at} km²" for at in (10, 42, 84))
    print(f"\nWhose water is it? {low:.0f} to {high:.0f} m³/s if the lake fell alone, {least:.0f} to {most:.0f} if all")
    say(f"""Evaporation, 3.8 mm/d in a mean summer: {dries:.0f} m³/s more must have come. Rain of that day: {rain[0]} to
        {rain[1]} mm on 420 km², none lost ({rain[2]} to {rain[3]} if all fell). On 6 July no rainstorm (over 50 mm) was
        expected for a week; what fell is not known here. Not ruled out.""")
    say(f"""Sewage: all Wuhan, 10 million at 0.25 m³ a day (assumed), gives {sewage:.0f} m³/s, {sewage / high:.0%} to
        {sewage / low:.0%}; these districts give less. Only if all eleven fell could sewage be much of the inflow.""")
    say(f"The ten others, if it was all theirs, fell by {falls}.")
    say(f"""Land that still drains: the week to 6 July brought 582 mm, {week / YI:.2f}·10⁸ m³ if one station speaks for
        420 km² (assumed: in the worst 14 hours 220 mm there, 185 in Jiangxia, WH0706). This takes
        {low * DAY / week:.1%} to {high * DAY / week:.1%}.""")
    say(f"""So, if it fell alone, on a dry day: mostly rain of the week before. From land, or lakes? One fall cannot
        tell. The 25 days: {LIFTED / CATCHMENT * 1000:.0f} mm were lifted, {LIFTED / week:.0%} of that rain. If 0.9 or
        0.65 of it ran off (assumed), {less[0]} or {less[1]}·10⁸ m³ are missing: later rain; lakes that ended {lower[0]}
        or {lower[1]} m lower, on 131 km²; sewage (all Wuhan: {sewage * 25 * DAY / YI:.1f}). That account stays
        open.""")


# %% Then in time: the rain of the week through one linear storage, whose constant is fitted to that one day
def days(constant: float, runoff: float = 0.7, at_once: float = 0.0) -> NDArray[np.float64]:
    """What leaves the storage, a mean a day for eleven days [m³/s]; its constant in days, the water beside it in m²."""
    rain = np.array([(RAIN - LAST_DAY) / 5] * 5 + [LAST_DAY] + [0.0] * 5) / 1000 / DAY
    kept = np.exp(-1 / constant)
    answer = np.r_[1 - constant * (1 - kept), constant * (1 - kept) ** 2 * kept ** np.arange(10)]
    return np.convolve(rain * runoff * (CATCHMENT - at_once), answer)[:11] + rain * at_once


def fitted(last: float | None = None, *, slow: bool = False, **of: float) -> float:
    """The constant [d] that gives the 11th day this inflow: the quick one of two, or the slow one."""
    wanted, tried = implied(0.07) if last is None else last, np.arange(0.5, 60.0, 0.5)
    most = tried[np.argmax([days(one, **of)[-1] for one in tried])]
    between = (most, 60.0) if slow else (0.5, most)
    return float(brentq(lambda one: days(one, **of)[-1] - wanted, *between))


def told(flows: NDArray[np.float64]) -> str:
    return ", ".join(f"{one:.6g}" for one in flows)


WAVE = told(CASES["as_was"].flood.series["tangxun.inflow"].values)  # as written in the file
HALF = told(CASES["joined"].flood.series["others.inflow"].values)


def wave(last: float | None = None, *, slow: bool = False, **of: float) -> dict[str, str]:
    return {WAVE: told(days(fitted(last, slow=slow, **of), **of))}


def all_fall(more: float) -> dict[str, str]:
    """The lake and so many km² more as one water, which 0.6765·10⁸ m³ lower by less."""
    area, bottom = MAIN / KM2 + more, LAKE.hypsometry.bottom
    prism = f'hypsometry = {{ prism = {{ bottom = "{bottom} m", top = "5 m", area = "{area} km2" }} }}'
    low = {f"-1.7{last} m": f"{-67.65 / area - (last - 6) / 100:.2f} m" for last in (6, 7)}
    return {'from = "tangxun"': f'from = "tangxun"\n{prism}'} | low | wave(implied(0.07, area * KM2))


AT_ONCE = {"runoff": 0.9, "at_once": MAIN + 42 * KM2}  # the rain on the lakes; of that on the land
OTHERWISE: dict[str, dict[str, str]] = {
    "as assumed": {},
    **{f"a fall of {fall} cm": wave(implied(fall / 100)) for fall in (6, 8)},
    **{f"{runoff} of the rain runs off": wave(runoff=runoff) for runoff in (0.65, 0.9)},
    "the slow storage, no crest": wave(slow=True),
    "151 m³/s lifted, 0.8 runs off": wave(implied(0.07, pumps=MEAN), runoff=0.8)
    | {f"{STATION.capacity}": f"{MEAN / STATION.units:.4f}"},
    **{f"all fall, {more} km² more": all_fall(more) for more in (10, 42, 84)},
    **{f"89 km² at once, 0.9, {how}": wave(slow=how == "slow", **AT_ONCE) for how in ("quick", "slow")},
}


WINDOW = slice(5 * 24, 12 * 24 + 1)  # hours from 30 June 20:00; later five more sets have emptied the model's lake
EARLY = 5 * 24 + 7  # 6 July 03:00


def crest(result: Result, water: str = "tangxun") -> float:
    """The highest level from 5 to 12 July [m]."""
    return float(result.level[water][WINDOW].max())


def crest_day(result: Result) -> str:  # of the main lake: month and day
    return str(result.times[WINDOW][result.level["tangxun"][WINDOW].argmax()])[5:10]


def fall(result: Result, water: str = "tangxun") -> float:
    """On the 11th day [cm]."""
    return float(result.level[water][10 * 24] - result.level[water][11 * 24]) * 100


def show_cases(results: dict[str, Result]) -> None:
    assert np.allclose(days(fitted()), [float(one) for one in WAVE.split(",")], atol=0.06)
    base, turns, slow = results["as_was"], np.log(PUMPS / implied(0.07)), fitted(slow=True, **AT_ONCE)
    pumped, came = base.discharge["station"].mean() * 25 * DAY, base.flood.series["tangxun.inflow"].volume()
    print(f"""
In time, reconstructed 重构: the week's rain through one storage, and from 11 July on the same 101 m³/s
  Fitted, one number to one: its constant, {fitted():.2f} d. {fitted(slow=True):.1f} d fits too: one fall, two floods.
  Fall on 11 July: reported 6 to 8 cm, model {fall(base):.1f} cm. An identity: the inflow is made of it.
  Lifted in 25 days: reported 3.26·10⁸ m³, model {pumped / YI:.2f}. An identity: the nominal capacity.
  Came in 25 days: {came / YI:.2f}·10⁸ m³, {came / RAIN * 1e3 / CATCHMENT:.0%} of the rain, by the 101 m³/s assumed.""")
    say(f"""Predicted, one, and missed: the forebay 前池 stood highest since 1975 in the small hours of 6 July (S42),
        read after the runs. The model's lake is at {to_5_cm(base.level["tangxun"][EARLY])} m then and crests on
        {int(crest_day(base)[3:])} July: the storage holds back even the rain on the lakes; and what sinks to 101 m³/s
        on 11 July was 139, where a lake turns, {turns:.2f} of its constant before, by then only if that is
        {5.2 / turns:.0f} d. Or the forebay is not the lake. The timing is contradicted; only differences are read. The
        last two rows were added when this was known: the rain on 46.68 + 42 km² at once, 0.9 of the rest by the land.
        The slow one, {slow:.0f} d, still turns a day late and low: nearer, but fitted. What follows is what if; all its
        inputs count as fitted.""")
    print("The crest of 5 to 12 July, over the level before the rain, and how much lower it is with each measure (m)")
    print(f"  {'':<30}{'6 July':>8}{'crest':>8}{'on':>7}{''.join(f'{name:>16}' for name in NAMES)}")
    for what, edits in OTHERWISE.items():
        text = EXPERIMENT.read_text(encoding="utf-8")
        for old, new in edits.items():
            assert old in text, old
            text = text.replace(old, new)
        cases = {case.name: case for case in scenario.read(text).cases}
        now, *others = (simulate(cases[name].system, cases[name].flood) for name in ("as_was", *NAMES))
        less = "".join(f"{to_5_cm(crest(now) - crest(other)):>16}" for other in others)
        print(f"  {what:<30}{to_5_cm(now.level['tangxun'][EARLY]):>8}{to_5_cm(crest(now)):>8}{crest_day(now):>7}{less}")
    more, out, wuhan = PUMPS / 3 * 9 * DAY / MAIN, 0.6765e8, 2.05e8 / 163.08e6
    say(f"""Five more sets: 46 m³/s, nine days, are {more:.2f} m on 46.68 km²: an identity, no more. 0.6765·10⁸ m³ are
        {out / MAIN:.2f} m on 46.68 km² (1.76 m by a curve that narrows; {out / ALL:.2f} m on all eleven),
        {out / PUMPS / DAY:.1f} days of the station, or {out / CATCHMENT * 1000:.0f} mm of runoff, and the room is full.
        (All Wuhan, 2.05·10⁸ m³: {wuhan:.2f} m on its forty lakes.) A station that waits for its old level gives that
        room away, and days of lifting: as it was, it ran from the first day on. So low_start gains little or loses;
        low_start_pumps keeps the room, an identity again (the most in the row without a crest, where the lake is lowest
        and its curve, which is assumed, narrow).""")


# %% More mouths, and what the river must do first; then which measure gives how much, and in what company
def show_mouths(results: dict[str, Result]) -> None:
    flood, high = CASES["mouths"].flood, RIVER.level.extremes[1]
    measures = {one.head.name: one.measures for one in LESSON.changes if one.measures}
    print("\nTen more sluices, 200 m in all, by the level of the river (crest lower by, m; hours shut of 600)")
    for level in (high, 3.0, 1.0, 0.0, -0.5, -1.0):
        result = simulate(CASES["mouths"].system.replaced(RIVER.changed(level=level)), flood)
        less, shut = to_5_cm(crest(results["as_was"]) - crest(result)), indicators.lockout_hours(result, "tangxun")
        print(f"  river at {level:4.1f} m{less:>8}{shut:6.0f} h")
    say(f"""A mouth gives nothing until the river falls below the lake; {1.0 - crest(results["as_was"]):.2f} m over its
        crest it shuts as 6 m do. At -1.0 m it is shut for so long because the pumps draw the lake below that.""")
    print("After an emptying as in May 2017, by how much each lowers the crest (m, Shapley)")
    for level in (high, -1.0):
        system = CASES["low_start"].system.replaced(RIVER.changed(level=level))
        found = study.attribute(system, flood, measures, indicator=crest)
        print(f"  river at {level:4.1f} m: {to_5_cm(found.before)} without them, {to_5_cm(found.after)} with all three")
        for name, share in found.shares.items():
            less, alone, last = (to_5_cm(-one) for one in (share, found.alone[name], found.as_last[name]))
            print(f"    {name:<16}{less:>5}   alone {alone}   after the others {last}")
    print("""  (low_start_pumps: the station starts where the lake then stands.) What starts at the old level never runs
  in a lake that is kept low: after the others the new sets give 0.00. So do mouths, if the river is higher.""")


# %% Local rain against the river's flood 内外洪遭遇: the river independent, as in a typical year, or rising with it
# No mean of many years was found for this reach. Typical: that at Chenglingji, as in lessons 2 and 5 (27.18 m on 3
# June, 30.17 m on 4 July, 29.43 m on 14 August), less 26.93 m, from its 33.13 m of 14 July 2016 (S37) to the 6.2 m of
# the 11th here; assumed: that they rise and fall alike. Range: 3.1 m lower, level with the lake. The rise is what the
# river stood over that on 11 July 2016: 6.2 - 3.1 = 3.1 m, derived. Range: 2 m, assumed, to 6 m, as there.
TYPICAL = {"06-03": 0.25, "07-04": 3.24, "08-14": 2.50}


def show_encounter(experiment: scenario.Scenario) -> None:
    cases, usual = {case.name: case for case in experiment.cases}, Series.yearly(TYPICAL, unit="m")
    lower = usual + Series.constant(-3.1, "m")
    met = {
        name: [
            study.encounter(cases[name].system, cases[name].flood, "yangtze", *of, water="tangxun")
            for of in ((usual, 3.1), (usual, 2.0), (usual, 6.0), (lower, 3.1))
        ]
        for name in ("as_was", "mouths")
    }
    print("\nLocal rain against the river's flood 内外洪遭遇: the peak of the main lake, with the ten sluices")
    print(indent(str(met["mouths"][0]), "  "))
    (pumps, *_), (_, less, more, level) = ([to_5_cm(one.spread) for one in found] for found in met.values())
    assert max(one.spread for one in met["as_was"]) < 0.001
    print(f"""  With a rise of 2 or 6 m it is {less} or {more} m: a river 3 m over the lake shuts it as well as one 6 m
  over it. With the typical river 3.1 m lower, level with the lake, it is {level} m. With the station alone, which
  lifts at every lift (assumed), it is {pumps} m in all of these: it has no sluice that the river could shut.""")


# %% Two waters and a channel: a station empties what reaches it
ROWS = (  # others [km²], channel [m], their share of the water, channel [km], Manning's n
    (42, 30, 0.5, 3, 0.025), (10, 30, 0.5, 3, 0.025), (84, 30, 0.5, 3, 0.025), (42, 10, 0.5, 3, 0.025),
    (42, 100, 0.5, 3, 0.025), (42, 30, 0.3, 3, 0.025), (42, 30, 0.7, 3, 0.025), (42, 30, 0.5, 6, 0.025),
    (42, 30, 0.5, 3, 0.03), (42, 10, 0.5, 3, 0.03),
)  # fmt: skip


def show_joined() -> None:
    pumps = {change.head.name: change.measures for change in LESSON.changes}["more_pumps"]
    print("""
Two waters and a channel, the same water in all (crest, m; fall on 11 July, cm; five more sets lower it by, m)
  others          channel  their share      crest: main, others      fall: main, others      lower: main, others""")
    text, flows, both, found = EXPERIMENT.read_text(encoding="utf-8"), days(fitted()), ("tangxun", "others"), []
    for area, width, share, long, n in ROWS:
        other = text.replace('"42 km2"', f'"{area} km2"').replace('"30 m"', f'"{width} m"')
        other = other.replace('"3 km"', f'"{long} km"').replace("roughness = 0.025", f"roughness = {n}")
        other = other.replace(HALF, told(flows * (1 - share)), 1).replace(HALF, told(flows * share), 1)
        case = {case.name: case for case in scenario.read(other).cases}["joined"]
        now, more = study.compare(case.system, case.flood, {"now": [], "more": pumps}).results.values()
        crests, falls = ([of(now, water) for water in both] for of in (crest, fall))
        less = [to_5_cm(one - crest(more, water)) for one, water in zip(crests, both, strict=True)]
        row = f"  {area:>3} km² {width:>3} m {long} km {n:<5}{share:>12}{to_5_cm(crests[0]):>15}{to_5_cm(crests[1]):>8}"
        print(f"{row}{falls[0]:>16.1f}{falls[1]:>8.1f}{less[0]:>18}{less[1]:>8}")
        found.append(falls[0])
    say(f"""A station empties what reaches it, through 30 m hardly the others: for ten of the lakes the channel is the
        mouth; by 11 July new ones were cut (S42). And under one inflow the main lake falls by {min(found):.0f} to
        {max(found):.0f} cm on the 11th day: one fall says little of all.""")


# %% The whole lesson
def main() -> dict[str, Result]:
    results = LESSON.run()
    show_paper()
    show_sources()
    show_cases(results)
    show_mouths(results)
    show_encounter(LESSON)
    show_joined()
    return results


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import labels, plot
    from lakesim.plot.dates import date_axis

    results, area = LESSON.run(), (MAIN / KM2, ALL / KM2)
    words = ("6 to 8 cm a day", "sewage of all Wuhan (assumed)", "Area that falls (km²)", "Inflow needed (m³/s)")
    if lang == "zh":
        words = ("日降 6 至 8 cm", "武汉全市污水 (假定)", "同降的水面面积 (km²)", "所需入流 (m³/s)")
    with plot.style(lang):
        figure, axes = plt.subplot_mosaic("AB;CC", layout="constrained")
        figure.suptitle(labels.called(LESSON, lang))
        low, high = ([implied(by, one * KM2) for one in area] for by in (0.08, 0.06))
        axes["A"].fill_between(area, low, high, alpha=0.3, label=words[0])
        axes["A"].axhline(10e6 * 0.25 / DAY, color="k", ls=":", label=words[1])
        axes["A"].set(xlabel=words[2], ylabel=words[3], ylim=(0, 140))
        shown = (joined := results["joined"]).times < np.datetime64("2016-07-13")
        for lake, dashes in zip(joined.system.lakes, ("-", "--"), strict=True):
            axes["B"].plot(joined.times[shown], joined.level[lake.name][shown], dashes, label=labels.called(lake, lang))
        axes["B"].set(title=CASES["joined"].called(lang))
        for case, dashes in zip(LESSON.cases[:-1], ("-", ":", "--", "-.", (0, (1, 4))), strict=True):
            one = results[case.name]
            axes["C"].plot(one.times[shown], one.level["tangxun"][shown], ls=dashes, label=case.called(lang))
        for name in "BC":
            axes[name].set(ylabel=labels.axis("level", "m", lang))
            date_axis(axes[name], lang)
        axes["A"].legend()
        axes["B"].legend()
        axes["C"].legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    plt.show()


# %% Three questions for a class (思考题)
# 1. One more number of 11 July may be measured. Which one tells rain, other lakes and sewage apart, and where?
#    7 月 11 日只许再测一个数。测什么、在哪里测，才能分清雨水、其他湖泊来水和污水？
# 2. The lake was emptied in May; the station starts where it always did. Who should have decided what, and when?
#    五月已预降，泵站仍按原水位起排。该由谁、在什么时候作什么决定？
# 3. For the same money: ten mouths, five sets, or a channel three times as wide. For which lake do you choose?
#    同样的钱：十个口门、五台机组，还是把港渠拓宽到三倍？你是在替哪个湖选择？
