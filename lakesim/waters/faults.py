"""What is wrong with waters, structures and rules that are sound one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from ..rules import (
    Dwell,
    InTurn,
    JointRule,
    PreRelease,
    Ramp,
    Rule,
    RuleCurve,
    SafeDischarge,
    Schedule,
    ShutOff,
    StartStop,
    restricts,
)
from ..rules.base import day_of
from ..structures import Pump, Structure
from .bodies import LAKE_SERIES, Lake, River, Water


def faults_together(
    waters: Sequence[Water], structures: Sequence[Structure], rules: Sequence[Rule]
) -> Iterator[tuple[Structure | Rule, str]]:
    """Find what is wrong with waters, structures and rules that are sound one by one: which of them, and a sentence."""
    known = {water.name: water for water in waters}
    moved = {structure.name: structure for structure in structures}
    of: dict[str, list[Rule]] = {name: [] for name in moved}
    for rule in rules:
        of.setdefault(rule.structure, []).append(rule)
    for structure in structures:
        yield from ((structure, fault) for fault in _misplaced(structure, known))
        endless = isinstance(structure, Pump) and structure.start_level is None and structure.opening > 0.0
        if endless and not any(isinstance(rule, StartStop | Schedule | RuleCurve) for rule in of[structure.name]):
            yield (
                structure,
                "has no start level and no rule that opens it, and would run day and night; give start_level, or a "
                "start_stop, schedule or rule_curve",
            )
    for rules_of_one in of.values():
        yield from _of_one_rank(rules_of_one)
        yield from _too_late(rules_of_one)
    for rule in rules:
        if rule.structure in moved:
            yield from ((rule, fault) for fault in _in_vain(rule, moved[rule.structure], structures, known))
        if isinstance(rule, PreRelease) and rule.structure in moved and moved[rule.structure].opening == 1.0:
            yield from ((rule, fault) for fault in _open_anyway(rule, of[rule.structure], moved))
    yield from _circles([rule for rule in rules if isinstance(rule, SafeDischarge)], NOT_BESIDE)
    turns = [rule for rule in rules if isinstance(rule, InTurn)]
    yield from _circles(turns, NO_FIRST)
    for turn in turns:
        yield from ((turn, fault) for fault in _never_restricted(turn, of, moved))
    yield from _twice_released([rule for rule in rules if isinstance(rule, PreRelease)], moved)


NOT_BESIDE = (
    "count one another beside them: each would take what the others have just left, too much at one look and too "
    "little at the next; leave each out of the others' beside, and give each a share"
)
NO_FIRST = "come after one another, and none would be the first; leave one of them out of the others' after"


def _circles(rules: Sequence[JointRule], fault: str) -> Iterator[tuple[Rule, str]]:
    """Structures whose rules of one type look at one another, directly or round a circle, at the first of each."""
    looks = {rule.structure: set[str]() for rule in rules}
    for rule in rules:
        looks[rule.structure].update(name for name in rule.others if name in looks and name != rule.structure)
    found = set[str]()
    for rule in rules:
        circle = [name for name in looks if name in _reached(rule.structure, looks)]
        circle = [name for name in circle if rule.structure in _reached(name, looks)]
        if circle and rule.structure not in found:
            found.update(circle)
            yield rule, f"the {rule.type} rules of {', '.join(map(repr, circle))} {fault}"


def _reached(name: str, looks: Mapping[str, set[str]]) -> set[str]:
    """The structures that the rules of one look at, or those of one that they look at."""
    ahead, reached = list(looks[name]), set[str]()
    while ahead:
        one = ahead.pop()
        if one not in reached:
            reached.add(one)
            ahead += looks[one]
    return reached


def _never_restricted(
    turn: InTurn, of: Mapping[str, Sequence[Rule]], structures: Mapping[str, Structure]
) -> Iterator[str]:
    """What an order of use waits for in vain: that a structure is restricted which no rule holds so far."""
    for one in turn.after:
        if one.restricted_to is None or one.name not in structures:
            continue
        limits = [rule for rule in of[one.name] if restricts(rule, structures[one.name])]
        if not any(not isinstance(rule, ShutOff) or rule.opening <= one.restricted_to for rule in limits):
            yield (
                f"the in_turn of {turn.structure!r} waits until {one.name!r} is restricted to {one.restricted_to:g}, "
                "and no rule of it does that; give it a shut_off, though not one below a level of its own head, which "
                "is want of water, or leave it out of after"
            )


def _open_anyway(release: PreRelease, rules: Sequence[Rule], structures: Mapping[str, Structure]) -> Iterator[str]:
    """That a pre-release opens what stands fully open anyway; a limit it lifts only where that ranks behind."""
    structure = structures[release.structure]
    if not any(
        isinstance(rule, StartStop | Schedule | RuleCurve)
        or (restricts(rule, structure) and rule.place > release.place)
        for rule in rules
    ):
        yield (
            f"the pre_release of {release.structure!r} does nothing, since that is fully open anyway and nothing else "
            "shuts it; give it opening = 0, or a rule that shuts it, such as a start_stop"
        )


def _twice_released(rules: Sequence[PreRelease], moved: Mapping[str, Structure]) -> Iterator[tuple[Rule, str]]:
    """Pre-releases of one lake by several structures, at the later ones."""
    first: dict[str | None, PreRelease] = {}
    for rule in rules:
        if rule.structure not in moved:
            continue
        lake = rule.watched(moved[rule.structure])
        before = first.setdefault(lake, rule).structure
        if before != rule.structure:
            yield (
                rule,
                f"the pre_release of {rule.structure!r} makes room in {lake!r}, and so does that of {before!r}: each "
                "would let out all that the forecast finds no room for; give one of them another rule",
            )


def _too_late(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str]]:
    """Ramps and dwell times behind what they should slow down, so that they never act; of one structure."""
    for slow in (rule for rule in rules if isinstance(rule, Ramp | Dwell)):
        for rule in rules:
            if isinstance(rule, StartStop | Schedule | RuleCurve) and rule.place < slow.place:
                yield (
                    slow,
                    f"the {slow.type} of {slow.structure!r} has the rank {slow.place}, behind the {rule.type} "
                    f"({rule.place}), and so never slows it; give it a better rank",
                )


def _misplaced(structure: Structure, waters: Mapping[str, Water]) -> Iterator[str]:
    """Faults of a structure at this place in the system."""
    ends = [waters.get(structure.head), waters.get(structure.tail or "")]
    if all(isinstance(end, River) for end in ends):
        yield "joins two rivers, whose levels are both given; join at least one lake"
    if isinstance(ends[0], River) and structure.tail is None:
        yield "takes water from a river out of the system; name the lake it leads to as tail"
    if structure.name in (*LAKE_SERIES, "shortfall"):
        yield "is an entry of the water accounts as well; give the structure another name"
    head, tail = ends
    if head and tail and head.datum and tail.datum and head.datum != tail.datum:
        yield (
            f"joins levels above {' and '.join(sorted((head.datum, tail.datum)))}; bring both to one datum, since a "
            f"difference of datum drives water that is not there: write into the table of {tail.name!r} how much its "
            f'levels rise by, to_datum = {{ datum = "{head.datum}", offset = "… m" }}, or call its on_datum'
        )


def _of_one_rank(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str]]:
    """The faults of rules of one structure that have the same rank, at the later one."""
    taken: dict[int, Rule] = {}
    for rule in rules:
        if rule.place in taken:
            free = next(place for place in count(rule.place + 1) if all(other.place != place for other in rules))
            yield (
                rule,
                f"the {taken[rule.place].type} and the {rule.type} of {rule.structure!r} both have the rank "
                f"{rule.place}; give one of them another, such as rank = {free}",
            )
        taken.setdefault(rule.place, rule)


def _in_vain(
    rule: Rule, moved: Structure, structures: Sequence[Structure], waters: Mapping[str, Water]
) -> Iterator[str]:
    """Faults of a rule that cannot do what it says at this place in the system."""
    what, watched = f"the {rule.type} of {rule.structure!r}", rule.watched(moved)
    if isinstance(rule, StartStop) and isinstance(moved, Pump) and moved.start_level is not None:
        yield f"{what} has levels, and so has the pump, which starts at {moved.start_level:g} m; keep one of the two"
    if not isinstance(rule, RuleCurve | StartStop) or watched is None:
        return
    # Without an operator a rule curve acts within the balance, which knows how the two sides of the structure hold
    # each other.
    curve, tail_only = isinstance(rule, RuleCurve), moved.tail == watched != moved.head
    if curve and rule.observe is None and not moved.uses_tail and tail_only:
        yield (
            f"{what} is to watch the tail {moved.tail!r}, whose level does not reach the structure; let an operator "
            'look (observe = "1 h"), or watch the head'
        )
    key, series = ("target", rule.target) if isinstance(rule, RuleCurve) else ("stop", rule.stop)
    aim = series.extremes[0]
    if isinstance(waters.get(watched), Lake) and watched == moved.head and rule.when == "above":
        lowest = min(structure.draws_down_to(watched) for structure in structures)
        if aim < lowest:
            yield (
                f"{what} has a {key} of {aim:g} m{day_of(series, aim)}, below every sill of {watched!r}, and no pump "
                f"leads out of it; it can be reached from {lowest:g} m on, so raise the {key} to that, or add a pump"
            )
