"""What studies say: heads of their tables, and sentences."""

from __future__ import annotations

from .words import column, find

STUDIES: dict[str, tuple[str, str]] = {
    # --- comparison --------------------------------------------------------------------------------
    "change_cm": ("Change of the peak (cm)", "最高水位变化 (cm)"),
    "error_cm": ("Error (cm)", "数值误差 (cm)"),
    # --- attribution -------------------------------------------------------------------------------
    "attribution_of": ("{figure}: {water}", "{water}：{figure}"),
    "change_of": (
        "{water}: {figure}, {before} before, {after} after",
        "{water}：{figure}，措施前 {before}，措施后 {after}",
    ),
    "total_change": ("total change", "总变化"),
    "share": ("share", "贡献"),
    "standard_error": ("standard error", "标准误差"),
    "alone": ("alone", "单独实施"),
    "as_last": ("added last", "最后实施"),
    "exact_shares": (
        "Shapley: the mean effect of each over all orders in which they may come, from {runs} runs.",
        "Shapley 分配：各措施在所有先后次序中的平均效果，共计算 {runs} 次。",
    ),
    "sampled_shares": (
        "Shapley, sampled: the mean effect of each over {samples} orders drawn at random, from {runs} runs.",
        "Shapley 分配 (抽样)：各措施在随机抽取的 {samples} 种先后次序中的平均效果，共计算 {runs} 次。",
    ),
    # --- threshold ---------------------------------------------------------------------------------
    "threshold_least": (
        "{what}: at least {value} keeps {water} at or under {level}; the peak is then {peak}.",
        "{what}不小于 {value} 时，{water}水位不超过 {level}，最高水位为 {peak}。",
    ),
    "threshold_most": (
        "{what}: at most {value} keeps {water} at or under {level}; the peak is then {peak}.",
        "{what}不大于 {value} 时，{water}水位不超过 {level}，最高水位为 {peak}。",
    ),
    "threshold_met": (
        "{water} stays at or under {level} without this measure; the peak is then {before}.",
        "不采取该措施，{water}水位也不超过 {level}，最高水位为 {before}。",
    ),
    "threshold_all": (
        "{what}: every value that was tried, from {low} to {high}, keeps {water} at or under {level}.",
        "{what}在 {low} 至 {high} 之间所试各值，{water}水位均不超过 {level}。",
    ),
    "threshold_none": (
        "{what}: no value that was tried, from {low} to {high}, keeps {water} at or under {level}; the lowest peak is "
        "{peak}, with {best}.",
        "{what}在 {low} 至 {high} 之间所试各值，{water}水位均会超过 {level}；最高水位最小为 {peak} (取 {best} 时)。",
    ),
    "no_effect_at_all": ("It has no effect on this peak.", "该措施对最高水位不起作用。"),
    "not_monotone": (
        "More of it does not always help: from {less} to {more} the peak rises by {rise:.1f} cm, so that the lake may "
        "pass the level again with more of it.",
        "并非越多越好：由 {less} 至 {more}，最高水位反而上升 {rise:.1f} cm，再多时可能再次超过该水位。",
    ),
    "not_monotone_none": (
        "More of it does not always help: from {less} to {more} the peak rises by {rise:.1f} cm. A value between those "
        "that were tried may still keep the level.",
        "并非越多越好：由 {less} 至 {more}，最高水位反而上升 {rise:.1f} cm。所试各值之间，仍可能有满足要求的取值。",
    ),
    # --- trade-off ---------------------------------------------------------------------------------
    "grid_of": ("across: {x}; down: {y}", "横向：{x}；纵向：{y}"),
    "grid_error": (
        "{runs} runs; numerical error of the levels at most {error} cm.",
        "共计算 {runs} 次；水位数值误差不超过 {error} cm。",
    ),
    "exchange_at": (
        "{what} {x}, {other} {y}: {figure} {value}.",
        "{what} {x}，{other} {y}：{figure} {value}。",
    ),
    "exchange_more": (
        "{one} more of the first takes {of} more of the second for the same result.",
        "前者每增加 {one}，后者须增加 {of}，结果才不变。",
    ),
    "exchange_less": (
        "{one} more of the first stands for {of} of the second.",
        "前者每增加 {one}，相当于后者增加 {of}。",
    ),
    "no_effect_of_x": (
        "{what} has no effect here, and is worth nothing of {other}.",
        "{what}在此不起作用，换不来{other}。",
    ),
    "no_effect_of_y": (
        "{other} has no effect here, so that no amount of it makes up for {what}.",
        "{other}在此不起作用，再多也替代不了{what}。",
    ),
    "no_effect": ("Neither {what} nor {other} has an effect here.", "{what}与{other}在此都不起作用。"),
    "holds_from_to": (
        "That holds within 20 % from {low} to {high} of the first.",
        "前者在 {low} 至 {high} 之间时，误差不超过 20 %。",
    ),
    "still_from_to": ("That is so from {low} to {high}.", "前者在 {low} 至 {high} 之间均如此。"),
    "edge": (
        "It is a mean over two steps of the grid: the surface has an edge here, or is rough.",
        "这只是两个网格步长内的平均值：此处曲面有转折或起伏。",
    ),
    "below": ("Below {at}", "低于 {at}"),
    "above": ("Above {at}", "高于 {at}"),
    "limit_end_of_x": ("{side} the grid ends.", "{side} 已超出计算范围。"),
    "limit_top_of_y": (
        "{side} it would take more of the second than the grid has.",
        "{side} 时，所需的后者大于计算范围。",
    ),
    "limit_bottom_of_y": (
        "{side} it would take less of the second than the grid has.",
        "{side} 时，所需的后者小于计算范围。",
    ),
    "limit_no_effect_of_x": (
        "{side} the first has no more effect, as where pumps hold the lake or spring fills it.",
        "{side} 时，前者不再起作用 (例如水位由泵站控制，或春季已回蓄)。",
    ),
    "limit_no_effect_of_y": ("{side} the second has no more effect.", "{side} 时，后者不再起作用。"),
    "limit_changed": ("{side} both still act, but at another rate.", "{side} 时，二者仍起作用，但置换率已改变。"),
    "limit_effect_of_x": ("{side} it begins to have an effect.", "{side} 时开始起作用。"),
    "vary.winter_level.level": ("Winter level of {thing}", "{thing}冬季水位"),
    "vary.pump_start_level.level": ("Pump start level of {thing}", "{thing}起排水位"),
    "vary.reclaim.area": ("Area reclaimed as {thing}", "{thing}围垦面积"),
    "vary.reclaim.dike_crest": ("Dike crest of {thing}", "{thing}堤顶高程"),
    "vary.reclaim.pumps": ("Pumps of {thing}", "{thing}排涝泵站流量"),
    "vary.return_to_lake.area": ("Area of {thing} given back", "{thing}退田还湖面积"),
    "vary.single_return.trigger": ("Trigger level of {thing}", "{thing}进洪水位"),
    "vary.single_return.width": ("Inlet width of {thing}", "{thing}进洪口宽度"),
    "vary.single_return.sill": ("Inlet sill of {thing}", "{thing}进洪口底板高程"),
    "vary.add_outlet.outlet.width": ("Width of the new outlet of {thing}", "{thing}新增出口宽度"),
    "vary.add_pumps.capacity": ("New pumps of {thing}", "{thing}新增泵站流量"),
    "vary.raise_dike.dike_crest": ("Dike crest of {thing}", "{thing}堤顶高程"),
    "vary.dredge.volume": ("Volume dredged from {thing}", "{thing}疏浚量"),
    "vary.silt.volume": ("Volume of silt in {thing}", "{thing}淤积量"),
    # --- double ledger -----------------------------------------------------------------------------
    "ledger_flood": ("{water}: in the flood", "{water}：洪水期"),
    "ledger_year": ("{water}: the rest of the year", "{water}：一年中其余时段"),
    "ledger.free_storage_first_day_m3": ("Free at season start (10⁶ m³)", "入汛可用容积 (10⁶ m³)"),
    "ledger.pump_volume_m3": ("Pumped (10⁶ m³)", "抽排水量 (10⁶ m³)"),
    "ledger.pump_energy_kwh": ("Pump energy (10⁶ kWh)", "泵站耗电量 (10⁶ kWh)"),
    "ledger.lowest_level_m": ("Lowest level (m)", "最低水位 (m)"),
    "ledger.exposed_bed_m2": ("Bed bare (km²)", "最大出露湖床 (km²)"),
    "ledger.exposed_bed_m2_days": ("Bed bare (km²·days)", "湖床出露 (km²·天)"),
    "ledger.exchange_per_year": ("Exchange (times a year)", "换水次数 (次/年)"),
    "never_below": ("never below", "未曾低于"),
    "not_refilled": ("not in time", "汛前未回蓄"),
    "lowest_last": ("lowest at the end", "入汛时最低"),
    "run_ends": ("not by the end of the run", "计算时段内未回蓄"),
    "ledger_low_water": ("Low water: below {level:.2f} m ({what}).", "低水位界限：{what} {level:.2f} m。"),
    "ledger_refill": (
        "Refilled: back at {level:.2f} m ({what}) between the lowest level of spring and {day}. Not in time: later or "
        "never; lowest at the end: it falls until {day}.",
        "回蓄：春季最低水位之后、{day}之前回到{what} {level:.2f} m。汛前未回蓄：此后才回蓄或始终未回蓄；"
        "入汛时最低：至{day}仍在消落。",
    ),
    "ledger_exchange": (
        "Exchange: volume out over mean storage. It also rises where a lake is drawn down or loses land, since less "
        "is stored; that is no gain.",
        "换水次数：出湖水量与平均蓄水量之比。湖泊放低水位或失去湖面时，因蓄水量减少，该值也会增大，不应视为改善。",
    ),
    "ledger_bed": (
        "Bed bare: above the water, and below {level:.2f} m (Normal level).",
        "出露湖床：正常水位 {level:.2f} m 以下、水面以上的湖床。",
    ),
    "ledger_beds": (
        "The bed below that is not the same in all cases: {areas}.",
        "各方案在该水位以下的湖床面积不同：{areas}。",
    ),
    "ledger_missing": (
        "Not defined (–): {figures}. {water} lacks the level, the season, the outlet or the pump that this needs, or "
        "the run does not reach so far.",
        "未定义 (–)：{figures}。{water}缺少所需的特征水位、汛期、出口或泵站资料，或计算时段未包括在内。",
    ),
    "ledger_reconstructed": ("A curve or a series is reconstructed 重构.", "部分曲线或过程为重构 (reconstructed)。"),
    # --- ranges ------------------------------------------------------------------------------------
    "as_it_is": ("as it is", "现有输入"),
    "one_at_a_time": ("one input at a time", "逐项变动"),
    "all_together": ("all together", "同时变动"),
    "from_to": ("{low} to {high}", "{low} 至 {high}"),
    "effect_of_inputs": (
        "Effect of each input alone, at its low and its high end:",
        "各项输入单独取低值、高值时的变化：",
    ),
    "outer_bound": (
        "All together: each input at the end that alone lowers, or raises, the figure: an outer bound, no probability.",
        "同时变动：各项输入均取使结果偏低 (或偏高) 的一端。这是外包范围，不是概率。",
    ),
}
"""Words and sentences of studies, by key; values by name."""


def studied(key: str, lang: str, **values: object) -> str:
    """What a study says, with its values.

    Raises
    ------
    ValueError
        If nothing has that key, or the language is unknown.

    Examples
    --------
    >>> studied("alone", "en"), studied("alone", "zh")
    ('alone', '单独实施')
    """
    return find(STUDIES, key, "sentence")[column(lang)].format(**values)
