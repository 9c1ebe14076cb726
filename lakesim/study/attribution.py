"""Which measure does how much: the change of a figure, split among the measures that make it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from ..floods import Flood
from ..labels import called, label, studied
from ..measures import Measure, apply_all, contradictions
from ..measures.base import faults_of, out_of_order
from ..waters import Lake, System
from .base import Figure, Indicator, Running, Variant, figure_of, run_all, several, start_of
from .printing import centimetres, columns


@dataclass(frozen=True, eq=False, repr=False)
class Attribution:
    """The change of a figure and the share that each measure has in it; printed as a table.

        Σ shares = total = after − before

    Parameters
    ----------
    figure : the figure and its lake
    before, after : the figure without the measures, and with all of them
    shares : what each measure adds, in the unit of the figure; negative where it lowers it
    alone : the change by a measure where it is the only one
    as_last : the change by a measure that comes after all others
    errors : standard error of each share where they are sampled; None where they are exact
    samples : number of orders that were drawn; None where they are exact
    runs : number of runs that were made
    numerical_error : the largest error of a level in these runs [m]
    reconstructed : whether inputs are reconstructed
    """

    figure: Figure
    before: float
    after: float
    shares: Mapping[str, float]
    alone: Mapping[str, float]
    as_last: Mapping[str, float]
    errors: Mapping[str, float] | None
    samples: int | None
    runs: int
    numerical_error: float
    reconstructed: bool

    @property
    def water(self) -> str:
        """Name of the lake."""
        return self.figure.water

    @property
    def total(self) -> float:
        """The change that all measures make together."""
        return self.after - self.before

    def told(self, lang: str) -> str:
        """The table in English (`"en"`) or Chinese (`"zh"`); changes of a level in centimetres."""
        change, unit = (centimetres, " (cm)") if self.figure.is_level else ("{:+.4g}".format, "")
        height = "{:.2f}" if self.figure.is_level else "{:.4g}"
        found = {"share": self.shares, "standard_error": self.errors, "alone": self.alone, "as_last": self.as_last}
        known = {key: changes for key, changes in found.items() if changes is not None}
        heads = ["", *(f"{studied(key, lang)}{unit}" for key in known)]
        lines = [[name, *(change(one[name] + 0.0) for one in known.values())] for name in self.shares]
        if self.errors is not None:
            lines = [[name, share, "±" + error[1:], *others] for name, share, error, *others in lines]
        lines.append([studied("total_change", lang), change(self.total + 0.0), *[""] * (len(known) - 1)])
        values = {key: height.format(value) for key, value in (("before", self.before), ("after", self.after))}
        values |= {"water": called(self.figure.lake, lang), "figure": self.figure.title(lang)}
        method = "exact_shares" if self.errors is None else "sampled_shares"
        told = [studied("change_of", lang, **values), columns([heads, *lines])]
        told.append(studied(method, lang, runs=self.runs, samples=self.samples))
        return "\n".join([*told, *([label("reconstructed", lang)] if self.reconstructed else [])])

    def __str__(self) -> str:
        return self.told("en")


def attribute(
    system: System | Lake,
    flood: Flood | None,
    measures: Measure | Sequence[Measure] | Mapping[str, Measure | Sequence[Measure]],
    *,
    water: str | None = None,
    indicator: Indicator | str | None = None,
    exact: bool | None = None,
    exact_up_to: int = 10,
    samples: int = 64,
    seed: int = 0,
    **running: Unpack[Running],
) -> Attribution:
    """Split the change of a figure among the measures that make it, by Shapley's value.

    What a measure changes depends on which others are there: pumps and a returned polder spare each other work. So each
    gets the mean of its effect over all orders in which the measures may come one after the other. Of n measures, with
    v(S) the figure of the run that has only those of the subset S::

        share(i) = Σ over S without i of  |S|! (n − |S| − 1)! / n! · [v(S and i) − v(S)]

    These shares, and no others, sum to the total, are 0 for what never changes anything, and equal for measures that
    do the same in any company. In each subset the measures are applied in the order given. Up to `exact_up_to` measures
    all 2ⁿ subsets are run. Beyond, orders are drawn at random, each with its reverse; the shares still sum to the
    total, and each has the standard error of the means of these pairs. It is exact without them all where measures
    matter to one another only two by two.

    Parameters
    ----------
    system, flood : as in `simulate`
    measures : the measures in their order; or by names of one's own, where several may stand under one name and come
        and go together, as in `{"winter": low, "land": [reclaim, give_back]}`
    water : name of the lake; the first one unless said
    indicator : a function of a result, or a key of `indicators.summary`; the peak level [m] unless said
    exact : True or False to choose; by default exact up to `exact_up_to` measures
    exact_up_to : most measures whose subsets are all run
    samples : how many orders are drawn, an even number from 4 on
    seed : of the random numbers; the same seed gives the same shares
    running : see `Running`

    Raises
    ------
    ValueError
        If there is no measure, two have one name, there are more than can be exact, a subset of them cannot be applied
        (with the names of those that need or contradict one another), or the indicator has no value in a run.

    Examples
    --------
    A pond of 1 km² gets 10 m³/s for a day. Either of two weirs spares it some of the rise, and each the other's work.

    >>> from lakesim import Hypsometry, Series, Weir
    >>> from lakesim.measures import SetRuleCurve
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> weirs = [Weir(name=name, head="pond", crest=1.2, width=4.0, opening=0.0) for name in ("east", "west")]
    >>> open_at = {name: SetRuleCurve(structure=name, target=1.3) for name in ("east", "west")}
    >>> flood = Flood(start="2020-07-01", end="2020-07-02")
    >>> print(attribute(System(waters=[pond], structures=weirs), flood, open_at))
    pond: Peak level (m), 1.86 before, 1.71 after
                  share (cm)  alone (cm)  added last (cm)
    east                -7.5        -8.4             -6.6
    west                -7.5        -8.4             -6.6
    total change       -15.0
    Shapley: the mean effect of each over all orders in which they may come, from 4 runs.
    """
    system, flood = start_of(system, flood, running)
    figure = figure_of(system, water, indicator)
    together = _together(measures)
    count = len(together)
    if exact is None:
        exact = count <= exact_up_to
    if exact and count > exact_up_to:
        raise ValueError(
            f"{count} measures have {2**count} subsets, and at most {exact_up_to} measures are to be exact; take fewer "
            "or put some together, raise exact_up_to, or let the shares be sampled (exact=False)"
        )
    if not exact and (samples < 4 or samples % 2):
        raise ValueError(f"the number of samples is {samples}; orders come in pairs, so give an even number from 4 on")
    orders = None if exact else _orders(count, samples, seed)
    whole = (1 << count) - 1
    wanted = set(range(whole + 1)) if orders is None else {0, *(s for order in orders for s in _growing(order))}
    wanted |= {1 << i for i in range(count)} | {whole ^ 1 << i for i in range(count)}
    subsets = _Subsets(system, together)
    faults = [fault for _, fault in contradictions([one for some in together.values() for one in some])]
    if faults := faults or subsets.faults(wanted):
        raise ValueError("\n".join(faults))

    variants = [Variant(subsets.called(subset), subsets.built(subset), flood) for subset in sorted(wanted)]
    readings = run_all(
        variants, lambda result: (figure(result), result.numerical_error, result.reconstructed), **running
    )
    value = {subset: reading[0] for subset, reading in zip(sorted(wanted), readings, strict=True)}
    if orders is None:
        shares, errors = [_share(i, count, value) for i in range(count)], None
    else:
        shares, errors = _sampled(orders, value)
    names = list(together)
    return Attribution(
        figure=figure,
        before=value[0],
        after=value[whole],
        shares=dict(zip(names, shares, strict=True)),
        alone={name: value[1 << i] - value[0] for i, name in enumerate(names)},
        as_last={name: value[whole] - value[whole ^ 1 << i] for i, name in enumerate(names)},
        errors=None if errors is None else dict(zip(names, errors, strict=True)),
        samples=None if orders is None else samples,
        runs=len(wanted),
        numerical_error=max(reading[1] for reading in readings),
        reconstructed=any(reading[2] for reading in readings),
    )


def _together(
    measures: Measure | Sequence[Measure] | Mapping[str, Measure | Sequence[Measure]],
) -> dict[str, tuple[Measure, ...]]:
    """The measures by name; those under one name come and go together."""
    if isinstance(measures, Mapping):
        together = {name: several(some) for name, some in measures.items()}
    else:
        together = _named(several(measures))
    if not together:
        raise ValueError("there is no measure to which a change could be attributed; give at least one")
    return together


def _named(measures: Sequence[Measure]) -> dict[str, tuple[Measure, ...]]:
    """Measures by the names that messages call them by."""
    names = [measure.name or measure.called for measure in measures]
    faults = [
        f"{names.count(name)} measures are called {name}; give each a name of its own, as in name = 'first'"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if faults:
        raise ValueError("\n".join(faults))
    return {name: (measure,) for name, measure in zip(names, measures, strict=True)}


class _Subsets:
    """The system with some of the measures; a subset is the sum of 2^i over the places i of its measures."""

    def __init__(self, system: System, together: Mapping[str, tuple[Measure, ...]]) -> None:
        self._names = list(together)
        self._measures = list(together.values())
        self._known: dict[int, System | str] = {0: system}

    def _look(self, subset: int) -> System | str:
        """The system with these measures; or, where they cannot be applied, why not."""
        if subset not in self._known:
            last = subset.bit_length() - 1
            before = self._look(subset ^ 1 << last)
            if isinstance(before, System):
                try:
                    before = apply_all(before, self._measures[last])
                except ValueError as fault:
                    before = "; ".join(faults_of(fault))
            self._known[subset] = before
        return self._known[subset]

    def built(self, subset: int) -> System:
        """The system with these measures."""
        found = self._look(subset)
        assert isinstance(found, System), "looked for faults before"
        return found

    def called(self, subset: int, between: str = " and ") -> str:
        """The names of the measures, as messages list them."""
        return between.join(name for i, name in enumerate(self._names) if subset >> i & 1) or "no measure"

    def faults(self, subsets: Iterable[int]) -> list[str]:
        """Why subsets cannot be applied, a sentence for each that holds no smaller one that cannot."""
        pairs = {1 << i | 1 << j for i in range(len(self._names)) for j in range(i)}
        found: list[int] = []
        for subset in sorted(pairs.union(subsets), key=int.bit_count):
            if isinstance(self._look(subset), str) and not any(one & subset == one for one in found):
                found.append(subset)
        return [self._why_not(subset) for subset in found]

    def _why_not(self, subset: int) -> str:
        names, why = self.called(subset), self._look(subset)
        if subset.bit_count() > 1:
            return (
                f"{names} cannot be applied together: {why}; leave one of them out, or put what belongs together under "
                "one name"
            )
        needed = self._needed(subset)
        if not needed:
            place = subset.bit_length() - 1
            later = [one for some in self._measures[place + 1 :] for one in some]
            known = (out_of_order(one, self.built(0), [], later) for one in self._measures[place])
            return f"{names} cannot be applied: {next(filter(None, known), why)}"
        others = self.called(needed)
        return (
            f"{names} cannot be applied without {others}: {why}; every subset is run, so put them together under one "
            f"name, as in {{'together': [{self.called(needed | subset, ', ')}]}}, or apply {others} to the system "
            "before"
        )

    def _needed(self, one: int) -> int:
        """The others without which a measure cannot be applied; none if they do not help."""
        company = (1 << len(self._names)) - 1
        if isinstance(self._look(company), str):
            return 0
        for i in range(len(self._names)):
            fewer = company & ~(1 << i)
            if fewer & one and isinstance(self._look(fewer), System):
                company = fewer
        return company ^ one


def _share(i: int, count: int, value: Mapping[int, float]) -> float:
    """The exact share of the measure at place i.

    The weights are fractions of whole numbers, and the sum is rounded once: equal effects give equal bits.
    """
    terms = []
    for subset, before in value.items():
        if not subset >> i & 1:
            size = subset.bit_count()
            weight = 1.0 / (count * math.comb(count - 1, size))
            terms.append(weight * (value[subset | 1 << i] - before))
    return math.fsum(terms)


def _orders(count: int, samples: int, seed: int) -> list[list[int]]:
    """Random orders, each followed by its reverse."""
    generator = np.random.default_rng(seed)
    drawn = [generator.permutation(count).tolist() for _ in range(samples // 2)]
    return [order for one in drawn for order in (one, one[::-1])]


def _growing(order: Sequence[int]) -> list[int]:
    """The subsets that come to be when measures are added in an order."""
    subsets: list[int] = []
    subset = 0
    for i in order:
        subset |= 1 << i
        subsets.append(subset)
    return subsets


def _sampled(orders: Sequence[Sequence[int]], value: Mapping[int, float]) -> tuple[list[float], list[float]]:
    """Mean effect of each measure over the orders, and its standard error from the means of pairs."""
    effect = np.zeros((len(orders), len(orders[0])))
    for row, order in zip(effect, orders, strict=True):
        before = value[0]
        for i, subset in zip(order, _growing(order), strict=True):
            row[i] = value[subset] - before
            before = value[subset]
    pairs = 0.5 * (effect[0::2] + effect[1::2])
    errors = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    return [math.fsum(column) / len(orders) for column in effect.T], errors.tolist()
