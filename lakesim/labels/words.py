"""Words by key, and how they are found."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

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
    "bed": ("Bed", "河底高程"),
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
    "flood_season": ("Flood season", "汛期"),
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
    "flood_storage_to": ("Flood storage up to", "调蓄容积上限水位"),
    "low_water_level": ("Low water below", "低水位界限"),
    "freeboard_m": ("Freeboard (m)", "堤顶距水面高差 (m)"),
    "peak_inflow_m3_s": ("Peak inflow (m³/s)", "入流洪峰 (m³/s)"),
    "peak_outflow_m3_s": ("Peak outflow (m³/s)", "出流洪峰 (m³/s)"),
    "peak_lag_hours": ("Peak lag (h)", "峰现滞时 (h)"),
    "hours_below_level_pool": ("Below the level pool (h)", "低于水面水平水位历时 (h)"),
    "above_curve_hours": ("Above the curve (h)", "高出水位–容积曲线历时 (h)"),
    "longest_lockout_hours": ("Longest lockout (h)", "最长关闸历时 (h)"),
    "lockout_volume_m3": ("Volume waiting behind the lockout (m³)", "关闸待排水量 (m³)"),
    "lockout_volume_above": ("Volume waiting above", "待排水量起算水位"),
    "backwater_hours": ("Backwater (h)", "顶托历时 (h)"),
    "backwater_volume_m3": ("Discharge held back by backwater (m³)", "顶托少排水量 (m³)"),
    "pump_volume_m3": ("Pumped volume (m³)", "泵站抽排水量 (m³)"),
    "pump_energy_kwh": ("Pump energy (kWh)", "泵站耗电量 (kWh)"),
    "level_first_day_m": ("Level when the flood season begins (m)", "入汛水位 (m)"),
    "free_storage_first_day_m3": ("Free storage when the flood season begins (m³)", "入汛可用调蓄容积 (m³)"),
    "refill_date": ("Refilled on", "春季回蓄日期"),
    "refill_level": ("Refilled to", "回蓄水位"),
    "highest_level_m": ("Highest level (m)", "最高水位 (m)"),
    "highest_time": ("Time of the highest level", "最高水位时间"),
    "lowest_level_m": ("Lowest level (m)", "最低水位 (m)"),
    "lowest_time": ("Time of the lowest level", "最低水位时间"),
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
    "out_of_the_system": ("out of the system", "流出系统"),
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
    "schematic": ("schematic 示意", "schematic 示意"),  # in both languages, too
    "box_means": (
        "boxes: from the bottom to the dike crest or the top of the curve, with the water at the start; "
        "hatched: the range of a given level; where they stand is not to be read from it",
        "方框：湖底至堤顶 (或曲线最高点)，内为起调水位；斜线：给定水位的变幅；左右位置不表示实际位置",
    ),
    "not_joined": ("not joined in this case", "本方案未连通"),
    "capacity_means": (
        "discharges: pumps units × capacity, ratings their largest, channels at the start; others fully open, "
        "headwater at the top of its box → tailwater at its lowest (river) or at the start (lake)",
        "流量：泵站为台数 × 单机流量，水位流量关系取最大值，河道取起调水位时；"
        "其他为全开，上游水位取方框顶 → 下游水位取最低值 (河) 或起调水位 (湖)",
    ),
    "leaves_below": ("arrows down: out of the system", "向下的箭头：流出系统"),
    "more_structures": ("… and {count} more", "…… 另有 {count} 个"),
    "where_water_went": ("where the water went", "水去了哪里"),
    "from_polders": ("From polders", "各垸来水"),
    "from_other_waters": ("From other waters", "其他水体来水"),
    "from_storage": ("From the lake itself", "湖泊原有蓄水"),
    "into_lake": ("Stored in the lake", "蓄在湖中"),
    "into_polders": ("Into polders", "进入各垸"),
    "by_gravity": ("Out by gravity", "自流排出"),
    "by_pumps": ("Out by pumps", "泵站抽排"),
    "evaporation_and_seepage": ("Evaporation and seepage", "蒸发与渗漏"),
    "given_outflow": ("Given outflow", "给定出流"),
    "left_over": ("Left over (residual)", "闭合差"),
    "depth_on_lake": ("Depth on the lake", "折合湖面水深"),
    "area_at_peak": ("area at the peak", "最高水位时水面面积"),
    "net": ("flow both ways is told as the difference", "往返水量按净值计"),
    "which_measure": ("which measure does how much", "各措施的贡献"),
    "change": ("change", "变化"),
    "same_value": ("same value as here", "与该点相同"),
    "exchange_rate": ("exchange rate", "置换率"),
    "curve_change": ("What an edit did to the curve", "曲线的变化"),
    "before": ("Before", "变化前"),
    "after": ("After", "变化后"),
    "lost": ("Lost", "减少"),
    "won": ("Won", "增加"),
    "storage_won": ("Storage won or lost", "容积增减"),
    "at_the_peak": ("at the peak", "最高水位时"),
    "dry": ("dry", "无水"),
    "area_across": ("Area, from shore to shore", "面积 (自左岸至右岸累计)"),
    "width_is_area": (
        "at every level as wide as the area there; what lies where is not to be read from it",
        "各高程处的宽度即该高程的面积，不表示实际位置",
    ),
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
    return find(WORDS, key, "word")[column(lang)]


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
    return f"{label(key, lang)} ({find(UNITS, unit, 'unit')[column(lang)]})"


def called(thing: Any, lang: str) -> str:
    """What people call a water, a lake of the catalogue or a case: its title in the language, or else its name.

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    return (thing.title_zh if LANGUAGES[column(lang)] == "zh" else "") or thing.title or str(thing.name)


def to_5_cm(level: float) -> str:
    """A level, or a difference of levels [m], as precisely as one that rests on reconstructed inputs is told.

    Examples
    --------
    >>> to_5_cm(27.19), to_5_cm(-0.02)
    ('27.20', '0.00')
    """
    return f"{round(20.0 * level) / 20.0 + 0.0:.2f}"


def column(lang: str) -> int:
    """Place of a language in every entry.

    Raises
    ------
    ValueError
        If the language is neither `"en"` nor `"zh"`.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"there are no words in the language {lang!r}; choose one of {', '.join(LANGUAGES)}")
    return LANGUAGES.index(lang)


def find(table: Mapping[str, tuple[str, str]], key: str, what: str) -> tuple[str, str]:
    """The entry of a table.

    Raises
    ------
    ValueError
        If nothing has that key; the nearest one is offered.
    """
    if key in table:
        return table[key]
    near = difflib.get_close_matches(key, table, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "add it to lakesim/labels"
    raise ValueError(f"there is no {what} {key!r}; {hint}")
