"""Lesson 4: land given back to a lake.

In July 2016 a dike was blown up to let Liangzi, in flood, into its neighbour Niushan. What did that give? What would
one lake of 370 km² have given beforehand? And is land that is let in only in a flood as good as land given back?
2016 年 7 月，为降低梁子湖的洪水位，炸开了它与牛山湖之间的隔堤。降了多少？若早已还湖、成为一个 370 km² 的湖，
又会怎样？单退抵得上双退吗？

`04_return_to_lake.toml`, a page to read, says of every number whether it is published, derived or assumed. What comes
out is reconstructed 重构, and the level of 21.30 m was known to those who chose the numbers.
"""

# %% The experiment is data: a lake, its neighbour, other polders, and seven ways through the flood
from pathlib import Path

import numpy as np

from lakesim import Result, scenario, simulate
from lakesim.labels import to_5_cm

EXPERIMENT = Path(__file__).with_suffix(".toml")
MILLION, YI = 1e6, 1e8  # m³; 亿
LAKE = 271e6  # m²
BEFORE, LOWEST = 21.48, 21.30  # m, as published


def level(result: Result, moment: str, water: str = "liangzi") -> float:
    return float(result.level[water][np.searchsorted(result.times, np.datetime64(moment))])


def peak(result: Result, water: str = "liangzi") -> float:
    return result.peak(water)[1]


# %% First on paper: where two waters settle
# The lake loses what its neighbour wins: 271·(21.48 − z) = area·(z − (21.48 − apart)).
def settled(area: float, apart: float) -> float:
    return BEFORE - area * apart / (LAKE + area)


def area_for(apart: float, lowest: float = LOWEST) -> float:
    """The area of the neighbour that brings the lake down to `lowest` [m²]."""
    return LAKE * (BEFORE - lowest) / (apart - (BEFORE - lowest))


def show_paper() -> None:
    forecast, less, more = (BEFORE - volume / LAKE for volume in (50e6, 55e6, 45e6))
    print("On paper: 271 km² at 21.48 m, and a neighbour more than a metre lower")
    print(f"  The published forecast is an identity: 21.48 m − 5·10⁷ m³ / 271 km² = {forecast:.4f} m. That it meets")
    print("  the observed 21.30 m within 5 mm is luck: 5·10⁷ is a round figure, and a tenth of it, 18 mm, more or less")
    print(f"  would be {less:.3f} or {more:.3f} m.")
    print(f"  370 − 271 = 99 km², a metre lower, would settle at {settled(99e6, 1.0):.2f} m: Niushan is smaller.")
    print("  What area gives 21.30 m, and what 1 cm more or less, by how far it stood below:")
    for apart in (1.0, 1.1, 1.2, 1.3, 1.4, 1.5):
        low, middle, high = (area_for(apart, at) / MILLION for at in (21.31, LOWEST, 21.29))
        print(f"    {apart:.1f} m  {middle:3.0f} km² ({low:.0f} to {high:.0f})")
    print("  One level cannot tell area and level apart: 40 km² at 1.4 m, or 60 km² at 1.0 m. The experiment takes")
    print(f"  51 km² from other published areas, and 1.2 m for 'more than a metre': {settled(51e6, 1.2):.2f} m.")


# %% Then in time: the breach. No number was adjusted to the outcome, but every number that is not published, and was
# chosen with the outcome known, counts as fitted. So nothing here is a prediction
def moved(result: Result, until: str = "2016-07-15") -> float:
    """What Niushan took [10⁶ m³]."""
    stored = result.storage["niushan"][result.times <= np.datetime64(until)]
    return float(stored[-1] - stored[0]) / MILLION


def calm(result: Result) -> float:
    """How long it takes until less than a twentieth of the largest discharge is left [h]."""
    discharge = result.discharge["breach"]
    late = (result.times > result.times[discharge.argmax()]) & (discharge < 0.05 * discharge.max())
    return float((result.times[late][0] - np.datetime64("2016-07-14T07")) / np.timedelta64(1, "h"))


def show_breach(results: dict[str, Result]) -> None:
    opened, start = results["opened"], "2016-07-14T07"
    lowest, noon, taken = opened.lowest("liangzi")[1], level(opened, "2016-07-14T12"), moved(opened)
    apart = level(opened, start) - level(opened, start, "niushan")
    rows = [
        ("8 to 13 July (m)", "21.48", f"{level(opened, '2016-07-13'):.2f}", "identity: what comes, goes"),
        ("apart at 07:00 (m)", "> 1", f"{apart:.2f}", "assumed, within what is published"),
        (
            "lowest level (m)",
            f"{LOWEST:.2f}",
            f"{lowest:.2f}",
            "counts as fitted: 1.2 m is not published, and this was known",
        ),
        ("at 12:00 (m)", "21.32", f"{noon:.2f}", "counts as fitted: sill and widening are not published"),
        ("calm at the breach after (h)", "2", f"{calm(opened):.0f}", "counts as fitted, as before"),
        ("taken by Niushan (10⁶ m³)", "50", f"{taken:.0f}", "counts as fitted; 50 was a forecast, no measurement"),
        ("not opened, to 21 July (m)", "> 21.50", f"{peak(results['closed']):.2f}", "identity: the inflow on 271 km²"),
    ]
    for day, reported in (("2016-07-15T12", "21.36"), ("2016-07-16T08", "21.37"), ("2016-07-20T08", "21.38")):
        found = f"{level(opened, day):.2f}"
        rows.append((f"{day.replace('T', ' ')} (m)", reported, found, "identity: the inflow is made of it"))
    print("The breach of 14 July, reconstructed 重构: as reported, and in the model")
    for what, reported, found, worth in rows:
        print(f"  {what:<30}{reported:>8}{found:>8}  {worth}")
    assert abs(lowest - LOWEST) <= 0.03
    assert 40.0 <= taken <= 60.0
    assert apart > 1.0
    print("  Within 3 cm, between 40 and 60·10⁶ m³, more than a metre apart: all three hold. What is that worth?")


# %% How far it moves with each number that is assumed: lines of the experiment, and what they become
Edits = dict[str, str]
WIDENING = "2016-07-14T09:00:00, 2016-07-21]\nvalues = [0, 0, 0.25, 1, 1]"
BREACHES: dict[str, Edits] = {
    **{f"breach {to} m wide": {'width = "1000 m"': f'width = "{to} m"'} for to in (90, 500, 3700)},
    **{f"sill at {to} m": {'crest = "19.5 m"': f'crest = "{to} m"'} for to in (18.5, 20.5)},
    "all of it open at once": {WIDENING: WIDENING.replace("0.25", "1")},
    "widening for twelve hours": {WIDENING: WIDENING.replace("14T09", "14T19")},
}
NEIGHBOURS: dict[str, Edits] = {
    **{f"Niushan {by} m below": {'"20.28 m"': f'"{BEFORE - by:.2f} m"'} for by in (1.0, 1.5)},
    **{f"Niushan {area} km²": {'"51 km2"': f'"{area} km2"'} for area in (40, 60)},
    "Niushan 40 km² and 1.4 m below": {'"51 km2"': '"40 km2"', '"20.28 m"': '"20.08 m"'},
    "Niushan 60 km² and 1.0 m below": {'"51 km2"': '"60 km2"', '"20.28 m"': '"20.48 m"'},
    "Liangzi at 21.49 m": {'"21.48 m"': '"21.49 m"'},
    "rain of 15 July from noon of the 14th on": {
        "2016-07-15, 2016-07-15T12": "2016-07-14T12:00:00, 2016-07-15T12",
        "0, 447.2,": "0, 223.6,",
    },
}


def read_changed(file: Path, edits: Edits) -> scenario.Scenario:
    text = file.read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    return scenario.read(text)


def changed(edits: Edits, names: tuple[str, ...]) -> list[Result]:
    """Some of the cases with other inputs."""
    cases = {case.name: case for case in read_changed(EXPERIMENT, edits).cases}
    return [simulate(cases[name].system, cases[name].flood) for name in names]


def show_ranges() -> None:
    print("What the breach can be, and what Niushan can be (m; one at a time, the others kept)")
    print(f"  {'':<42}{'lowest':>8}{'12:00':>8}{'calm':>9}{'taken':>8}")
    print(f"  {'as reported':<42}{LOWEST:8.2f}{21.32:8.2f}{2:7.0f} h{50:8.0f}·10⁶ m³")
    for name, edits in (BREACHES | NEIGHBOURS).items():
        (result,) = changed(edits, ("opened",))
        low, noon = result.lowest("liangzi")[1], level(result, "2016-07-14T12")
        print(f"  {name:<42}{low:8.2f}{noon:8.2f}{calm(result):7.0f} h{moved(result):8.0f}")
    print("  From 500 to 3700 m the lowest level is the same: where two waters settle does not depend on the way")
    print("  between them, if they are done before the next rain, as through 90 m they are not. So 21.30 m says next")
    print("  to nothing about the breach, and of two numbers of Niushan it gives one: one observed number cannot")
    print("  validate a breach. Nor do all rows keep within 3 cm, or between 40 and 60·10⁶ m³. More is told by 21.32 m")
    print("  at noon, which rules out 90 m, by the hour of calm, and best by both levels, hour by hour.")


# %% What if the land had been lake beforehand? The same water from 18 June on
RETURNS: list[Edits] = [
    *({'"18.00 m"': f'"{to}.00 m"', "475.2, 1027.6": f"{rate}, 1027.6"} for to, rate in ((17, 651.0), (19, 285.1))),
    *({"58.4, 126.3, 36.0, 25.2, 0": own} for own in ("0, 0, 0, 0, 0", "116.8, 252.6, 72.0, 50.4, 0")),
    *({'"19.0 m"': f'"{to} m"', 'sill = "19.5 m"': f'sill = "{max(to, 19.5)} m"'} for to in (18.0, 20.0)),
    *({'"51 km2"': f'"{area} km2"'} for area in (40, 60)),
    *({'width = "60 m"': f'width = "{to} m"'} for to in (20, 200)),
]


def show_returns(results: dict[str, Result]) -> None:
    names = ("shut", "single_guarantee", "single_warning", "returned", "returned_july")
    others = [[peak(result) for result in changed(edits, names)] for edits in RETURNS]
    print("What it would have been: the same water from 18 June on, reconstructed 重构 (m)")
    print(f"  {'':<18}{'peak (range)':>22}{'lower by':>10}{'on 14 July':>12}")
    for name, peaks in zip(names, zip(*others, strict=True), strict=True):
        result, reach = results[name], f"({to_5_cm(min(peaks))} to {to_5_cm(max(peaks))})"
        less, then = to_5_cm(peak(results["shut"]) - peak(result)), to_5_cm(level(result, "2016-07-14T07"))
        print(f"  {name:<18}{to_5_cm(peak(result)):>7} {reach}{less:>10}{then:>12}")
    ends = [level(results[name], "2016-07-21") for name in ("single_guarantee", "single_warning", "returned")]
    assert max(ends) - min(ends) < 1e-3
    print(f"  Single or full, all end at {ends[0]:.2f} m: the same water in the same room, an identity of storage.")
    print("  Only the way differs: full return begins to take in June and needs nobody to decide; single return gives")
    print("  nothing up to its trigger, and needs an inlet wide enough for what comes then.")
    print("  But full return has its credit from June. If the larger lake too stood at 20.50 m on 4 July, it gains")
    print("  less than single return at that level: its room was not kept free. The level before the flood decides.")
    print("  `shut` is an identity: the inflow is made of its levels. In all cases the inflow does not see the level.")


# %% A single return of another size: Poyang, July 2020
# `04_return_to_lake_poyang.toml`. What is published of it was computed from what happened; none of it is measured. The
# row that is fitted was added afterwards.
POYANG = EXPERIMENT.with_stem("04_return_to_lake_poyang")
ONE_BY_ONE = "2020-07-14, 2020-07-18], values = [0, 1, 1]"
POLDERS: dict[str, Edits] = {
    "as assumed": {},
    **{f"inlets of {to} m": {'"4590 m"': f'"{153 * to} m"'} for to in (10, 100)},
    **{f"sills at {to} m": {'crest = "20.0 m"': f'crest = "{to} m"'} for to in (19.0, 20.5)},
    "inlets of 5 m (fitted to 40 %)": {'"4590 m"': '"765 m"'},
    "all opened on 8 July": {ONE_BY_ONE: "2020-07-14, 2020-07-18], values = [1, 1, 1]"},
    "all opened on 12 July": {ONE_BY_ONE: "2020-07-12, 2020-07-12T01:00:00, 2020-07-18], values = [0, 0, 1, 1]"},
    "land of 450 km²": {'"600 km2"': '"450 km2"', "18.383": "17.011"},
    "land of 900 km²": {'"600 km2"': '"900 km2"', "18.383": "19.756"},
    "open water only, 3708 km²": {'"4281 km2"': '"3708 km2"', "25190": "22460", "2911": "2379"},
}


def show_poyang() -> dict[str, Result]:
    base: dict[str, Result] = {}
    print("Poyang, 8 to 17 July 2020: a single return, and three numbers of it (computed by S05 from what happened)")
    print(f"  {'':<32}{'taken':>7}{'less in 24 h':>14}{'in 48 h':>9}{'less at most':>14}{'by 12 July':>12}{'peak':>9}")
    print(f"  {'as published':<32}{24.7:7.1f}{0.236:12.2f} m{0.403:9.0%}{'':>14}{20.0:12.1f}{22.63:7.2f} m")
    for name, edits in POLDERS.items():
        runs = {case.name: simulate(case.system, case.flood) for case in read_changed(POYANG, edits).cases}
        base = base or runs
        with_them, less = runs["let_in"], runs["shut"].level["poyang"] - runs["let_in"].level["poyang"]
        stored, evening = with_them.storage["polders"] / YI, "2020-07-12T20"
        share = (stored[48:] - stored[:-48]).max() / 24.7
        taken = stored[np.searchsorted(with_them.times, np.datetime64(evening))]
        print(
            f"  {name:<32}{stored.max():7.1f}{(less[24:] - less[:-24]).max():12.2f} m{share:9.0%}{less.max():12.2f} m"
            f"{taken:12.1f}{to_5_cm(peak(with_them, 'poyang')):>7} m"
        )
    print("  24.7: an identity. The capacity was put in, and the lake rises far above the sills.")
    print("  0.24 m in 24 h: of the right size, 0.20 to 0.31 m if they are opened over days; 0.58 m if within an hour.")
    print("  40 % in 48 h: no. It hangs on inlets and orders, which no level pool knows; and a lump fills through what")
    print("  is open, while polders that wait stay dry. Inlets fitted to 40 % give half the 24 h, for 40.3 % of the")
    share = 0.403 * 24.7e8 / 4281e6
    print(f"  capacity are {share:.2f} m on 4281 km²: both hold if it came in one day, or if room was left over.")
    print("  Less at most, published: 0.68 m (WA, computed), or 0.25 to 0.30 m for 24·10⁸ m³ (JX). This pool has no")
    print("  outlet; the real lake, when lower, sends less to the Yangtze, and so loses a part of the gain.")
    return base


# %% The whole lesson
def main() -> dict[str, Result]:
    results = scenario.read(EXPERIMENT).run()
    show_paper()
    print()
    show_breach(results)
    print()
    show_ranges()
    print()
    show_returns(results)
    print()
    return results | {f"poyang_{name}": result for name, result in show_poyang().items()}


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import labels, plot
    from lakesim.plot.dates import date_axis

    def said(en: str, zh: str) -> str:
        return zh if lang == "zh" else en

    experiment = scenario.read(EXPERIMENT)
    results = experiment.run()
    opened, apart = results["opened"], np.linspace(0.9, 1.6, 100)
    with plot.style(lang):
        figure, axes = plt.subplot_mosaic("AB;CC", layout="constrained")
        figure.suptitle(said(experiment.title, experiment.title_zh))
        for water in opened.system.lakes[:2]:
            axes["A"].plot(opened.times, opened.level[water.name], label=labels.called(water, lang))
        axes["A"].plot(np.datetime64("2016-07-14T12"), 21.32, "ko", label=said("reported", "报道水位"))
        axes["A"].axhline(LOWEST, color="k", lw=1, ls=":", label=said("reported, lowest", "报道最低水位"))
        axes["A"].set(xlim=(np.datetime64("2016-07-14"), np.datetime64("2016-07-16")))
        axes["B"].fill_between(apart, area_for(apart, 21.31) / MILLION, area_for(apart, 21.29) / MILLION, alpha=0.3)
        axes["B"].plot(
            apart, area_for(apart) / MILLION, label=said("settles at 21.30 ± 0.01 m", "平衡于 21.30 ± 0.01 m")
        )
        axes["B"].plot(1.2, 51, "ko", label=said("as assumed", "本课取值"))
        axes["B"].set(xlabel=said("Niushan below Liangzi (m)", "牛山湖低于梁子湖 (m)"))
        axes["B"].set(ylabel=said("Area of Niushan (km²)", "牛山湖面积 (km²)"))
        for case, dashes in zip(experiment.cases[2:], ("-", "--", "-.", "-", ":"), strict=True):
            late = results[case.name].times >= np.datetime64("2016-07-03")
            times, levels = results[case.name].times[late], results[case.name].level["liangzi"][late]
            axes["C"].plot(times, levels, dashes, label=case.called(lang))
        for name in "AC":
            axes[name].set(ylabel=labels.axis("level", "m", lang))
            date_axis(axes[name], lang)
        for ax in axes.values():
            ax.legend()
    plt.show()


# %% Three questions for a class (思考题)
# 1. What would you have measured on 14 July, where and how often, to learn how wide the breach was?
#    7 月 14 日要测什么、在哪里测、多久测一次，才能知道口门有多宽？
# 2. Full and single return end at the same level. Which would you choose for a village, for a city downstream, and who
#    decides at night that the water is at 20.50 m?
#    双退和单退最后水位相同。对一个村庄、对下游城市，你选哪一种？夜里水位到 20.50 m，由谁下决心？
# 3. `single_warning` stays lower than `returned_july`. Why is that no argument for single return? Where is the water?
#    `single_warning` 的水位低于 `returned_july`。为什么这不能说明单退更好？水去了哪里？
