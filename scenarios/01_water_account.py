"""Lesson 1: a lake is a bank account.

Is there more to a lake in a flood than deposits, withdrawals and a balance?
湖泊在一场洪水里，除了收入、支出和结余，还有什么？

The lake is Folsom Reservoir above Sacramento, California. Its operator writes down every day what came in, what was
let out, what evaporated and what was there in the evening. On New Year's Day of 1997 it met the largest flood of the
record. The experiment itself, waters and cases, is in `01_water_account.toml`, which is a page to read.
"""

# %% The experiment is data; running it takes a line
from pathlib import Path

import numpy as np

from lakesim import Flood, Result, Series, catalogue, indicators, scenario, simulate
from lakesim.units import to_si

FILE = Path(__file__).with_suffix(".toml")
RECORD = catalogue.record("folsom_daily")
TAF = to_si("1 TAF", "m3")  # the operator counts in thousands of acre-feet
MILLION = 1e6  # m³, 百万立方米


# %% The account of one year: the balance follows from what came in and what went out
def show_account(result: Result) -> None:
    account = result.account["folsom"]
    print("Water year 1997, in 10⁶ m³")
    print(f"  there on 1 October 1996    {account.initial_storage / MILLION:8.1f}")
    for term, volume in account.volumes.items():
        print(f"  {term:<27}{volume / MILLION:+8.1f}")
    print(f"  there on 1 October 1997    {account.final_storage / MILLION:8.1f}")
    assert account.residual_relative < 1e-12
    print("  The account closes to a part in 10¹² of what moved.")


# %% Is it true? The operator's own storage is the other side of the account
# Careful: nobody measures what flows into a large lake. The operator computes the inflow of the day from outflow,
# evaporation and the change of storage. So this comparison is an identity 恒等: it shows that the books are kept right
# (and so are ours), and nothing about whether a model can foretell a flood.
def show_difference(result: Result, period: str) -> None:
    # The storage of a day is that of its evening, when the next day begins.
    recorded = Series.from_csv(RECORD, "storage [TAF]", unit="TAF", si_unit="m3", kind="instants").shifted("1 d")
    daily = result.times.astype("datetime64[D]") == result.times
    evenings = np.flatnonzero(daily)[1:]
    apart = (result.storage["folsom"][evenings] - recorded.at(result.times[evenings])) / TAF
    print(
        f"  {period}: {np.sqrt(np.mean(apart**2)):.1f} TAF apart (root mean square), "
        f"{np.abs(apart).max():.1f} at most, {apart[-1]:+.1f} at the end"
    )


# %% Twenty years on end, from Python: nothing is corrected on the way
def twenty_years() -> Result:
    def of_the_day(term: str) -> Series:
        return Series.from_csv(RECORD, f"{term} [TAF/d]", unit="TAF/d", si_unit="m3/s", kind="means", name=term)

    terms = {term: of_the_day(term) for term in ("inflow", "outflow", "evaporation")}
    folsom = catalogue.load("folsom").changed(**terms)
    return simulate(folsom, Flood(start="1996-10-01", end="2016-10-01", output_step="1 d"))


# %% The same flood with nothing let out: the account has no upper limit, but the dam has
# Above its crest the lake's curve is only continued, so the level there is no forecast: in truth the dam is overtopped.
def show_gates_shut(result: Result) -> None:
    (lake,) = result.system.lakes
    assert lake.dike_crest is not None
    level = result.level["folsom"]
    passed = result.times[np.argmax(level > lake.dike_crest)]
    room = indicators.flood_storage(lake, lake.initial_level, lake.dike_crest)
    print("The flood with the dam's gates shut, from the morning of 26 December")
    print(f"  The lake at {lake.initial_level:.2f} m had room for {room / MILLION:.0f}·10⁶ m³ up to the crest,")
    print(f"  and in {len(level) // 24} days came {result.account['folsom'].volumes['inflow'] / MILLION:.0f}·10⁶ m³.")
    print(
        f"  It passes the crest of the dam, {lake.dike_crest:.2f} m, in the hour before {passed.astype(object):%d %B %H:%M}."
    )
    print(
        f"  The account then goes on to {level[-1]:.0f} m, {level[-1] - lake.hypsometry.top:.0f} m beyond the end of the curve:"
    )
    print("  a number that means no more than that the dam is overtopped.")


# %% What a lake does by itself, and what an operator adds
# The outflow of a lake with a plain weir peaks where it meets the falling inflow: while more comes than goes, the lake
# rises, and with it what it sends down. The lower the lake is before the flood, the more it takes off the peak.
def show_comparison(results: dict[str, Result]) -> None:
    flood_begins = np.datetime64("1996-12-26")
    print("The flood of New Year             before    peak       day   in m³/s  out m³/s  less by   lag")
    for name in ("as_recorded", "plain_weir"):
        result = results[name]
        row = indicators.summary(result)
        before = result.level["folsom"][result.times == flood_begins][0]
        print(
            f"  {name:<30}{before:6.1f} m {row['peak_level_m']:6.1f} m {str(row['peak_time'])[5:10]:>9}"
            f"{row['peak_inflow_m3_s']:9.0f} {row['peak_outflow_m3_s']:9.0f} {row['peak_attenuation']:8.0%} "
            f"{row['peak_lag_hours']:3.0f} h"
        )
    print("  The inflow is known as means of days, and so is the lag. The river below can take 3256 m³/s for long.")


# %% The whole lesson
def main() -> dict[str, Result]:
    results = scenario.read(FILE).run()
    show_account(results["as_recorded"])
    print()
    results["twenty_years"] = twenty_years()
    print("Against the storage that the operator recorded (an identity 恒等: the inflow is computed from it)")
    show_difference(results["as_recorded"], "one year    ")
    show_difference(results["twenty_years"], "twenty years")
    print()
    show_gates_shut(results["gates_shut"])
    print()
    show_comparison(results)
    return results


if __name__ == "__main__":
    main()

# %% Three questions for a class 思考题
# 1. The operator computes the inflow so that the account closes. Where has a mistake in the evaporation gone, then, and
#    what would have to be measured to find it?
#    入流由水量平衡反推。蒸发若算错，误差藏在哪里？要测什么才能发现？
# 2. The operator held the outflow below what the river can take, the weir did not. What did the operator need to know,
#    and when, to do better than a wall with a notch? What would happen if the forecast were wrong?
#    调度比一道堰好在哪里？需要提前知道什么？预报错了会怎样？
# 3. Lower the sill of the weir by 5 m in the .toml, or halve its width, and run again. Which of the two makes the next
#    flood safer, and who pays for it in a dry summer?
#    把堰顶降低 5 m，或把堰宽减半，再算一次：哪一种更防洪？枯水的夏天由谁承担代价？


# %% To see it, call draw() (it needs a screen); lang="zh" draws it in Chinese
def draw(lang: str = "en") -> None:
    import matplotlib.pyplot as plt

    from lakesim import plot

    for case in scenario.read(FILE).run().values():
        plot.hydrograph(case, lang=lang)
    plt.show()
