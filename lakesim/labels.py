"""Every word that a person sees, in English and Chinese.

Tables, figures, reports and the page take their words from here by key, so that one thing has one name everywhere.
A key is the name in code (`level`, `tailwater`, `dike_crest`) or the name of a column (`peak_level_m`). A word is
added as one line, `key: (English, Chinese)`; its characters must be in the font of the figures (a test says which
is missing).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import numpy as np

LANGUAGES = ("en", "zh")
"""English and Chinese, in the order of every entry below."""

WORDS: dict[str, tuple[str, str]] = {
    # --- quantities --------------------------------------------------------------------------------
    "level": ("Level", "水位"),
    "storage": ("Storage", "蓄水量"),
    "capacity": ("Storage", "容积"),  # of the curve: what a lake holds at a level, whatever it holds now
    "area": ("Area", "面积"),
    "depth": ("Depth", "水深"),
    "head": ("Head difference", "水头差"),
    "headwater": ("Headwater", "内湖水位"),
    "tailwater": ("Tailwater", "外江水位"),
    "discharge": ("Discharge", "流量"),
    "inflow": ("Inflow", "入流"),
    "outflow": ("Outflow", "出流"),
    "opening": ("Opening", "开度"),
    "rain": ("Rain", "降水"),
    "evaporation": ("Evaporation", "蒸发"),
    "seepage": ("Seepage", "渗漏"),
    "crest": ("Crest", "堰顶高程"),
    "sill": ("Sill", "闸底板高程"),
    "invert": ("Invert", "管底高程"),
    "width": ("Width", "宽度"),
    "length": ("Length", "长度"),
    "time": ("Time", "时间"),
    "date": ("Date", "日期"),
    "year": ("Year", "年份"),
    "duration": ("Duration", "历时"),
    "frequency": ("Exceedance probability", "频率"),
    "return_period": ("Return period", "重现期"),
    "datum": ("Datum", "高程基准"),
    # --- characteristic levels ---------------------------------------------------------------------
    "bottom": ("Bottom", "湖底高程"),
    "top": ("Top of the curve", "曲线最高点"),
    "initial_level": ("Initial level", "起调水位"),
    "dead_level": ("Dead level", "死水位"),
    "ecological_level": ("Ecological level", "最低生态水位"),
    "winter_level": ("Winter level", "冬季水位"),
    "normal_level": ("Normal level", "正常水位"),
    "flood_limit_level": ("Flood limit level", "汛限水位"),
    "fortification_level": ("Fortification level", "设防水位"),
    "warning_level": ("Warning level", "警戒水位"),
    "guarantee_level": ("Guarantee level", "保证水位"),
    "dike_crest": ("Dike crest", "堤顶高程"),
    "pump_start_level": ("Pump start level", "起排水位"),
    "level_pool_above": ("Level pool above", "水面水平的最低水位"),
    # --- waters, structures, what is done with them ------------------------------------------------
    "system": ("System", "系统"),
    "water": ("Water", "水体"),
    "lake": ("Lake", "湖泊"),
    "river": ("River", "河流"),
    "reservoir": ("Reservoir", "水库"),
    "detention_basin": ("Detention basin", "蓄滞洪区"),
    "polder": ("Polder", "垸"),
    "pond": ("Pond", "塘"),
    "catchment": ("Catchment", "流域"),
    "structure": ("Structure", "建筑物"),
    "weir": ("Broad-crested weir", "宽顶堰"),
    "sharp_weir": ("Sharp-crested weir", "薄壁堰"),
    "sluice_gate": ("Sluice gate", "水闸"),
    "culvert": ("Culvert", "涵管"),
    "pump": ("Pump station", "泵站"),
    "channel": ("Channel", "连通河道"),
    "rating_curve": ("Rating curve", "水位流量关系"),
    "flap": ("Flap gate", "拍门"),
    "rule_curve": ("Rule curve", "调度线"),
    "joint_operation": ("Joint operation", "联合调度"),
    "pumping_restriction": ("Pumping restriction", "限排"),
    "return_to_lake": ("Return to lake", "退田还湖"),
    "full_return": ("Full return (people and fields leave)", "双退 (退人又退耕)"),
    "single_return": ("Single return (people leave, fields stay)", "单退 (退人不退耕)"),
    "flood_routing": ("Flood routing", "调洪演算"),
    "storage_indication": ("Storage-indication method", "半图解法 (改进普尔斯法)"),
    "flood": ("Flood", "洪水"),
    "measure": ("Measure", "措施"),
    # --- the water account -------------------------------------------------------------------------
    "account": ("Water account", "水量平衡表"),
    "term": ("Term", "项目"),
    "volume": ("Volume", "水量"),
    "share": ("Share", "比例"),
    "total_in": ("Total in", "总来水"),
    "total_out": ("Total out", "总去水"),
    "shortfall": ("Shortfall", "缺水"),
    "initial_storage": ("Storage at the start", "时段初蓄水量"),
    "final_storage": ("Storage at the end", "时段末蓄水量"),
    "storage_change": ("Change of storage", "蓄变量"),
    "residual": ("Residual", "水量平衡闭合差"),
    "residual_relative": ("Relative residual", "水量平衡相对闭合差"),
    "numerical_error": ("Numerical error of the level", "水位数值误差"),
    # --- indicators --------------------------------------------------------------------------------
    "peak": ("Peak", "峰值"),
    "peak_level": ("Peak level", "最高水位"),
    "peak_time": ("Time of peak", "最高水位时间"),
    "lowest_level": ("Lowest level", "最低水位"),
    "peak_inflow": ("Peak inflow", "入流洪峰"),
    "peak_outflow": ("Peak outflow", "出流洪峰"),
    "peak_attenuation": ("Peak attenuation", "削峰量"),
    "peak_attenuation_relative": ("Relative peak attenuation", "削峰率"),
    "peak_lag": ("Peak lag", "峰现滞时"),
    "above_warning": ("Time above the warning level", "超警戒历时"),
    "above_guarantee": ("Time above the guarantee level", "超保证历时"),
    "flood_storage": ("Flood storage", "调蓄容积"),
    "freeboard": ("Freeboard", "堤顶距水面高差"),
    "lockout": ("Lockout", "关闸历时"),
    "backwater": ("Backwater", "顶托"),
    "low_water_days": ("Low-water days", "低水位天数"),
    # --- columns of summary.csv --------------------------------------------------------------------
    "case": ("Case", "方案"),
    "peak_level_m": ("Peak level (m)", "最高水位 (m)"),
    "hours_above_warning": ("Above warning level (h)", "超警戒历时 (h)"),
    "hours_above_guarantee": ("Above guarantee level (h)", "超保证历时 (h)"),
    "flood_storage_m3": ("Flood storage (m³)", "调蓄容积 (m³)"),
    "lockout_hours": ("Lockout (h)", "关闸历时 (h)"),
    "numerical_error_m": ("Numerical error (m)", "数值误差 (m)"),
    # --- heads of tables ---------------------------------------------------------------------------
    "name": ("Name", "名称"),
    "title": ("Title", "标题"),
    "value": ("Value", "数值"),
    "unit": ("Unit", "单位"),
    "from": ("From", "起"),
    "to": ("To", "止"),
    "event": ("Event", "事件"),
    "events": ("Events", "事件"),
    "reason": ("Reason", "原因"),
    "check": ("Check", "检验"),
    "summary": ("Summary", "汇总"),
    "source": ("Source", "来源"),
    "grade": ("Grade", "等级"),
    "note": ("Note", "备注"),
    "scenario": ("Scenario", "情景"),
    "out_of_the_system": ("out of the system", "排出系统"),
    # --- what a check is worth, and where an input comes from --------------------------------------
    "identity": ("identity", "恒等"),
    "fitted": ("fitted", "率定"),
    "predicted": ("predicted", "预测"),
    "observed": ("observed", "实测"),
    "computed": ("computed", "计算"),
    "reconstructed": ("reconstructed 重构", "reconstructed 重构"),  # in both languages on every figure
    # --- figures -----------------------------------------------------------------------------------
    "hydrograph": ("Hydrograph", "水文过程线"),
    "storage_curve": ("Level, area and storage", "水位–面积–容积曲线"),
    "beyond_curve": ("beyond the last contour", "末段外延"),
    "level_error": ("level error", "水位误差"),
    "balance_residual": ("balance residual", "水量平衡相对闭合差"),
}
"""Words by key."""

UNITS: dict[str, tuple[str, str]] = {
    "m": ("m", "m"),
    "m2": ("m²", "m²"),
    "km2": ("km²", "km²"),
    "m3": ("m³", "m³"),
    "1e4 m3": ("10⁴ m³", "万m³"),
    "1e6 m3": ("10⁶ m³", "10⁶ m³"),
    "1e8 m3": ("10⁸ m³", "亿m³"),
    "m3/s": ("m³/s", "m³/s"),
    "m/s": ("m/s", "m/s"),
    "mm/h": ("mm/h", "mm/h"),
    "mm/d": ("mm/d", "mm/d"),
    "mm": ("mm", "mm"),
    "s": ("s", "s"),
    "h": ("h", "h"),
    "d": ("days", "天"),
    "%": ("%", "%"),
}
"""How a unit is written, by its code name."""

RAN_DRY, REFILLED, ABOVE_CURVE, BACK_ON_CURVE, LOCKED_OUT, UNLOCKED, OVER_DIKE, UNDER_DIKE = range(8)
"""Reason codes of events: the keys of `SENTENCES`."""

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
        "{time}: {structure} is shut, because the tailwater stands higher than {water} at {level:.2f} m.",
        "{time}，外江水位高于{water}水位 ({level:.2f} m)，{structure}关闭。",
    ),
    UNLOCKED: (
        "{time}: {structure} can discharge again, because {water} at {level:.2f} m stands higher than the tailwater.",
        "{time}，{water}水位 ({level:.2f} m) 高于外江水位，{structure}恢复自排。",
    ),
    OVER_DIKE: (
        "{time}: {water} stands above its dike crest, {level:.2f} m; what runs over the dike is not computed.",
        "{time}，{water}水位高于堤顶高程 {level:.2f} m，漫堤水量未计。",
    ),
    UNDER_DIKE: (
        "{time}: {water} is below its dike crest again, {level:.2f} m.",
        "{time}，{water}水位回落至堤顶高程 {level:.2f} m 以下。",
    ),
}
"""The sentence of an event by its reason code; values by name: `time, water, structure, level` [m]."""


def label(key: str, lang: str) -> str:
    """The word for `key` in language `lang`.

    Raises
    ------
    ValueError
        If no word has that key (the nearest one is offered), or the language is neither `"en"` nor `"zh"`.

    Examples
    --------
    >>> label("tailwater", "en"), label("tailwater", "zh")
    ('Tailwater', '外江水位')
    """
    return _find(WORDS, key, "word")[_column(lang)]


def axis(key: str, unit: str, lang: str) -> str:
    """The title of an axis or a column: the word and its unit.

    Raises
    ------
    ValueError
        If the word, the unit or the language is unknown.

    Examples
    --------
    >>> axis("storage", "1e8 m3", "zh"), axis("storage", "1e8 m3", "en")
    ('蓄水量 (亿m³)', 'Storage (10⁸ m³)')
    """
    return f"{label(key, lang)} ({_find(UNITS, unit, 'unit')[_column(lang)]})"


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
    column = _column(lang)
    if code not in SENTENCES:
        raise ValueError(f"no event has the reason code {code!r}; the codes are {', '.join(map(str, SENTENCES))}")
    words = {name: moment(value) if isinstance(value, np.datetime64) else value for name, value in values.items()}
    try:
        return SENTENCES[code][column].format(**words)
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


def _column(lang: str) -> int:
    if lang not in LANGUAGES:
        raise ValueError(f"there are no words in the language {lang!r}; choose one of {', '.join(LANGUAGES)}")
    return LANGUAGES.index(lang)


def _find(table: Mapping[str, tuple[str, str]], key: str, what: str) -> tuple[str, str]:
    if key in table:
        return table[key]
    near = difflib.get_close_matches(key, table, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "add it to lakesim/labels.py"
    raise ValueError(f"there is no {what} {key!r}; {hint}")


# --- the command line ------------------------------------------------------------------------------

CLI: dict[str, tuple[str, str]] = {
    "nothing_written": ("Nothing was written.", "未写任何文件。"),
    "faults": ("{count} fault(s) in {file}:", "{file} 中有 {count} 处错误："),
    "note": ("note", "注意"),
    "written": ("Written to {folder}:", "已写入 {folder}："),
    "sound": ("{file} is sound; cases: {cases}.", "{file} 无误，方案：{cases}。"),
    "stopped": ("Stopped before the end.", "中途停止。"),
    "not_writable": (
        "{folder} cannot be written ({reason}); name another folder with --out.",
        "{folder} 无法写入 ({reason})，请用 --out 另选文件夹。",
    ),
    "not_written": (
        "The results could not be written to {folder} ({reason}); free some space or name another folder with --out.",
        "结果无法写入 {folder} ({reason})，请腾出磁盘空间或用 --out 另选文件夹。",
    ),
    "summary_of": ("Lake of the summary: {water}", "汇总的湖泊：{water}"),
    "identity_means": (
        "the numbers follow from one another; it proves the bookkeeping only",
        "各数互相推得，只证明账目无误",
    ),
    "fitted_means": ("numbers were fitted to what is compared", "参数按所比较的资料率定"),
    "predicted_means": ("nothing that is compared was used", "未用到所比较的资料"),
    "events_of": ("{case}: {count} event(s)", "{case}：{count} 个事件"),
    "more_events": ("… and {count} more, kept in {file}", "…… 另有 {count} 个，见 {file}"),
    "no_file": ("name a scenario file, or ask for --schema", "请给出情景文件，或用 --schema"),
    "unknown_figures": ("Not known", "未查到"),
    "points": ("Published points of the curve", "已发表的曲线点"),
    "facts": ("Other figures", "其他数据"),
    "sources": ("Sources", "来源"),
    "records": ("Records", "实测资料"),
    "place": ("Place", "位置"),
    "gauge": ("Gauge", "水位站"),
    "curve": ("Storage curve", "水位–面积–容积曲线"),
    "levels": ("Levels", "特征水位"),
    "quantity": ("Quantity", "项目"),
    "error_cm": ("Error (cm)", "数值误差 (cm)"),
    "within": ("Within", "相差"),
}
"""What the command line says; values by name."""


def said(key: str, lang: str, **values: object) -> str:
    """What the command line says, with its values.

    Raises
    ------
    ValueError
        If nothing has that key, or the language is unknown.

    Examples
    --------
    >>> said("written", "en", folder="results")
    'Written to results:'
    """
    return _find(CLI, key, "sentence")[_column(lang)].format(**values)
