"""A date axis without riddles: the day under each tick, and below it the month and year wherever they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, num2date
from matplotlib.ticker import Formatter

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TICK_ROOM = 62.0
"""Room for the text of a tick [points]."""

MOST_TICKS = 13


class DateFormatter(Formatter):
    """Dates in two rows: what distinguishes the ticks, and below it what many have in common, at its first tick.

    Written out here because `strftime` follows the language of the machine, and on some machines refuses hanzi.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, x: float, _pos: int | None = None) -> str:
        """The text of one tick."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The texts of all ticks of the axis."""
        times = [num2date(value) for value in values]  # type: ignore[no-untyped-call]
        if any((time.hour, time.minute, time.second) != (0, 0, 0) for time in times):
            parts = 3
        elif any(time.day != 1 for time in times):
            parts = 2
        elif any(time.month != 1 for time in times):
            parts = 1
        else:
            parts = 0
        commons = [(time.year, time.month, time.day)[:parts] for time in times]
        texts = [self._fine(time, parts) for time in times]
        for n, common in enumerate(commons):
            before = commons[n - 1] if n else ()
            crowded = n == 0 and common != commons[:2][-1]  # the next tick says it, and there is no room for both
            if common != before and not crowded:
                texts[n] += f"\n{self._common(common, with_year=n < 2 or common[0] != before[0])}"
        return texts

    def _fine(self, time: datetime, parts: int) -> str:
        chinese = self.lang == "zh"
        if parts == 3:
            return f"{time:%H:%M:%S}" if time.second else f"{time:%H:%M}"
        if parts == 2:
            return f"{time.day}日" if chinese else f"{time.day}"
        if parts == 1:
            return f"{time.month}月" if chinese else MONTHS[time.month - 1]
        return f"{time.year}"

    def _common(self, parts: tuple[int, ...], with_year: bool) -> str:
        """Year, month and day, as far as they are in `parts`."""
        if self.lang == "zh":
            texts = [f"{part}{sign}" for part, sign in zip(parts, "年月日", strict=False)]
            return "".join(texts if with_year else texts[1:])
        texts = [f"{parts[0]}"] if with_year else []
        texts += [MONTHS[part - 1] for part in parts[1:2]] + [f"{part}" for part in parts[2:]]
        return " ".join(reversed(texts))


def date_axis(ax: Axes, lang: str) -> None:
    """Give the x axis dates in language `lang`, as many as its width holds."""
    width = ax.bbox.width / ax.figure.dpi * 72.0
    most = min(max(int(width / TICK_ROOM), 3), MOST_TICKS)
    locator = AutoDateLocator(minticks=min(most, 4), maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(DateFormatter(lang))
