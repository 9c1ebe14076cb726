"""Cases beside each other: the same flood, with other measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Unpack

from .. import indicators
from ..floods import Flood
from ..indicators import Value
from ..labels import called, label, studied
from ..measures import Measure
from ..measures.base import nearest
from ..result import Result
from ..waters import Lake, System
from .base import PEAK, Running, check_cases, figure_of, run_all, several, start_of, variants_of
from .printing import centimetres, columns


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """The cases of a comparison, printed as a table.

    Parameters
    ----------
    water : name of the lake that is compared
    results : by the name of the case, in the order given
    """

    water: str
    results: Mapping[str, Result]

    @cached_property
    def rows(self) -> list[dict[str, Value]]:
        """All indicators of the lake, a row per case, with its name as `case`; see `indicators.summary`."""
        return [{"case": name, **indicators.summary(result, self.water)} for name, result in self.results.items()]

    def difference(self, case: str, to: str, key: str = PEAK) -> float:
        """By how much an indicator of a case is larger than that of another one, in its unit.

        Raises
        ------
        ValueError
            If there is no such case or indicator, or the indicator is no number in one of them.

        Examples
        --------
        A pond of 1 km² that gets 10 m³/s for a day rises by 0.864 m; pumps of 5 m³/s halve that.

        >>> from lakesim import AddPumps, Hypsometry, Series
        >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
        ...             inflow=Series.constant("10 m3/s", "m3/s"))
        >>> pumps = AddPumps(water="pond", structure="pumps", capacity=5.0, start=0.9, stop=0.8)
        >>> flood = Flood(start="2020-07-01", end="2020-07-02")
        >>> compare(pond, flood, {"today": [], "pumps": pumps}).difference("pumps", to="today")
        -0.432
        """
        rows = {str(row["case"]): row for row in self.rows}
        for name in (case, to):
            if name not in rows:
                raise ValueError(f"there is no case {name!r}; {nearest(name, rows)}")
            if key not in rows[name]:
                raise ValueError(f"there is no indicator {key!r}; {nearest(key, rows[name])}")
        value, other = rows[case][key], rows[to][key]
        if not isinstance(value, float | int) or not isinstance(other, float | int):
            raise ValueError(
                f"the indicator {key!r} is {value!r} in {case!r} and {other!r} in {to!r}, and two numbers are needed; "
                "take another indicator"
            )
        return float(value - other)

    def told(self, lang: str) -> str:
        """The table in English (`"en"`) or Chinese (`"zh"`); changes are those against the first case."""
        first = next(iter(self.results))
        forms = {
            "peak_level_m": "{:.2f}",
            "peak_time": "{:.10}",
            "hours_above_warning": "{:.1f}",
            "hours_above_guarantee": "{:.1f}",
            "lockout_hours": "{:.1f}",
            "low_water_days": "{:.1f}",
            "refill_date": "{}",
        }
        known = [key for key in forms if any(row[key] is not None for row in self.rows)]
        heads = [label("case", lang), *(label(key, lang) for key in known)]
        heads += [studied("change_cm", lang), studied("error_cm", lang)]
        lines = []
        for name, row in zip(self.results, self.rows, strict=True):
            cells = ["–" if row[key] is None else forms[key].format(row[key]) for key in known]
            change, error = self.difference(name, first), self.results[name].numerical_error
            lines.append([name, *cells, centimetres(change), f"{round(100.0 * error, 9):.2g}"])
        told = [called(self.results[first].system[self.water], lang), columns([heads, *lines])]
        if any(result.reconstructed for result in self.results.values()):
            told.append(label("reconstructed", lang))
        return "\n".join(told)

    def __str__(self) -> str:
        return self.told("en")


def compare(
    system: System | Lake,
    flood: Flood | None,
    cases: Mapping[str, Measure | Sequence[Measure]],
    water: str | None = None,
    **running: Unpack[Running],
) -> Comparison:
    """Simulate a system under one flood with other measures in each case.

    Parameters
    ----------
    system, flood : as in `simulate`
    cases : measures by the name of the case; none of them (`[]`) is the system as it is
    water : name of the lake that is compared; the first one unless said
    running : see `Running`

    Raises
    ------
    ValueError
        If there is no case, no such lake, or measures cannot be applied: with the faults of all cases.

    Examples
    --------
    A pond of 1 km² that gets 10 m³/s for a day, its weir shut or open.

    >>> from lakesim import Hypsometry, OpenGates, Series, Weir
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> weir = Weir(name="weir", head="pond", crest=1.5, width=20.0, opening=0.0)
    >>> comparison = compare(System(waters=[pond], structures=[weir]), Flood(start="2020-07-01", end="2020-07-02"),
    ...                      {"shut": [], "open": OpenGates(water="pond")})
    >>> print(comparison)
    pond
    Case  Peak level (m)  Time of peak  Change of the peak (cm)  Error (cm)
    shut            1.86    2020-07-02                     +0.0           0
    open            1.78    2020-07-02                     -8.5     0.00099
    """
    system, flood = start_of(system, flood, running)
    check_cases(cases)
    if not cases:
        raise ValueError("there is no case to compare; give at least one, such as {'today': []}")
    figure = figure_of(system, water)
    variants = variants_of(system, flood, ((name, several(measures)) for name, measures in cases.items()))
    results = run_all(variants, lambda result: result, **running)
    return Comparison(figure.water, dict(zip(cases, results, strict=True)))
