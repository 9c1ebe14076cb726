"""Lesson 1: a lake is a bank account.

Is there more to a lake in a flood than deposits, withdrawals and a balance?
湖泊在一场洪水里，除了收入、支出和结余，还有什么？

The lake is Folsom Reservoir above Sacramento, California. Its operator writes down every day what came in, what was
let out, what evaporated and what was there in the evening. On New Year's Day of 1997 it met the largest flood of the
record. The experiment itself, lake and cases, is in `01_water_account.toml`, a page to read.
"""

# %% The experiment is data; running it takes a line, in main() below
from pathlib import Path

import numpy as np

from lakesim import Flood, Result, Series, catalogue, indicators, scenario, simulate
from lakesim.labels import moment
from lakesim.units import to_si

EXPERIMENT = Path(__file__).with_suffix(".toml")
RECORD = catalogue.record("folsom_daily")
TAF = to_si("1 TAF", "m3")  # the operator counts in thousands of acre-feet
MILLION = 1e6  # m³
FLOOD_BEGINS = np.datetime64("1996-12-26")


# %% The account of a year: the balance follows from what came in and what went out
def show_account(result: Result) -> None:
    account = result.account["folsom"]
    print("Water year 1997, in 10⁶ m³")
    print(f"  there on 1 October 1996 {account.initial_storage / MILLION:10.1f}")
    for term, volume in account.volumes.items():
        print(f"  {term:<24}{volume / MILLION:+10.1f}")
    print(f"  there on 1 October 1997 {account.final_storage / MILLION:10.1f}")
    assert account.residual_relative < 1e-12
    print("  It closes to a part in 10¹² of what moved.")


# %% Is it true? The storage that the operator wrote down is the other side of the account
# Careful: nobody measures all that flows into a large lake. The operator computes the inflow of a day from outflow,
# evaporation and the change of storage. So this comparison is an identity (恒等): it shows that the books are well
# kept, the operator's and ours, and nothing about whether a model can foretell a flood.
def show_difference(result: Result, period: str) -> None:
    # The storage of a day is that of its evening, when the next day begins.
    recorded = Series.from_csv(RECORD, "storage [TAF]", unit="TAF", si_unit="m3", kind="instants").shifted("1 d")
    evenings = np.flatnonzero(result.times == result.times.astype("datetime64[D]"))[1:]
    apart = (result.storage["folsom"][evenings] - recorded.at(result.times[evenings])) / TAF
    print(
        f"  {period:<13} {np.sqrt(np.mean(apart**2)):.1f} TAF apart (root mean square), "
        f"{np.abs(apart).max():.1f} at most, {apart[-1]:+.1f} at the end"
    )


# %% Twenty years on end, from Python: nothing is put right on the way
def twenty_years() -> Result:
    def of_the_day(term: str) -> Series:
        return Series.from_csv(RECORD, f"{term} [TAF/d]", unit="TAF/d", si_unit="m3/s", kind="means")

    terms = {term: of_the_day(term) for term in ("inflow", "outflow", "evaporation")}
    folsom = catalogue.load("folsom").changed(**terms)
    return simulate(folsom, Flood(start="1996-10-01", end="2016-10-01", output_step="1 d"))


# %% The flood with nothing let out: an account has no upper limit, but a dam has
# The curve of the lake ends at the crest of the dam. Above it the curve is only continued, and the level no forecast.
def show_gates_shut(result: Result) -> None:
    (lake,) = result.system.lakes
    level, crest = result.level["folsom"], lake.dike_crest
    room = indicators.flood_storage(lake, lake.initial_level, crest)
    came = result.account["folsom"].volumes["inflow"]
    last, above = result.times[level <= crest][-1], level[-1] - lake.hypsometry.top
    print(f"The flood with the dam's gates shut, {moment(result.times[0])} to {moment(result.times[-1])}")
    print(
        f"  At {lake.initial_level:.2f} m the lake had room for {room / MILLION:.0f}·10⁶ m³ below the crest of the dam,"
    )
    print(f"  {crest:.2f} m, and {came / MILLION:.0f}·10⁶ m³ came. It passes the crest soon after {moment(last)},")
    print(f"  and the account goes on to {level[-1]:.0f} m. That is {above:.0f} m beyond the end of the curve,")
    print("  and says no more than that the dam is overtopped.")


# %% What a lake does by itself, and what an operator adds
# Through a plain weir the outflow peaks where it meets the falling inflow: as long as more comes than goes the lake
# rises, and what it sends down rises with it. The operator has two things that the weir has not: a lake that was drawn
# down before the flood, and gates that held the outflow at what the river below can take while the lake rose.
def show_comparison(results: dict[str, Result]) -> None:
    print("The flood as it was, and through a plain weir")
    print(f"  {'':<13}{'before':>9}{'peak':>9}{'to crest':>10}{'inflow':>12}{'outflow':>12}{'less by':>9}{'lag':>6}")
    before = {}
    for name in ("as_recorded", "plain_weir"):
        row = indicators.summary(results[name])
        before[name] = results[name].level["folsom"][results[name].times == FLOOD_BEGINS].item()
        print(
            f"  {name:<13}{before[name]:7.1f} m{row['peak_level_m']:7.1f} m{row['freeboard_m']:8.1f} m"
            f"{row['peak_inflow_m3_s']:7.0f} m³/s{row['peak_outflow_m3_s']:7.0f} m³/s"
            f"{row['peak_attenuation']:9.0%}{row['peak_lag_hours']:4.0f} h"
        )
    print("  Inflow and outflow are recorded as means of days, so the lag is known to a day. The river below can take")
    print("  3256 m³/s for long: the operator kept to it in the mean of the day, the weir does not. But the weir also")
    higher = before["plain_weir"] - before["as_recorded"]
    print(f"  meets the flood {higher:.1f} m higher: two ways to run a year are compared, not only two outlets.")


# %% The whole lesson
def main() -> dict[str, Result]:
    results = scenario.read(EXPERIMENT).run() | {"twenty_years": twenty_years()}
    show_account(results["as_recorded"])
    print("\nAgainst the storage on record: an identity (恒等), since the inflow is computed from it")
    show_difference(results["as_recorded"], "one year")
    show_difference(results["twenty_years"], "twenty years")
    print()
    show_gates_shut(results["gates_shut"])
    print()
    show_comparison(results)
    return results


if __name__ == "__main__":
    main()


# %% To see it, call draw(), or draw("zh") for Chinese figures; it needs a screen
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import plot

    experiment = scenario.read(EXPERIMENT)
    results = experiment.run()
    for case in experiment.cases:
        plot.hydrograph(results[case.name], lang=lang, title=case.called(lang))
    plt.show()


# %% Three questions for a class (思考题)
# 1. The operator computes the inflow so that the account closes. If the evaporation is wrong, where does the mistake
#    hide? What would have to be measured to find it?
#    入流由水量平衡反推。蒸发若算错，误差藏在哪里？要测什么才能发现？
# 2. What did the operator have to know, and when, to do better than a wall with a notch in it? What if the forecast
#    had been wrong?
#    调度怎样做得比一道堰好？需要提前知道什么？预报错了会怎样？
# 3. In the .toml, lower the sill of the weir by 5 m, or halve its width, and run again. Which of the two is safer for
#    the dam, and which for the city below? Who pays for it in a dry summer?
#    把堰顶降低 5 m，或把堰宽减半，再算一次：哪一种对大坝安全，哪一种对下游城市安全？枯水的夏天由谁承担代价？
