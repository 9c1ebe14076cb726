"""What happened and why, in sentences; and the parts that they are made of."""

from __future__ import annotations

import numpy as np

from .reasons import (
    ABOVE_CURVE,
    BACK_ON_CURVE,
    LOCKED_OUT,
    OVER_DIKE,
    OVERRULED,
    RAN_DRY,
    REFILLED,
    RUNS_OVER,
    RUNS_OVER_NO_MORE,
    STARTED,
    UNDER_DIKE,
    UNLOCKED,
)
from .words import column, find

SENTENCES: dict[int, tuple[str, str]] = {
    RAN_DRY: (
        "{time}: {water} ran dry at {level:.2f} m; no more leaves it than comes in.",
        "{time}，{water}干涸 (水位 {level:.2f} m)，出流以来水为限。",
    ),
    REFILLED: (
        "{time}: {water} holds water again, at {level:.2f} m.",
        "{time}，{water}恢复蓄水 (水位 {level:.2f} m)。",
    ),
    ABOVE_CURVE: (
        "{time}: {water} rose above the last contour of its curve, at {level:.2f} m; its storage is extrapolated.",
        "{time}，{water}水位 {level:.2f} m，高出水位–容积曲线最高点，容积按末段外延。",
    ),
    BACK_ON_CURVE: (
        "{time}: {water} is back on its curve, at {level:.2f} m.",
        "{time}，{water}水位回到水位–容积曲线范围内 ({level:.2f} m)。",
    ),
    LOCKED_OUT: (
        "{time}: the flap gate of {structure} is shut, because the tailwater stands higher than {water} at "
        "{level:.2f} m.",
        "{time}，外江水位高于{water}水位 ({level:.2f} m)，{structure}拍门关闭。",
    ),
    UNLOCKED: (
        "{time}: the flap gate of {structure} opens, because {water} at {level:.2f} m stands higher than the "
        "tailwater.",
        "{time}，{water}水位 ({level:.2f} m) 高于外江水位，{structure}拍门开启，恢复自排。",
    ),
    OVER_DIKE: (
        "{time}: {water} stands above its dike crest, {level:.2f} m; what runs over the dike is not computed.",
        "{time}，{water}水位高于堤顶高程 {level:.2f} m，漫堤水量未计。",
    ),
    UNDER_DIKE: (
        "{time}: {water} is below its dike crest again, {level:.2f} m.",
        "{time}，{water}水位回落至堤顶高程 {level:.2f} m 以下。",
    ),
    **dict.fromkeys(
        range(STARTED, OVERRULED + 1),
        ("{time}: {structure} {move}, because {cause}.", "{time}，{cause}，{structure}{move}。"),
    ),
    RUNS_OVER: (
        "{time}: {structure} is overrun, because {water} stands above its crest, {level:.2f} m.",
        "{time}，{water}水位高于{structure}堤顶高程 {level:.2f} m，开始漫堤。",
    ),
    RUNS_OVER_NO_MORE: (
        "{time}: {structure} is overrun no more, because {water} is below its crest again, {level:.2f} m.",
        "{time}，{water}水位回落至{structure}堤顶高程 {level:.2f} m 以下，漫堤停止。",
    ),
}
"""The sentence of an event by its reason code; values by name: `time, water, structure, level` [m], and for what a rule
did the phrases `move` and `cause`."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- how far a structure is open ---------------------------------------------------------------
    "open": ("{after} %", "开度 {after} %"),
    "open_units": ("{after} of {units} units", "开机 {after} 台 (共 {units} 台)"),
    # --- what moved --------------------------------------------------------------------------------
    "up": ("opened from {before} % to {after} %", "开度由 {before} % 增至 {after} %"),
    "down": ("closed from {before} % to {after} %", "开度由 {before} % 减至 {after} %"),
    "up_units": (
        "went up from {before} to {after} of {units} units",
        "开机由 {before} 台增至 {after} 台 (共 {units} 台)",
    ),
    "down_units": (
        "went down from {before} to {after} of {units} units",
        "开机由 {before} 台减至 {after} 台 (共 {units} 台)",
    ),
    "set": ("was set from {before} % to {after} %", "开度由 {before} % 调至 {after} %"),
    "set_units": (
        "was set from {before} to {after} of {units} units",
        "开机由 {before} 台调至 {after} 台 (共 {units} 台)",
    ),
    "stays": ("stays at {open}", "维持{open}"),
    "opened": ("began to open", "开始开启"),
    "fully_open": ("is fully open", "全开"),
    "partly_open": ("began to close", "开始关小"),
    "closed": ("is shut", "全关"),
    "limited": ("is held back", "控制下泄"),
    "unlimited": ("is held back no longer", "解除控泄"),
    "held_at": ("is held at {open}", "限制在{open}"),
    "kept_at": ("is kept at {open}", "保持{open}"),
    "held_no_longer": ("is held back no longer, and stands at {open}", "解除限制，{open}"),
    # --- why ---------------------------------------------------------------------------------------
    "reached": ("{water} reached {limit} {threshold:.2f} m", "{water}水位已达{limit} {threshold:.2f} m"),
    "back_at": ("{water} was back at {limit} {threshold:.2f} m", "{water}水位已回到{limit} {threshold:.2f} m"),
    "stood_above": (
        "{water}, at {level:.2f} m, stood above {limit} {threshold:.2f} m",
        "{water}水位 {level:.2f} m，高于{limit} {threshold:.2f} m",
    ),
    "stood_below": (
        "{water}, at {level:.2f} m, stood below {limit} {threshold:.2f} m",
        "{water}水位 {level:.2f} m，低于{limit} {threshold:.2f} m",
    ),
    "as_scheduled": ("its schedule says so", "按开启计划"),
    "no_more_than": (
        "with {water} at {level:.2f} m it would let through more than its limit of {limit} m³/s",
        "{water}水位 {level:.2f} m，敞泄将超过限泄流量 {limit} m³/s",
    ),
    "less_than": (
        "with {water} at {level:.2f} m it lets through less than its limit of {limit} m³/s",
        "{water}水位 {level:.2f} m，下泄流量已低于限泄流量 {limit} m³/s",
    ),
    "safe_discharge_holds": (
        "more would exceed what the safe discharge of {limit} m³/s downstream leaves it",
        "再多则超出下游安全泄量 {limit} m³/s 所余份额",
    ),
    "safe_discharge_frees": (
        "the discharge downstream stays within the safe {limit} m³/s",
        "下游流量在安全泄量 {limit} m³/s 以内",
    ),
    "in_turn_holds": ("its turn has not come", "未轮到其启用"),
    "in_turn_frees": ("its turn has come", "已轮到其启用"),
    "equal_filling_holds": ("the storages are to be used equally", "各蓄水区须均衡蓄泄"),
    "equal_filling_frees": ("the storages are about equally full", "各蓄水区蓄满程度已相近"),
    "pre_release_holds": (
        "the inflow forecast finds no room below {threshold:.2f} m",
        "预报来水超出 {threshold:.2f} m 以下的剩余容积",
    ),
    "pre_release_eases": (
        "a smaller opening is enough for the forecast to stay below {threshold:.2f} m",
        "较小开度即可使预报水位不超过 {threshold:.2f} m",
    ),
    "pre_release_frees": (
        "no more need, or can, be let out ahead to stay below {threshold:.2f} m",
        "为不超过 {threshold:.2f} m，已无须或无法继续预泄",
    ),
    "moves_slowly": ("it moves by at most {speed} % an hour", "启闭速度每小时不超过 {speed} %"),
    "moves_seldom": ("it moves at most once in {hours} h", "两次启闭相隔不少于 {hours} h"),
    "ranks_better": ("{rule} ranked better", "{rule}优先"),
    # --- which rule lost ---------------------------------------------------------------------------
    "gave_way": ("; {loser} wanted {open}, and gave way to {winner}.", "；{loser}要求{open}，服从{winner}。"),
    "in_vain": ("; {loser} wanted {open}, and did not get it.", "；{loser}要求{open}，未能照办。"),
    # --- a moment of a run -------------------------------------------------------------------------
    "stands": (
        "{structure} at {open}: {discharge} m³/s, {sides}",
        "{structure}：{open}，流量 {discharge} m³/s，{sides}",
    ),
    "no_rule": ("no rule moves it", "无调度规则"),
    "rule": ("{rule}: {what}", "{rule}：{what}"),
    "asks": ("asks for {open}", "要求{open}"),
    "keeps": ("keeps it at {open}", "维持{open}"),
    "at_most": ("allows {open} at most", "至多{open}"),
    "at_least": ("asks for {open} at least", "至少{open}"),
    "no_more": ("allows {limit} m³/s at most", "至多 {limit} m³/s"),
    "free": ("asks for nothing", "不作要求"),
    "listed": ("{one}, {other}", "{one}，{other}"),
    "gives_way": ("; gives way to {winner}", "；服从{winner}"),
    # --- levels and limits of rules; of a pump, of a pump below a level, of what is held but not shut
    "start": ("the start level", "开启水位"),
    "start.pump": ("the start level", "起排水位"),
    "start.low": ("the start level", "开机水位"),
    "stop": ("the stop level", "关闭水位"),
    "stop.pump": ("the stop level", "停排水位"),
    "stop.low": ("the stop level", "停机水位"),
    "shut_off_level": ("the shut-off level", "关闸水位"),
    "shut_off_level.pump": ("the shut-off level", "限排水位"),
    "shut_off_level.low": ("the shut-off level", "停机水位"),
    "shut_off_level.part": ("the restriction level", "控泄水位"),
    "resume": ("the resume level", "恢复开闸水位"),
    "resume.pump": ("the resume level", "解除限排水位"),
    "resume.low": ("the resume level", "恢复开机水位"),
    "resume.part": ("the resume level", "解除控泄水位"),
    "target": ("the target level", "调度线"),
    "fully_open_level": ("the level of full opening", "全开水位"),
    # --- the rules by their type -------------------------------------------------------------------
    "ramp": ("the ramp", "启闭速度限制"),
    "dwell": ("the dwell time", "启闭间隔限制"),
    "shut_off": ("the shut-off", "关闸规定"),
    "shut_off.pump": ("the shut-off", "限排规定"),
    "shut_off.low": ("the shut-off", "停机规定"),
    "shut_off.part": ("the restriction", "控泄规定"),
    "release_limit": ("the release limit", "限泄流量"),
    "safe_discharge": ("the safe discharge downstream", "下游安全泄量"),
    "in_turn": ("the order of use", "启用次序"),
    "equal_filling": ("the equal filling", "均衡蓄水"),
    "pre_release": ("the pre-release", "预泄"),
    "schedule": ("the schedule", "开启计划"),
    "start_stop": ("the start and stop levels", "开启、关闭水位"),
    "start_stop.pump": ("the start and stop levels", "起排、停排水位"),
    "start_stop.low": ("the start and stop levels", "开机、停机水位"),
    "rule_curve": ("the rule curve", "调度线"),
    "of_rank": ("{rule} of rank {rank}", "{rule} (第 {rank} 级)"),
}
"""Parts of sentences, by key; where the words differ with the kind of structure, also by key and `.kind`."""


def sentence(code: int, lang: str, **values: object) -> str:
    """What happened, in a sentence, for a reason code and the values of its event.

    Values that the sentence does not need are passed over, so that every event can be given the same ones.
    A time may be a `datetime64`; it is written to the minute.

    Raises
    ------
    ValueError
        If the code or the language is unknown, or a value that the sentence needs is missing.

    Examples
    --------
    >>> sentence(REFILLED, "en", time=np.datetime64("2011-06-10T08:00"), water="Honghu", level=22.5)
    '2011-06-10 08:00: Honghu holds water again, at 22.50 m.'
    """
    place = column(lang)
    if code not in SENTENCES:
        raise ValueError(f"no event has the reason code {code!r}; the codes are {', '.join(map(str, SENTENCES))}")
    words = {name: moment(value) if isinstance(value, np.datetime64) else value for name, value in values.items()}
    try:
        return SENTENCES[code][place].format(**words)
    except KeyError as missing:
        raise ValueError(f"the sentence of reason code {code} needs {missing.args[0]}=…; give it") from None


def moment(time: np.datetime64) -> str:
    """A time as people read it, to the minute.

    Examples
    --------
    >>> moment(np.datetime64("2016-07-18T14:00:00.000"))
    '2016-07-18 14:00'
    """
    return str(time.astype("datetime64[m]")).replace("T", " ")


def phrase(key: str, lang: str, kind: str = "", **values: object) -> str:
    """A part of a sentence, in the words for a kind of structure where there are some.

    Raises
    ------
    ValueError
        If nothing has that key, or the language is unknown.

    Examples
    --------
    >>> phrase("start", "zh"), phrase("start", "zh", "pump")
    ('开启水位', '起排水位')
    """
    own = f"{key}.{kind}"
    return find(PHRASES, own if own in PHRASES else key, "phrase")[column(lang)].format(**values)
