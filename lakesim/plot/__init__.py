"""Figures: a result in, axes out; nothing here shows or saves.

`hydrograph` draws what happened in one water, `storage_curve` its level–area–storage curve, and `style` sets the
font and the sizes of both for any other figure. matplotlib is loaded with this package and nowhere else.

The figures are made for a screen in a classroom: 16 × 9 inches, that is 1600 × 900 pixels. To keep one:
`axes = plot.hydrograph(result)`, then `axes[0].figure.savefig("honghu.png")`; whoever draws many
closes each with `matplotlib.pyplot.close(axes[0].figure)`.
"""

from __future__ import annotations

from .curves import storage_curve
from .hydrographs import hydrograph
from .look import style

__all__ = ["hydrograph", "storage_curve", "style"]
