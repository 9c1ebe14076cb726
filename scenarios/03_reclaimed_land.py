"""Lesson 3: land that was lake.

From 1949 to 1995 Dongting lost 43 % of its capacity, 126·10⁸ m³, to dikes and silt. By how much lower would a flood
like that of 1998 have stood in the lake of 1949? And Honghu, which lost more than half of its area?
洞庭湖在 1949 至 1995 年间因围垦和淤积失去 43 % 的容积，即 126 亿 m³。像 1998 年那样的洪水，若遇上 1949 年的湖，水位会低
多少？面积失去一半以上的洪湖又怎样？

In a bucket, by almost five metres. With its mouth and the river below it, by about two decimetres: the lake is full
long before the flood is over, and then stands where river and inflow put it. In Honghu, which only pumps empty, by 0.4
to 1.3 m, as its stations and the rain are assumed. Every number is published, assumed or fitted in
`03_reclaimed_land.toml`, a page to read.
"""

# %% The experiment is data: a lake, its mouth, a river that answers, a flood, and nine ways to meet it
from functools import cache
from pathlib import Path
from textwrap import indent

import numpy as np

from lakesim import Flood, Hypsometry, Result, Series, catalogue, scenario, simulate, study
from lakesim.labels import to_5_cm
from lakesim.measures import Reclaim, Silt, SingleReturn
from lakesim.waters import River, System

EXPERIMENT = Path(__file__).with_suffix(".toml")
LESSON = scenario.read(EXPERIMENT)
YI = 1e8  # m³, 亿
HIGHEST, GUARANTEE = 35.94, 34.55  # m at Chenglingji: of 1998 (S60), to which the flood is fitted; S37
GROUND, FULL = 28.233, 33.5  # m: fitted; to which the published capacities are taken to belong, which nobody says
SILT, OLDER_SILT = 46 * 0.764e8, 20.1e8  # m³: from 1949 to 1995; from 1825 to 1949, fitted
LAND = {"lake_1825": 3375e6, "lake_1949": 1725e6, "returned": 1725e6}  # m² more than in 1995
CAPACITY = {"lake_1825": 400, "lake_1949": 293, "lake_1995": 167}  # 10⁸ m³ (S09 S01); that of 1978 is not published
BUCKET = {"lake_1825": 233, "lake_1949": 126, "returned": 115, "opened": 115, "less_water": 221.5}  # 10⁸ m³
ALL = ("lake_1825", "lake_1949", "returned", "opened", "less_water")


def peak(result: Result, water: str = "dongting") -> float:
    return result.peak(water)[1]


# %% First where the claim fails
# A bucket: what was lost, is given back or kept away, on the 2 625 km² of 1995. The run: with the mouth and the river.
def show_cases(results: dict[str, Result], spread: dict[str, list[float]]) -> None:
    early = results["lake_1995"].times < np.datetime64("1998-07-20")
    level = results["lake_1995"].level["dongting"][early]
    crest, day = level.max(), results["lake_1995"].times[early][level.argmax()].astype("datetime64[D]")
    print("A flood as high and as long as that of 1998, reconstructed 重构: m lower than in the lake of 1995")
    print(f"  {'':<12}{'km²':>6}{'10⁸ m³':>8}{'peak':>8}{'by a bucket':>13}{'by the run':>12}  (range)")
    for name, result in results.items():
        area = float(result.system["dongting"].hypsometry.area(36.0)) / 1e6
        bucket = f"{BUCKET[name] * YI / 2625e6:.1f}" if name in BUCKET else ""
        reach = f"({to_5_cm(min(spread[name]))} to {to_5_cm(max(spread[name]))})" if name in spread else ""
        low, held = to_5_cm(peak(results["lake_1995"]) - peak(result)), CAPACITY.get(name, "")
        print(f"  {name:<12}{area:6.0f}{held:>8}{to_5_cm(peak(result)):>8}{bucket:>13}{low:>12}  {reach}".rstrip())
    print(f"""  10⁸ m³: published capacity, each at another, unknown level. By a bucket: what was lost, returned (115)
  or kept back (221.5), on 2 625 km². Five numbers are fitted, two to the levels of lake_1995, none predicted. One of
  the two, 33.55 m, the highest of June, is only met in passing: this lake rises on to {crest:.2f} m on {day}.""")


# %% The same with other inputs; each time the flood is fitted anew to 35.94 m in the lake of 1995
# The flood is drawn by the levels at which the river would stand in the end; the highest of August is the one fitted.
OF_THE_FLOOD = {"slope": 7000.0, "length": 35.0, "share": 0.4, "before": 34.4, "width": 1321.0}
OF_THE_LAKE = {"ground": GROUND, "silt": SILT, "inlet": 500.0, "trigger": GUARANTEE, "kept": 1.0}


def with_lake(name: str, slope: float, width: float, ground: float = GROUND, silt: float = SILT) -> System:
    rating = {"levels": (34.4 - 60000 / slope, 34.4), "discharges": (0.0, 60000.0)}
    system = LESSON.system
    system = system.replaced(system["luoshan"].changed(**rating), system["chenglingji"].changed(width=width))
    taken = {"lake_1825": silt + OLDER_SILT, "lake_1949": silt}.get(name, 0.0)
    curve = catalogue.load("dongting").hypsometry.deepened(taken, FULL)
    if name in LAND:
        curve = curve.joined(Hypsometry.prism(ground, 36.0, LAND[name]))
    return system.replaced(system["dongting"].changed(hypsometry=curve))


@cache
def fitted(slope: float, length: float, share: float, before: float, width: float) -> tuple[Flood, float]:
    days = np.array([0.0, 14.0, 33.0, 66.0 - 19 / 35 * length, 66.0, 66.0 + 16 / 35 * length, 108.0])
    times = np.datetime64("1998-06-15T00", "h") + np.round(24 * days).astype("timedelta64[h]")
    top, apart, parts = 36.144, 1.0, {"dongting.inflow": share, "yangtze.inflow": 1.0 - share}
    while abs(apart) > 0.001:
        inflow = 60000.0 + slope * (np.array([30.0, 34.2576, 33.0, before, top, before, 30.0]) - 34.4)
        series = {key: Series(times, part * inflow, "instants", "m3/s") for key, part in parts.items()}
        flood = LESSON.flood.changed(series=series, output_step="1 d")
        apart = HIGHEST - peak(simulate(with_lake("lake_1995", slope, width), flood, tolerance=1e-3))
        top += 1.2 * apart
    return flood, HIGHEST - apart


@cache
def lower(name: str, **inputs: float) -> float:
    """How much lower this lake stands than that of 1995, in a flood that brings that one to 35.94 m [m]."""
    # Run with 1 mm of error a step: coarser than usual, and the centimetres are the same.
    told = OF_THE_FLOOD | OF_THE_LAKE | inputs
    if name != "opened" and inputs.keys() & {"inlet", "trigger"}:
        return lower(name)
    flood, highest = fitted(*(told[key] for key in OF_THE_FLOOD))
    lake = "returned" if name == "opened" else name
    system = with_lake(lake, told["slope"], told["width"], told["ground"], told["silt"])
    if name == "opened":
        opening = {"trigger": told["trigger"], "width": told["inlet"], "sill": 31.0, "closes": 32.5}
        system = SingleReturn(polder="polders", **opening).apply(reclaimed(1725e6, told["ground"]).apply(system))
    if name == "less_water":
        away = told["kept"] * LESSON.cases[-1].flood.series["yangtze.outflow"]
        flood = flood.changed(series={**flood.series, "yangtze.outflow": away})
    return highest - peak(simulate(system, flood, tolerance=1e-3))


def reclaimed(area: float, ground: float = GROUND) -> Reclaim:
    return Reclaim(water="dongting", polder="polders", area=area, ground=ground, dike_crest=36.5, pumps=0.0)


INPUTS: dict[str, tuple[dict[str, float], ...]] = {
    "as it is": ({},),
    "river takes 4 000, 10 000 m³/s more a metre": ({"slope": 4000.0}, {"slope": 10000.0}),
    "wave of August 20, 60 days long (35)": ({"length": 20.0}, {"length": 60.0}),
    "wave begins and ends at 33.0 m (34.4)": ({"before": 33.0},),
    "a quarter, three fifths through the lake": ({"share": 0.25}, {"share": 0.6}),
    "mouth 660, 2 640 m wide (fitted)": ({"width": 660.0}, {"width": 2640.0}),
    "silt 52·10⁸ m³ (35), ground 29.2 m (28.2)": ({"silt": 52e8, "ground": 29.21},),
    "ground 25.7, 30.8 m (1949 at 32.5, 34.5 m)": ({"ground": 25.71}, {"ground": 30.75}),
    "inlet 100, 2 000 m wide (500)": ({"inlet": 100.0}, {"inlet": 2000.0}),
    "opened at 35.2 m (34.55), 1 000 m wide": ({"inlet": 1000.0, "trigger": 35.2},),
}


def show_ranges(_: object) -> None:
    print("How much lower than the lake of 1995, with other inputs, one at a time (m)")
    print(f"  {'':<44}" + "".join(f"{name:>13}" for name in ALL))
    for title, rows in INPUTS.items():
        told = (", ".join(f"{lower(name, **inputs):.2f}" for inputs in rows) for name in ALL)
        print(f"  {title:<44}" + "".join(f"{by:>13}" for by in told))
    most = lower("lake_1949", slope=4000.0, length=20.0, before=33.0)
    print(f"  All that raises it together (4 000, 20 days, 33.0 m): lake_1949 {to_5_cm(most)} m lower.")


# %% Why: a lake that is filled seventeen times a year, and a flood that is longer than the lake remembers
def show_reasons(results: dict[str, Result]) -> None:
    full, then = results["lake_1995"], results["lake_1949"]
    days = {name: results[name].system["dongting"].hypsometry.area(35.0) / 7000 / 86400 for name in CAPACITY}
    told = ", ".join(f"{of:.0f} days {name}" for name, of in days.items())
    print(f"""Why: storage delays, river and inflow decide
  2 873·10⁸ m³ a year pass through 167·10⁸ m³ (S10 S01), {2873 / 167:.0f} times as much. How long a lake remembers:
  its area over what the river takes more for each metre, {told}.
  The longer the wave of August, the less the lake takes off it (m lower than in the lake of 1995):""")
    print(f"    {'':<8}" + "".join(f"{name:>11}" for name in ALL[:4]))
    for length in (5.0, 10.0, 20.0, 35.0, 60.0):
        print(f"    {length:2.0f} days " + "".join(f"{to_5_cm(lower(name, length=length)):>11}" for name in ALL[:4]))
    edits = [reclaimed(1725e6), Silt(water="dongting", volume=SILT, below=FULL)]
    dikes, silt = study.attribute(then.system, full.flood, edits, water="dongting").shares.values()
    river = River(name="yangtze", level=Series(full.times, full.level["yangtze"], "instants", "m"))
    given = System(waters=(then.system["dongting"], river), structures=(full.system["chenglingji"],))
    flood = full.flood.changed(series={"dongting.inflow": full.flood.series["dongting.inflow"]})
    answer = peak(simulate(given, flood))
    print(f"""  1949 to 1995: dikes {dikes:+.2f} m, silt {abs(silt):.2f}. Silt under water that was there in June counts
  for nothing: an identity of this model, which knows no shallower mouth and no steeper far lake.
  With the river's level given as it is in lake_1995, lake_1949 peaks at {answer:.2f} m: an identity, too, and
  no answer, since such a river does not feel what the lake keeps back.""")


def show_hayashi(results: dict[str, Result]) -> None:
    full, returned = results["lake_1995"], peak(results["returned"])
    inflow = sum(full.flood.series[key].at(full.times) for key in ("dongting.inflow", "yangtze.inflow"))
    passes = full.discharge["luoshan"][np.argmax(full.level["dongting"] >= GUARANTEE)]
    excess = float(np.maximum(inflow - passes, 0.0).sum()) * full.flood.output_step / YI
    before, peaked, full_of = (LAND["returned"] * (at - GROUND) / YI for at in (GUARANTEE, returned, 35.0))
    least, most = (LAND["returned"] * (35.0 - ground) / YI for ground in (30.75, 25.71))
    after = peaked - before
    inlets = ", ".join(f"{width:.0f} m {to_5_cm(lower('opened', inlet=width))}" for width in (100.0, 500.0, 2000.0))
    buckets = ", ".join(f"{excess / capacity:.0%}" for capacity in CAPACITY.values())
    same, more = (to_5_cm(lower("less_water", kept=kept)) for kept in (115 / 221.5, 1.0))
    print(f"""Hayashi et al. (2007): 115·10⁸ m³ more room at 35.0 m would not have been enough by itself
  To hold the lake at 34.55 m, where {passes / 1000:.1f}·10³ m³/s run off, {excess:.0f}·10⁸ m³ must go elsewhere: more
  than that. Poured into the capacities of 1825, 1949 and 1995 they fill {buckets}: if these were empty.
  The land since 1949 holds {full_of:.0f}·10⁸ m³ at 35.0 m, which follows from the fitted ground;
  {least:.0f} to {most:.0f} over its range. {before:.0f} are on it when the lake comes to 34.55 m, long before the peak;
  only {after:.0f} come after. Kept dry until then and let in (opened) it is worth more; but a narrow inlet leaves it
  empty at the peak, a wide one fills it before:
  {inlets} m lower. As much kept back upstream at that time: {same} m; all
  that Three Gorges can keep, 221.5·10⁸ m³: {more} m. Not how much room there is counts, but how much is empty on the
  day. To keep the levels of 1954, 400·10⁸ m³ would have had to be diverted in 1998; about 50 were. The 350 that
  lacked are the main cause of the levels of 1998; in 1954 itself 700 were diverted (effective volumes; two Academies,
  S75).""")


# %% What was lost: dikes and silt as separate edits, and capacities that belong to levels nobody printed
def show_curves(results: dict[str, Result]) -> None:
    oldest, today = results["lake_1825"].system, catalogue.load("dongting").hypsometry
    silt = Silt(water="dongting", volume=SILT + OLDER_SILT, below=FULL)
    edited = silt.apply(reclaimed(LAND["lake_1825"]).apply(oldest))["dongting"].hypsometry
    levels = np.arange(20.0, 37.0)
    assert np.abs(edited.storage(levels) - today.storage(levels)).max() < 0.002 * YI
    print("What was lost from 1949 to 1995: 126·10⁸ m³, split by the silt and by the level of the capacity of 1949")
    print(f"  ground of the 1 725 km² (m){'1949 at 32.5 m':>22}{'33.5 m':>10}{'34.5 m':>10}")
    for name, volume in (("1.07·10⁸ t a year, 1.4 t/m³:", SILT), ("bed 2 m higher (S70):", 52e8)):
        ground = (FULL - (126e8 + 4350e6 * (FULL - at) - volume) / 1725e6 for at in (32.5, 33.5, 34.5))
        print(f"    {name:<30}{volume / YI:3.0f}·10⁸ m³ " + "".join(f"{at:10.2f}" for at in ground))
    print("""  A metre in the level of 1949 is 43·10⁸ m³, a third of the loss; 33.5 and 34.40 m are printed for 1995.
  The lake of 1825 with all its dikes and silt is that of the catalogue again: an identity.""")


# %% Its mouth: what flows out is not a function of the lake's level
def show_mouth(results: dict[str, Result]) -> None:
    fall = results["lake_1995"].level["dongting"] - results["lake_1995"].level["yangtze"]
    stored = 0.22 * 2625e6 / 86400
    print(f"""The mouth of the lake, as reported: less runs out when it stands high, since the river stands high, too
  2019-07-17  32.65 m at Chenglingji  29 600 m³/s out  (MWR19)
  2016-07-14  33.13 m                 24 200 m³/s      (S37; with 32.99 m in the river the width is fitted to it)
  2020-07-21  34.46 m                 18 200 m³/s      (S59)
  2020-07-25  34.55 m                 20 000 m³/s      (HN0725)
  On 21 July 2020 16 000 m³/s came in and the lake rose 0.22 m a day, {stored:.0f} m³/s on 2 625 km²:
  {stored + 2200:.0f} were not gauged, or the lake was not level. A level pool does not know half of the outflow.
  In the model the lake stands at most {fall.max():.2f} m over the river: its level is nearly the river's.""")


# %% Local rain against the river's flood 内外洪遭遇: the river independent, as in a typical year, or rising with it
# The river answers, so its course is what comes down it. Typical: what it takes below at the mean level of the day, by
# the straight rating of the file, which is assumed, less 9 104 m³/s, the mean outflow of the lake (2 873·10⁸ m³ a year,
# S10). That level: the mean of many years at Chenglingji, less the 0.14 m by which Lianhuatang stood lower on 14 July
# 2016 (S37): 27.18 m on 3 June (Hunan Daily, 2024-06-04), 30.17 m on 4 July (25.39 m was 4.78 m less: Hunan,
# 2023-07-04), 29.43 m on 14 August (23.83 m was 5.6 m less: Hunan, August 2022), 24.45 m on 31 October (Hunan,
# 2023-10-31). The rise: what comes on 20 August in the flood of this lesson, 43 327 m³/s (fitted), less the typical
# 12 444 m³/s. Range: half of it, assumed.
MEANS = {"06-03": 27.18, "07-04": 30.17, "08-14": 29.43, "10-31": 24.45}


def show_encounter(results: dict[str, Result]) -> None:
    points = {day: 60000 + 7000 * (level - 0.14 - 34.4) - 9104 for day, level in MEANS.items()}
    usual, flood = Series.yearly(points, unit="m3/s"), results["lake_1995"].flood.changed(end="1998-09-05")
    found, half, before = (
        study.encounter(results[name].system, flood, "yangtze", usual, rise, water="dongting")
        for name, rise in (("lake_1995", 30883.0), ("lake_1995", 15441.0), ("lake_1949", 30883.0))
    )
    less = [to_5_cm(found.runs[name].peak - before.runs[name].peak) for name in ("independent", "typical", "with_it")]
    spread, older = to_5_cm(half.spread), to_5_cm(before.spread)
    print("Local rain against the river's flood 内外洪遭遇: the lake of 1995 under its own inflow, to 5 September")
    print(indent(str(found), "  "))
    print(f"""  With half the rise it is {spread} m, in the lake of 1949 {older} m. No gate is shut: a mouth stands
  open. The lake of 1949 is {", ".join(less)} m lower: it is the river that decides on the peak. The typical river
  is far below 34.4 m, for which its rating was assumed: so these are metres, no centimetres. Honghu, below, is pumped
  at every level of the river: there nothing lies between the three (lesson 2).""")


# %% Honghu: a lake that is emptied by pumps. The flood of 2020 and all its numbers are those of lesson 2
OTHERS = {
    "stations 10 % less": ('"116.5 m3/s"', '"104.85 m3/s"'),
    "10 % more": ('"116.5 m3/s"', '"128.15 m3/s"'),
    "rain even": ("11.12, 28.25, 14.73, 33.88, 13.70, 3.77, 5.52", "16.22, " * 6 + "5.52"),
}


@cache
def honghu_of_2020(old: str = "116.5", new: str = "116.5") -> scenario.Case:
    text = EXPERIMENT.with_name("02_winter_low_level.toml").read_text(encoding="utf-8")
    text = text.split("\n# A low winter, crossed")[0]
    edits = {old: new, "start = 2019-10-01\nend = 2020-10-01": "start = 2020-05-01\nend = 2020-08-06"}
    for there, instead in edits.items():
        assert there in text
        text = text.replace(there, instead)
    return scenario.read(text).cases[0]


def honghu_of_1950s(now: scenario.Case, ground: float = 24.0) -> tuple[System, Flood]:
    """The lake with 415.6 km² more, taken from the lowest of today's fields, and the fields without them."""
    fields, lake, small = (now.system[name] for name in ("fields", "honghu", "small_stations"))
    rest, _ = fields.hypsometry.enclosed(415.6e6, fields.hypsometry.bottom)
    part, rise = 1.0 - 415.6 / 5347.6, rest.bottom - fields.hypsometry.bottom
    land = Hypsometry(levels=(ground, ground + rise, 28.0), areas=(0.0, 415.6e6, 415.6e6))
    system = now.system.replaced(
        lake.changed(hypsometry=lake.hypsometry.joined(land)),
        fields.changed(hypsometry=rest, initial_level=rest.bottom),
        small.changed(capacity=part * small.capacity, start_level=rest.bottom),
    )
    less = {"fields.inflow": part * now.flood.series["fields.inflow"]}
    return system, now.flood.changed(series={**now.flood.series, **less})


def honghu_runs() -> dict[str, Result]:
    now = honghu_of_2020()
    system, flood = honghu_of_1950s(now)
    names = {"water": "honghu", "polder": "reclaimed", "title": "Reclaimed land", "title_zh": "围垦区"}
    land = Reclaim(**names, area=415.6e6, ground="shallowest", dike_crest=28.0, pumps=1150 * 415.6 / 5347.6)
    without = system.replaced(system["large_stations"].changed(capacity=1e-6))  # m³/s: as good as none
    return {
        "honghu_1950s": simulate(system, flood),
        "honghu_reclaimed": simulate(land.apply(system), flood),
        "honghu_2020": simulate(now.system, now.flood),
        "honghu_no_stations": simulate(without, flood),
    }


def show_honghu(results: dict[str, Result]) -> None:
    diked, now = results["honghu_reclaimed"], results["honghu_2020"]
    inside = (now.times >= np.datetime64("2020-06-08")) & (now.times < np.datetime64("2020-07-20T08"))
    print("Honghu, which in a flood only pumps empty: the flood of 2020 of lesson 2, reconstructed 重构")
    for name, result in results.items():
        area, top = result.system["honghu"].hypsometry.area(27.0) / 1e6, to_5_cm(peak(result, "honghu"))
        lifted = result.discharge["large_stations"][inside].sum() * 3600.0 / YI
        print(f"  {name:<20}{area:6.1f} km²{top:>8} m, {lifted:4.1f}·10⁸ m³ lifted to the river")
    assert np.array_equal(*(one.system["honghu"].hypsometry.area(np.arange(23.0, 29.0)) for one in (now, diked)))
    costs = {}
    for name, edit in {"as in lesson 2": (), **OTHERS}.items():
        case = honghu_of_2020(*edit)
        costs[name] = peak(simulate(case.system, case.flood), "honghu")
        costs[name] -= peak(simulate(*honghu_of_1950s(case)), "honghu")
    for ground in (23.4, 25.0):
        other = peak(simulate(*honghu_of_1950s(honghu_of_2020(), ground)), "honghu")
        costs[f"land from {ground} m"] = peak(now, "honghu") - other
    rise, told = peak(now, "honghu") - 24.5, [f"{name} {to_5_cm(cost)}" for name, cost in costs.items()]
    print(f"""  Reclaimed, the shallowest land first, it has today's area again at every level: an identity.
  What the dikes cost (m): {", ".join(told[:4])};
  {", ".join(told[4:])}. A bucket says {rise * (1 - 344.4 / 760):.1f} m: {rise:.1f} m on 344.4 km², spread over 760;
  but a larger lake rises later, and its stations lift less. The land has 2.6·10⁸ m³ of rain either way, in the lake
  or pumped into it: dikes make no water, they take the room. That counts, as no outflow grows with the level once
  all stations run, above 25.80 m: this lake remembers the whole flood. Without stations, as in the 1950s, it would
  stand over any dike; but then it was open to the river, which is not in the model. The flood is fitted (lesson 2).""")


# %% The whole lesson
def main() -> dict[str, Result]:
    results, honghu = LESSON.run(), honghu_runs()
    spread = {name: [lower(name, **inputs) for rows in INPUTS.values() for inputs in rows] for name in ALL}
    show_cases(results, spread)
    for show in (show_reasons, show_hayashi, show_curves, show_mouth, show_encounter, show_ranges):
        print()
        show(results)
    print()
    show_honghu(honghu)
    return results | honghu


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import labels, plot

    results, honghu = LESSON.run(), honghu_runs()
    plot.curve_change(reclaimed(1725e6).curve_changes(results["lake_1949"].system)["dongting"], lang=lang)
    plot.cross_section(honghu["honghu_reclaimed"], "honghu", lang=lang)
    with plot.style(lang):
        ax = plt.subplots(gridspec_kw={"right": 0.95})[1]
        for case in LESSON.cases:
            if case.name in ("lake_1949", "lake_1995", "opened", "less_water"):
                ax.plot(results[case.name].times, results[case.name].level["dongting"], label=case.called(lang))
        ax.set(ylabel=labels.axis("level", "m", lang), title=labels.called(LESSON, lang))
        ax.legend()
    plt.show()


# %% Three questions for a class (思考题)
# 1. Under which flood is the lake of 1949 worth half a metre? Change the length of the wave, and the level before it.
#    什么样的洪水下，1949 年的湖能降低半米？试改变洪水历时和起涨水位。
# 2. Who decides on the day when the polders are opened, who lives there, and what must be known of the next ten days?
#    由谁决定哪一天开垸进洪？垸里住着谁？对今后十天要知道什么？
# 3. Which number of a lake tells beforehand whether its area counts in a flood? Find it for a lake near you.
#    湖泊的哪一个数能事先告诉你面积在洪水中是否起作用？为你身边的湖求出这个数。
