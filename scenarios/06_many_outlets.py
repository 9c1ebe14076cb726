"""Lesson 6: one lake, eleven lakes, and the way out.

In July 2016 the pumps of Tangxun, 139 m³/s at the end of a chain of eleven lakes, ran for 25 days, and the level fell
by 6 to 8 cm a day. Where did all that water come from? What helps: more mouths, more pumps, a lake emptied before?
2016 年 7 月，汤逊湖泵站 (139 m³/s，十一湖之末) 连续抽排 25 天，水位每天只降 6 至 8 厘米。水从哪里来？多开几个口门、
多装几台泵、汛前预降，哪一样有用？

`06_many_outlets.toml` says of every number whether it is published, derived, assumed or fitted. The fall of one day is
turned round into the inflow that it needs. July 2016 is not reproduced: nothing that was reported is left to predict.
"""

# %% The experiment is data: a lake, ten others as one, a river, a station, and six cases
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from lakesim import Result, indicators, scenario, simulate, study
from lakesim.labels import to_5_cm

EXPERIMENT = Path(__file__).with_suffix(".toml")
KM2, YI, DAY = 1e6, 1e8, 86400.0  # m²; 亿 m³; s
MAIN, ALL, CATCHMENT = 46.68 * KM2, 130.68 * KM2, 420 * KM2  # that of all eleven: at most
MM = DAY / CATCHMENT * 1000  # of one m³/s on the whole catchment [mm/d]
PUMPS, LIFTED = 12e6 / DAY, 3.26e8  # nominal [m³/s]; in 25 days [m³]
RAIN, LAST_DAY = 582.3, 242.3  # of the six days to 6 July 20:00, and of the last of them [mm]


# %% First on paper: the simple claim, and the inflow under which a water of some area falls by so much a day [m³/s]
def implied(fall: float, area: float = MAIN, pumps: float = PUMPS) -> float:
    return pumps - fall * area / DAY


def show_paper() -> None:
    mean, held, dry = LIFTED / 25 / DAY, LIFTED / 1.174e8, PUMPS * DAY / MAIN
    print(f"""The simple claim: 139 m³/s empty a lake of 46.68 km². Identities, from published numbers
  Without inflow it falls by {dry:.2f} m a day, {25 * dry:.1f} m in 25 days. It fell by 6 to 8 cm on the 11th day.
  3.26·10⁸ m³ in 25 days are {mean:.0f} m³/s, {mean / PUMPS - 1:.0%} above nominal, and {held:.1f} times what the
  lake held in 2018. What was lifted is not this lake: it is what came. The inflow that the fall needs:
  a day    46.68 km² alone         10 km² more too         42 km² more         84 more, at most""")
    for fall in (0.06, 0.07, 0.08):
        needs = [implied(fall, MAIN + more * KM2) for more in (0, 10, 42, 84)]
        print(f"  {fall * 100:.0f} cm" + "".join(f"{one:9.0f} m³/s {one * MM:4.1f} mm/d" for one in needs))
    least, low, high = implied(0.08, ALL), implied(0.08, pumps=mean), implied(0.06, pumps=mean)
    print(f"""  At {mean:.0f} m³/s, the mean of the 25 days: {low:.0f} to {high:.0f} m³/s for the lake alone. The area
  of the ten others is not published, so what is known of the inflow is: {least:.0f} to {high:.0f} m³/s.""")


# %% Is that rain, other lakes, or sewage?
def show_sources() -> None:
    low, high, least, most = (implied(by, area) for area in (MAIN, ALL) for by in (0.08, 0.06))
    rain, a, b = [f"{one * MM:.0f}" for one in (low, high, least, most)], low * DAY / 1e4, high * DAY / 1e4
    week, sewage, dries = RAIN / 1000 * CATCHMENT, 10e6 * 0.25 / DAY, 922 * 0.376 / 92 / 1000 * MAIN / DAY
    parts = [f"{sewage / one:.0%}" for one in (high, low)] + [f"{LIFTED / week:.0%}", f"{a * 1e4 / week:.1%}"]
    wants = [LIFTED - runs_off * week for runs_off in (0.9, 0.65)]
    less, lower = ([f"{one / by:.1f}" for one in wants] for by in (YI, ALL))
    falls = "; ".join(f"{a / at:.0f} to {b / at:.0f} cm on {at} km²" for at in (10, 42, 84))
    print(f"""
Whose water is it? {low:.0f} to {high:.0f} m³/s if the lake alone fell, {least:.0f} to {most:.0f} if all eleven fell
  Evaporation of the lake, 3.8 mm/d in a mean summer: {dries:.0f} m³/s more must have come.
  Rain of that day: {rain[0]} to {rain[1]} mm on 420 km², none lost ({rain[2]} to {rain[3]} if all fell). On 6 July
  no rainstorm (over 50 mm) was expected for a week; what fell is not known here. Unlikely, not ruled out.
  Sewage: all Wuhan, 10 million at 0.25 m³ a day (assumed), gives {sewage:.0f} m³/s, {parts[0]} to {parts[1]};
  these districts give less. Only if all eleven fell could sewage be much of the inflow.
  The ten others, if it was all theirs, fell by {falls}.
  Land that still drains: the week to 6 July brought 582 mm, {week / YI:.2f}·10⁸ m³; this takes {parts[3]}.
  So, if it fell alone, on a dry day: mostly rain of the week before. From land, or lakes? One fall cannot tell.
  The 25 days: {LIFTED / CATCHMENT * 1000:.0f} mm were lifted, {parts[2]} of that rain. If 0.9 or 0.65 of it ran off
  (assumed), {less[0]} or {less[1]}·10⁸ m³ are missing: later rain; lakes that ended {lower[0]} or {lower[1]} m
  lower, on 131 km²; sewage (all Wuhan: {sewage * 25 * DAY / YI:.1f}). That account stays open.""")


# %% Then in time: the rain of the week through one linear storage, whose constant is fitted to that one day
def days(constant: float, runoff: float) -> NDArray[np.float64]:
    """What leaves the storage, a mean a day for eleven days [m³/s]; its constant in days."""
    rain = np.array([(RAIN - LAST_DAY) / 5] * 5 + [LAST_DAY]) / 1000 * runoff * CATCHMENT / DAY
    kept = np.exp(-1 / constant)
    answer = np.r_[1 - constant * (1 - kept), constant * (1 - kept) ** 2 * kept ** np.arange(10)]
    return np.convolve(rain, answer)[:11]


def fitted(runoff: float = 0.7, last: float | None = None, *, slow: bool = False) -> float:
    """The constant [d] that gives the 11th day this inflow: the quick one of two, or the slow one."""
    wanted, tried = implied(0.07) if last is None else last, np.arange(0.5, 60.0, 0.5)
    most = tried[np.argmax([days(one, runoff)[-1] for one in tried])]
    between = (most, 60.0) if slow else (0.5, most)
    return float(brentq(lambda one: days(one, runoff)[-1] - wanted, *between))


WAVE = "26.7, 72.1, 107.4, 134.9, 156.3, 241.5, 275.5, 214.4, 166.9, 129.9, 101.1"
HALF = "13.35, 36.05, 53.7, 67.45, 78.15, 120.75, 137.75, 107.2, 83.45, 64.95, 50.55"


def told(flows: NDArray[np.float64]) -> str:
    return ", ".join(f"{one:.2f}" for one in flows)


def wave(runoff: float = 0.7, last: float | None = None, *, slow: bool = False) -> dict[str, str]:
    return {WAVE: told(days(fitted(runoff, last, slow=slow), runoff))}


def all_fall(more: float) -> dict[str, str]:
    """The lake and so many km² more as one water, which 0.6765·10⁸ m³ lower by less."""
    area = MAIN / KM2 + more
    prism = f'hypsometry = {{ prism = {{ bottom = "-5.03 m", top = "5 m", area = "{area} km2" }} }}'
    low = {f"-1.7{last} m": f"{-67.65 / area - (last - 6) / 100:.2f} m" for last in (6, 7)}
    return {'from = "tangxun"': f'from = "tangxun"\n{prism}'} | low | wave(last=implied(0.07, area * KM2))


OTHERWISE: dict[str, dict[str, str]] = {
    "as assumed": {},
    **{f"a fall of {fall} cm": wave(last=implied(fall / 100)) for fall in (6, 8)},
    **{f"{runoff} of the rain runs off": wave(runoff) for runoff in (0.65, 0.9)},
    "the slow storage, no crest": wave(slow=True),
    "151 m³/s lifted, 0.8 runs off": {"9.2593": "10.06"} | wave(0.8, implied(0.07, pumps=150.9)),
    **{f"all fall, {more} km² more": all_fall(more) for more in (10, 42, 84)},
}


def crest(result: Result, water: str = "tangxun") -> float:
    """The highest level from 5 to 12 July, hourly [m]; later five more sets have emptied the model's lake, and stop."""
    return float(result.level[water][5 * 24 : 12 * 24 + 1].max())


def fall(result: Result, water: str = "tangxun") -> float:
    """On the 11th day [cm]."""
    return float(result.level[water][10 * 24] - result.level[water][11 * 24]) * 100


def show_cases(results: dict[str, Result]) -> None:
    assert np.allclose(days(fitted(), 0.7), [float(one) for one in WAVE.split(",")], atol=0.06)
    base, names = results["as_was"], ("mouths", "more_pumps", "low_start", "low_start_pumps")
    pumped, came = base.discharge["station"].mean() * 25 * DAY, base.flood.series["tangxun.inflow"].volume()
    print(f"""
In time, reconstructed 重构: the week's rain through one storage, and from 11 July on the same 101 m³/s
  Fitted, one number to one: its constant, {fitted():.2f} d. {fitted(slow=True):.1f} d fits too: one fall, two floods.
  Fall on 11 July: reported 6 to 8 cm, model {fall(base):.1f} cm. An identity: the inflow is made of it.
  Lifted in 25 days: reported 3.26·10⁸ m³, model {pumped / YI:.2f}. An identity: the nominal capacity.
  Came in 25 days: {came / YI:.2f}·10⁸ m³, {came / (RAIN / 1000 * CATCHMENT):.0%} of the week's rain, so not that alone.
  Predicted: nothing that was reported. What follows is what if, and its inputs count as fitted.
The crest of 5 to 12 July, over the level before the rain, and how much lower it is with each measure (m)
  {"":<30}{"as_was":>8}{"".join(f"{name:>17}" for name in names)}""")
    for what, edits in OTHERWISE.items():
        text = EXPERIMENT.read_text(encoding="utf-8")
        for old, new in edits.items():
            assert old in text, old
            text = text.replace(old, new)
        cases = {case.name: case for case in scenario.read(text).cases}
        crests = {name: crest(simulate(cases[name].system, cases[name].flood)) for name in ("as_was", *names)}
        less = "".join(f"{to_5_cm(crests['as_was'] - crests[name]):>17}" for name in names)
        print(f"  {what:<30}{to_5_cm(crests['as_was']):>8}{less}")
    more, out, wuhan = PUMPS / 3 * 9 * DAY / MAIN, 0.6765e8, 2.05e8 / 163.08e6
    alone, eleven, runoff, lift = out / MAIN, out / ALL, out / CATCHMENT * 1000, out / PUMPS / DAY
    print(f"""  Five more sets: 46 m³/s, nine days, are {more:.2f} m on 46.68 km²: an identity, no more.
  0.6765·10⁸ m³ are {alone:.2f} m on 46.68 km² (1.76 m by a curve that narrows; {eleven:.2f} m on all eleven),
  {lift:.1f} days of the station, or {runoff:.0f} mm of runoff, and the room is full. (All Wuhan, 2.05·10⁸ m³:
  {wuhan:.2f} m on its forty lakes.) A station that waits for its old level gives that room away, and days of
  lifting: as it was, it ran from the first day on. So low_start gains little or loses; low_start_pumps keeps
  the room, an identity again (2.60 m by the curve that narrows, which is assumed).""")


# %% More mouths, and what the river must do first; then which measure gives how much, and in what company
def show_mouths(experiment: scenario.Scenario, results: dict[str, Result]) -> None:
    cases = {case.name: case for case in experiment.cases}
    river, flood = experiment.system["yangtze"], cases["mouths"].flood
    measures = {one.head.name: one.measures for one in experiment.changes if one.measures}
    print("\nTen more sluices, 200 m in all, by the level of the river (crest lower by, m; hours shut of 600)")
    for level in (6.2, 3.0, 1.0, 0.0, -0.5, -1.0):
        result = simulate(cases["mouths"].system.replaced(river.changed(level=level)), flood)
        less, shut = to_5_cm(crest(results["as_was"]) - crest(result)), indicators.lockout_hours(result, "tangxun")
        print(f"  river at {level:4.1f} m{less:>8}{shut:6.0f} h")
    print("  A mouth gives nothing until the river falls below the lake; 1 m above it is as shut as 6 m.")
    print("After an emptying as in May 2017, the share of each in the crest (m, Shapley)")
    for level in (6.2, -1.0):
        system = cases["low_start"].system.replaced(river.changed(level=level))
        found = study.attribute(system, flood, measures, indicator=crest)
        print(f"  river at {level:4.1f} m: {to_5_cm(found.before)} without them, {to_5_cm(found.after)} with all three")
        for name, share in found.shares.items():
            alone, last = found.alone[name] + 0.0, found.as_last[name] + 0.0
            print(f"    {name:<16}{share + 0.0:+6.2f}   alone {alone:+.2f}   after the others {last:+.2f}")
    print("""  (low_start_pumps: the station starts where the lake then stands.) What starts at the old level never runs
  in a lake that is kept low: after the others the new sets give 0.00. So do mouths, if the river is higher.""")


# %% Two waters and a channel: a station empties what reaches it
def show_joined(experiment: scenario.Scenario) -> None:
    pumps = {change.head.name: change.measures for change in experiment.changes}["more_pumps"]
    print("""
Two waters and a channel, the same water in all (crest, m; fall on 11 July, cm; five more sets lower it by, m)
  others  channel  their share      crest: main, others      fall: main, others      lower: main, others""")
    text, flows, both = EXPERIMENT.read_text(encoding="utf-8"), days(fitted(), 0.7), ("tangxun", "others")
    rows = [(42, 30, 0.5), (10, 30, 0.5), (84, 30, 0.5), (42, 10, 0.5), (42, 100, 0.5), (42, 30, 0.3), (42, 30, 0.7)]
    for area, width, share in rows:
        other = text.replace('"42 km2"', f'"{area} km2"').replace('"30 m"', f'"{width} m"')
        other = other.replace(HALF, told(flows * (1 - share)), 1).replace(HALF, told(flows * share), 1)
        case = {case.name: case for case in scenario.read(other).cases}["joined"]
        now, more = study.compare(case.system, case.flood, {"now": [], "more": pumps}).results.values()
        crests, falls = ([of(now, water) for water in both] for of in (crest, fall))
        less = [to_5_cm(one - crest(more, water)) for one, water in zip(crests, both, strict=True)]
        row = f"  {area:>3} km²{width:>7} m{share:>13}{to_5_cm(crests[0]):>15}{to_5_cm(crests[1]):>8}"
        print(f"{row}{falls[0]:>16.1f}{falls[1]:>8.1f}{less[0]:>18}{less[1]:>8}")
    print("""  A station empties what reaches it, through 30 m hardly the others: for ten of the lakes the channel is
  the mouth. And under one inflow the main lake falls by 2 to 11 cm on the 11th day: one fall says little of all.""")


# %% The whole lesson
def main() -> dict[str, Result]:
    results = (experiment := scenario.read(EXPERIMENT)).run()
    show_paper()
    show_sources()
    show_cases(results)
    show_mouths(experiment, results)
    show_joined(experiment)
    return results


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import labels, plot
    from lakesim.plot.dates import date_axis

    results, area = (experiment := scenario.read(EXPERIMENT)).run(), (MAIN / KM2, ALL / KM2)
    words = ("6 to 8 cm a day", "sewage of all Wuhan (assumed)", "Area that falls (km²)", "Inflow needed (m³/s)")
    if lang == "zh":
        words = ("日降 6 至 8 cm", "武汉全市污水 (假定)", "同降的水面面积 (km²)", "所需入流 (m³/s)")
    with plot.style(lang):
        figure, axes = plt.subplot_mosaic("AB;CC", layout="constrained")
        figure.suptitle(experiment.title_zh if lang == "zh" else experiment.title)
        low, high = ([implied(by, one * KM2) for one in area] for by in (0.08, 0.06))
        axes["A"].fill_between(area, low, high, alpha=0.3, label=words[0])
        axes["A"].axhline(10e6 * 0.25 / DAY, color="k", ls=":", label=words[1])
        axes["A"].set(xlabel=words[2], ylabel=words[3], ylim=(0, 140))
        for lake, dashes in zip((joined := results["joined"]).system.lakes, ("-", "--"), strict=True):
            axes["B"].plot(joined.times, joined.level[lake.name], dashes, label=labels.called(lake, lang))
        axes["B"].set(title=experiment.cases[-1].called(lang))
        for case, dashes in zip(experiment.cases[:-1], ("-", ":", "--", "-.", "-"), strict=True):
            one = results[case.name]
            axes["C"].plot(one.times, one.level["tangxun"], dashes, label=case.called(lang))
        for name in "BC":
            axes[name].set(ylabel=labels.axis("level", "m", lang), xlim=np.array(["2016-07-01", "2016-07-13"], "M8"))
            date_axis(axes[name], lang)
        for ax in axes.values():
            ax.legend()
    plt.show()


# %% Three questions for a class (思考题)
# 1. One more number of 11 July may be measured. Which one tells rain, other lakes and sewage apart, and where?
#    7 月 11 日只许再测一个数。测什么、在哪里测，才能分清雨水、其他湖泊来水和污水？
# 2. The lake was emptied in May; the station starts where it always did. Who should have decided what, and when?
#    五月已预降，泵站仍按原水位起排。该由谁、在什么时候作什么决定？
# 3. For the same money: ten mouths, five sets, or a channel three times as wide. For which lake do you choose?
#    同样的钱：十个口门、五台机组，还是把港渠拓宽两倍？你是在替哪个湖选择？
