"""W1, or W4 with 50 lakes, in EPA SWMM: what lakesim is timed against.

It runs in an environment of its own that has `pyswmm`:

    python swmm_w1.py REPORT.json ROUTING_STEP_SECONDS REPETITIONS LAKES < inflow

reads the hourly inflow from its standard input, a number a line [m3/s], and writes to REPORT.json the seconds of each
run and the level of the first lake at every hour after the first [m].
"""

import datetime as dt
import json
import sys
import tempfile
import time
from pathlib import Path

LEVEL = range(19, 28)
AREA_KM2 = (50, 120, 200, 270, 310, 330, 344, 350, 355)


def model(step: int, inflow: list[float], lakes: int) -> str:
    """The input file: the lakes in a chain, both outlets of each going to the next."""
    start = dt.datetime(2021, 1, 1)
    end = start + dt.timedelta(hours=len(inflow) - 1)

    def below(lake: int, outfall: str) -> str:
        return f"L{lake + 1}" if lake + 1 < lakes else outfall

    chain = range(lakes)
    text = [
        *("[OPTIONS]", "FLOW_UNITS CMS", "FLOW_ROUTING DYNWAVE", "LINK_OFFSETS DEPTH", "IGNORE_RAINFALL YES"),
        *("IGNORE_QUALITY YES", f"START_DATE {start:%m/%d/%Y}", "START_TIME 00:00:00"),
        *(f"REPORT_START_DATE {start:%m/%d/%Y}", "REPORT_START_TIME 00:00:00", f"END_DATE {end:%m/%d/%Y}"),
        *(f"END_TIME {end:%H:%M:%S}", "REPORT_STEP 01:00:00", "WET_STEP 01:00:00", "DRY_STEP 01:00:00"),
        *(f"ROUTING_STEP {step}", "VARIABLE_STEP 0", "MINIMUM_STEP 0.5", "INERTIAL_DAMPING NONE", "MAX_TRIALS 20"),
        *("HEAD_TOLERANCE 0.0000001", "THREADS 1"),
        *("[STORAGE]", *(f"L{i} 19 10 4.5 TABULAR AV 0 0" for i in chain)),
        *("[OUTFALLS]", "OW 0 FREE NO", "OP 0 FREE NO"),
        *("[WEIRS]", *(f"W{i} L{i} {below(i, 'OW')} TRANSVERSE 5.0 1.7 NO 0 0 YES" for i in chain)),
        *("[PUMPS]", *(f"P{i} L{i} {below(i, 'OP')} PC ON 0 0" for i in chain)),
        *("[XSECTIONS]", *(f"W{i} RECT_OPEN 5 40 0 0" for i in chain), "[CURVES]"),
    ]
    for i, (level, area) in enumerate(zip(LEVEL, AREA_KM2, strict=True)):
        text.append(f"AV {'Storage' if i == 0 else ''} {level - 19} {area * 1e6:.10g}")
    text += ["AV 20 355000000", "PC Pump4 0 0", "PC 5.4 0", "PC 5.5 150", "PC 20 150"]
    text += ["[INFLOWS]", "L0 FLOW Q FLOW 1.0 1.0 0", "[TIMESERIES]"]
    text += [f"Q {start + dt.timedelta(hours=hour):%m/%d/%Y %H}:00 {q:.8f}" for hour, q in enumerate(inflow)]
    return "\n".join([*text, "[REPORT]", "INPUT NO", "NODES ALL", "LINKS NONE", ""])


def main() -> None:
    """Run the model as the command line says."""
    from swmm.toolkit import output, shared_enum, solver

    report, step, repetitions, lakes = sys.argv[1], *map(int, sys.argv[2:5])
    inflow = [float(line) for line in sys.stdin]
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, f"w1.{kind}")) for kind in ("inp", "rpt", "out")]
        Path(files[0]).write_text(model(step, inflow, lakes), encoding="utf-8")
        seconds = []
        for _ in range(repetitions):
            began = time.perf_counter()
            solver.swmm_run(*files)
            seconds.append(time.perf_counter() - began)
        handle = output.init()
        output.open(handle, files[2])
        count = output.get_times(handle, shared_enum.Time.NUM_PERIODS)
        depth = output.get_node_series(handle, 0, shared_enum.NodeAttribute.INVERT_DEPTH, 0, count - 1)
        output.close(handle)
    Path(report).write_text(json.dumps({"seconds": seconds, "level": [19.0 + d for d in depth]}), encoding="utf-8")


if __name__ == "__main__":
    main()
