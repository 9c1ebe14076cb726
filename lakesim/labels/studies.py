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
    # --- encounter ---------------------------------------------------------------------------------
    "encounter_of": (
        "{water}: its local flood, and {river}, which does not know of it or rises with it by {rise}",
        "{water}：内湖洪水与{river}洪水相互独立或遭遇 (同步上涨 {rise})",
    ),
    "highest_of_river": ("Highest of river (m)", "外江最高水位 (m)"),
    "river.as_given": ("River as in the system", "外江按原过程"),
    "river.independent": ("River independent", "外江独立"),
    "river.typical": ("River as in a typical year", "外江按常年过程"),
    "river.with_it": ("River rises with it", "内外洪遭遇"),
    "encounter_spread": (
        "Between the last three lie {spread} m; with the independent river from its lowest to its highest the peak is "
        "{low} to {high} m.",
        "后三种情形的最高水位相差 {spread} m；外江独立由其最低值至最高值，最高水位为 {low} 至 {high} m。",
    ),
    "encounter_independent": (
        "Independent: at the mean, the lowest or the highest of the typical course. Numerical error of the levels at "
        "most {error} cm.",
        "外江独立：取常年过程的平均值、最低值或最高值。水位数值误差不超过 {error} cm。",
    ),
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
    # --- order of use ------------------------------------------------------------------------------
    "order_title": ("{water}: order of use", "{water}：运用次序"),
    "order_volume_alone": ("alone: takes by the peak (10⁶ m³)", "单独运用：峰前分蓄 (10⁶ m³)"),
    "order_volume_last": ("added last: takes by the peak (10⁶ m³)", "最后加入：峰前分蓄 (10⁶ m³)"),
    "order_filling": ("fills in all (10⁶ m³)", "总蓄量 (10⁶ m³)"),
    "order_lowers": ("lowers (cm)", "降低 (cm)"),
    "order_per_volume": ("cm per 10⁶ m³", "每 10⁶ m³ 降低 (cm)"),
    "order_storage": ("{use} (storage)", "{use} (分蓄)"),
    "order_pump": ("{use} (pump)", "{use} (排水)"),
    "order_restriction": ("{use} (restricted)", "{use} (限排)"),
    "order_alone": (
        "Order of use, by the centimetres that each gives for its water until the peak, alone: {order}.",
        "运用次序 (按单独运用时峰前单位水量降低的水位)：{order}。",
    ),
    "order_last": (
        "As the last that is added to all others the order is another: {order}. What one does depends on the others.",
        "若按最后加入时排序则有不同：{order}。各项作用相互影响。",
    ),
    "order_no_last": (
        "As the last that is added to all others none lowers the peak: they spare each other all the work.",
        "若最后加入，则各项均不再降低最高水位：各项可相互替代。",
    ),
    "order_of_none": ("None of them lowers the peak.", "各项均不能降低最高水位。"),
    "order_idle": ("Alone without effect: {uses}.", "单独运用不起作用：{uses}。"),
    "order_begin": ("begins with (m)", "初始启用水位 (m)"),
    "order_trigger": ("best trigger (m)", "最优启用水位 (m)"),
    "order_found": ("repetitions (m)", "重复寻优结果 (m)"),
    "order_may_move": ("alone within 1 cm (m)", "单独变动且升幅不超过 1 cm (m)"),
    "order_time": ("best time found", "已知洪水时的启用时间"),
    "order_never": ("never", "不启用"),
    "order_any": ("any", "任意"),
    "order_reached": ("of the possible (%)", "占可能降低值 (%)"),
    "order_row_none": ("none of them", "均不运用"),
    "order_row_begun": ("triggers to begin with", "初始启用水位"),
    "order_row_triggers": ("best triggers", "最优启用水位"),
    "order_row_times": ("flood known: best times found", "洪水已知：已找到的最优时间"),
    "order_row_bound": ("flood known: bound", "洪水已知：理论下限"),
    "order_row_ideal": ("ideal diversion (no proven bound)", "理想分洪 (未证明为下限)"),
    "order_flat": (
        "Where its trigger lies in its range does not matter here: {uses}.",
        "启用水位在其范围内任意取值均无影响：{uses}。",
    ),
    "order_at_end": (
        "At the end of its range, so that a wider one may do better: {uses}.",
        "最优启用水位位于范围端点，扩大范围可能更优：{uses}。",
    ),
    "order_repeated": (
        "Repetitions of each search: {count}. The lowest peaks that they found differ by {triggers} cm for the "
        "triggers, by {times} cm for the times. All begin with the same starts, among others, so that they may agree "
        "and still not be near the best.",
        "每项寻优重复 {count} 次，最低的最高水位之差：启用水位 {triggers} cm，启用时间 {times} cm。"
        "各次均包含相同的初始值，结果一致并不说明已接近最优。",
    ),
    "order_once": (
        "Each search was made once, and not repeated: whether its answer can be is not known.",
        "每项寻优只进行一次，未重复，结果能否重现尚不清楚。",
    ),
    "order_bound": (
        "The last row: an ideal diversion takes the same {volume}·10⁶ m³ of storage at any rate, exactly when needed, "
        "with all pumps from the start (± {error} cm).",
        "末行：以同样的 {volume}·10⁶ m³ 容积，在最需要时以任意流量理想分洪，泵站自始全开 (± {error} cm)。",
    ),
    "order_no_bound": ("It is no proven bound: {doubts}", "该值未证明为下限：{doubts}"),
    "order_doubt_rating": (
        "{structure} lets less through where the water is higher.",
        "水位升高时，{structure}的过流反而减小。",
    ),
    "order_doubt_rule": (
        "the {rule} of {structure} may let less out, or more in, where the water is higher.",
        "水位升高时，{structure}的规则 ({rule}) 可能减少出流或增加入流。",
    ),
    "order_doubt_memory": (
        "the {rule} of {structure} also goes by what was before, so that more may leave where the water stood lower.",
        "{structure}的规则 ({rule}) 还取决于此前的情况，此前水位较低时出流反而可能更多。",
    ),
    "order_doubt_rain": (
        "{water} gets more rain, dew or groundwater where it is higher.",
        "{water}水位升高时，承接的降雨、凝结水或地下水增多。",
    ),
    "order_doubt_storage": (
        "{water} loses water in other ways, and so may take more than its free volume.",
        "{water}另有出路，可分蓄的水量可能大于其空闲容积。",
    ),
    "order_doubt_polder": (
        "{water} takes or gives water by other ways than the pump that is restricted.",
        "{water}除限排的泵站外另有进水或出水途径。",
    ),
    "order_doubt_pump": (
        "{structure} lifts into a lake of the system.",
        "{structure}排入系统内的湖泊。",
    ),
    "order_doubt_limit": (
        "{water} was filled above its limit of {level} m.",
        "{water}的蓄水超过了上限 {level} m。",
    ),
    "order_doubt_back": (
        "{water} can give water back, and so may take more in all than its free volume.",
        "{water}的蓄水可能回流，累计分蓄量可能大于其空闲容积。",
    ),
    "order_doubt_steady": (
        "held at a higher level, {water} would need more storage, and not less.",
        "{water}控制在较高水位时，所需容积反而更大。",
    ),
    "order_doubt_under": ("a run came out below it.", "有计算结果低于该值。"),
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
