"""Figures: a result in, axes out; nothing here shows or saves.

`hydrograph` draws what happened in one water, `flood_budget` where the water went, `cross_section` the lake and its
polders at the peak; `schematic` draws the waters of a system at their elevations with the structures between them,
`storage_curve` the level–area–storage curve, `curve_change` what an edit did to it; of studies, `trade_off` draws a
figure over two numbers, `attribution` what each measure does. `style` sets the font and the sizes of all of them for
any other figure. matplotlib is loaded with this package and nowhere else.

The figures are made for a screen in a classroom: 16 × 9 inches, that is 1600 × 900 pixels. To keep one:
`axes = plot.hydrograph(result)`, then `axes[0].figure.savefig("honghu.png")`; whoever draws many
closes each with `matplotlib.pyplot.close(axes[0].figure)`.
"""

from __future__ import annotations

from .bars import attribution, flood_budget
from .cross_section import cross_section
from .curves import curve_change, storage_curve
from .hydrographs import hydrograph
from .look import style
from .schematic import schematic
from .trade_off import trade_off

__all__ = [
    "attribution",
    "cross_section",
    "curve_change",
    "flood_budget",
    "hydrograph",
    "schematic",
    "storage_curve",
    "style",
    "trade_off",
]
