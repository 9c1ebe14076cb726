"""Studies: many runs of one system under one flood, and what they say together.

comparing    `compare`: cases with other measures, in one table
attribution  `attribute`: the change of a figure, split among the measures that make it
threshold    `threshold`: the smallest measure that keeps a lake at or under a level
trade_off    `trade_off`: a figure over a grid of two numbers of measures, and what one of them is worth in the other
encounter    `encounter`: the peak where the river is independent of the local flood, as is typical, or rises with it
order_of_use `order_of_use`: in which order and from which levels to use storages and pumps, against the best
ledger       `ledger`: figures of floods beside figures of drought, for each case
ranges       `ranges`: each figure over the plausible inputs, which `inputs` makes
base         what they share: a number that varies (`Vary`), the figure that is read, the runs
printing     how they print
"""

from .attribution import Attribution, attribute
from .base import Indicator, Running, Vary, peak_level
from .comparing import Comparison, compare
from .encounter import Encounter, Meeting, encounter
from .inputs import Input
from .ledger import Ledger, ledger
from .order_of_use import OrderOfUse, Use, order_of_use
from .ranges import Range, Ranges, ranges
from .threshold import Threshold, threshold
from .trade_off import ExchangeRate, Limit, TradeOff, trade_off

__all__ = [
    "Attribution",
    "Comparison",
    "Encounter",
    "ExchangeRate",
    "Indicator",
    "Input",
    "Ledger",
    "Limit",
    "Meeting",
    "OrderOfUse",
    "Range",
    "Ranges",
    "Running",
    "Threshold",
    "TradeOff",
    "Use",
    "Vary",
    "attribute",
    "compare",
    "encounter",
    "ledger",
    "order_of_use",
    "peak_level",
    "ranges",
    "threshold",
    "trade_off",
]
