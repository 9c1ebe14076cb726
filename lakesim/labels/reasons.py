"""Why something happened, as a code that the balance writes and `sentences` puts into words."""

REASONS = (
    "ran_dry",
    "refilled",
    "above_curve",
    "back_on_curve",
    "locked_out",
    "unlocked",
    "over_dike",
    "under_dike",
    "started",
    "stopped",
    "shut",
    "let_go",
    "opened",
    "fully_open",
    "partly_open",
    "closed",
    "limited",
    "unlimited",
    "set",
    "overruled",
    "runs_over",
    "runs_over_no_more",
)
"""What the codes are called, in their order."""

RAN_DRY, REFILLED, ABOVE_CURVE, BACK_ON_CURVE, LOCKED_OUT, UNLOCKED, OVER_DIKE, UNDER_DIKE = range(8)
STARTED, STOPPED, SHUT, LET_GO, OPENED, FULLY_OPEN, PARTLY_OPEN, CLOSED = range(8, 16)
LIMITED, UNLIMITED, SET, OVERRULED, RUNS_OVER, RUNS_OVER_NO_MORE = range(16, 22)
"""Reason codes of events: the keys of `SENTENCES`."""
