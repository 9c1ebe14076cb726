"""What the report of a lake says."""

from __future__ import annotations

from .words import column, find

REPORT: dict[str, tuple[str, str]] = {
    "report": ("Lake report", "一湖一策 · 湖泊报告"),
    "made_by": ("Made by lakesim {version} from its catalogue", "由 lakesim {version} 据其湖泊目录生成"),
    "file_written": ("Written to {file}.", "已写入 {file}。"),
    "no_folder": (
        "{option}: there is no folder {folder}; make it, or name a file elsewhere.",
        "{option}：没有文件夹 {folder}，请先建立，或另选位置。",
    ),
    "is_a_folder": (
        "{option}: {file} is a folder; name a file in it.",
        "{option}：{file} 是文件夹，请给出其中的文件。",
    ),
    "file_not_written": (
        "{option}: {file} could not be written ({reason}); free some space or name a file elsewhere.",
        "{option}：{file} 无法写入 ({reason})，请腾出磁盘空间或另选位置。",
    ),
    "in_short": ("In short", "要点"),
    "figures": ("Figures of the lake", "基本数据"),
    "levels": ("Characteristic levels", "特征水位"),
    "curve": ("The curve: how much water at which level", "水位–面积–容积曲线"),
    "history": ("What was reclaimed, and what was returned", "围垦与还湖"),
    "room": ("Flood storage between the levels", "各特征水位之间的调蓄容积"),
    "assessment": ("Assessment", "评估"),
    "no_level_pool": ("No level pool by itself", "不能单独按水平水面 (静库容) 计算"),
    "facts": ("Other published figures", "其他已发表数据"),
    "unknown": ("What is not known", "尚不清楚的"),
    "sources": ("Sources and grades", "来源与等级"),
    # --- in short ----------------------------------------------------------------------------------
    "short_room": (
        "From the {low} ({from_level:.2f} m) to the {high} ({to_level:.2f} m) the lake takes {volume}.",
        "从{low} ({from_level:.2f} m) 到{high} ({to_level:.2f} m)，湖泊可蓄 {volume}。",
    ),
    "short_metre": ("There a metre of level holds {volume}.", "其间每米水深蓄水 {volume}。"),
    "short_lost": (
        "Lost to dikes, fill and silt ({year}): {what}{note}.",
        "围垦、填占和淤积减少 ({year})：{what}{note}。",
    ),
    "short_returned": ("Given back ({year}): {what}{note}.", "已还湖 ({year})：{what}{note}。"),
    "short_worth": (
        "The assessment below is reconstructed 重构: {worth}.",
        "以下评估为重构：{worth}。",
    ),
    "short_peak": (
        "{case}: a peak of about {peak} m ({single} m if one input is wrong, {together} m if all are).",
        "{case}：最高水位约 {peak} m (一项输入有误为 {single} m，各项同时有误为 {together} m)。",
    ),
    "short_against": (
        "{case}: about {peak} m ({single} m; {together} m), which is {change} ({range} m over the same inputs).",
        "{case}：约 {peak} m ({single} m；{together} m)，{change} (相同输入下 {range} m)。",
    ),
    "by_pumps": (
        "It is the pumps that do it: without the low winter they give {peak} m too.",
        "起作用的是泵站：不降冬季水位，同样的泵站也得 {peak} m。",
    ),
    "pumps_give": (
        "The same pumps without the low winter give {peak} m.",
        "不降冬季水位，同样的泵站得 {peak} m。",
    ),
    "today": ("today", "现状"),
    "lower_by": ("{by} m lower than {to}", "比{to}低 {by} m"),
    "higher_by": ("{by} m higher than {to}", "比{to}高 {by} m"),
    "as_it": ("the same as {to} within 3 cm", "与{to}相差不到 3 cm"),
    "short_none": (
        "No assessment is made; the section on it says what is missing.",
        "未作评估，所缺数据见“评估”一节。",
    ),
    "short_pool": (
        "The lake is no level pool by itself: below {level:.2f} m a level says little about the water in it.",
        "该湖不能单独按水平水面 (静库容) 计算：水位低于 {level:.2f} m 时，单一水位难以说明湖中水量。",
    ),
    # --- figures, levels, curve ----------------------------------------------------------------------
    "area_at": ("Area at {level:.2f} m", "水位 {level:.2f} m 时面积"),
    "storage_at": ("Storage at {level:.2f} m", "水位 {level:.2f} m 时容积"),
    "from_curve": ("from the curve below", "据下述曲线"),
    "no_levels": ("No characteristic level is published.", "未见已发表的特征水位。"),
    "how_curve": ("How the curve was made", "曲线的来历"),
    "curve_picture": (
        "Storage and area of {lake} against level, with the characteristic levels",
        "{lake}水位–容积、水位–面积曲线及特征水位",
    ),
    "points": ("Published points, and how far the curve is from them", "已发表的曲线点及曲线与其相差"),
    "left_aside": ("left aside", "未采用"),
    # --- history ------------------------------------------------------------------------------------
    "no_history": (
        "No figure of what was reclaimed from this lake, or returned to it, could be found. None is guessed.",
        "未查到该湖围垦或还湖的数据，也不作估计。",
    ),
    "lost": ("Lost", "减少"),
    "returned": ("Given back", "还湖"),
    "history_note": (
        "Areas and storages of different years may belong to different levels; where the source says which, the note "
        "does. They must not be subtracted without that.",
        "不同年份的面积、容积可能对应不同水位；来源说明的，见备注。水位不明时不宜相减。",
    ),
    # --- flood storage --------------------------------------------------------------------------------
    "between": ("From … to", "起止水位"),
    "height": ("Height (m)", "高差 (m)"),
    "per_metre": ("A metre holds", "每米蓄水"),
    "whole": ("Lowest to highest", "自最低至最高"),
    "no_room": (
        "Fewer than two characteristic levels are known, so that there is no storage between them to tell. A metre "
        "of level at {level:.2f} m holds {volume}.",
        "已知的特征水位不足两个，无从计算其间容积。水位 {level:.2f} m 处每米蓄水 {volume}。",
    ),
    "room_note": (
        "Storage is the integral of the area. It is room only for as long as the lake stands at the lower level when "
        "the flood comes.",
        "容积为面积的积分。只有洪水来时湖水确在较低水位，这部分容积才可用。",
    ),
    # --- assessment ---------------------------------------------------------------------------------
    "lumped": (
        "Reconstructed: no series of rain, inflow or level of this lake is published. Peaks are rounded to 5 cm, and "
        "differences between the cases mean more than the levels themselves.",
        "资料为重构：该湖没有公开的降雨、入流和水位过程。峰值取整至 5 cm；各方案之差比水位本身更有意义。",
    ),
    "against_today": ("Against today (m)", "与现状相差 (m)"),
    "against": ("Against “{case}” (m)", "与“{case}”相差 (m)"),
    "lowest": ("Lowest level (m)", "最低水位 (m)"),
    "peak": ("Peak level (m)", "最高水位 (m)"),
    "on": ("On", "日期"),
    "refilled": ("Refilled on", "春季回蓄日期"),
    "pumped": ("Pumped", "抽排水量"),
    "limits": ("What this assessment cannot say", "本评估不能说明的"),
    "why_dash": (
        "A dash: the lake has no level for it, or the run does not include the season.",
        "“–”：湖泊没有相应的特征水位，或计算时段不含该季节。",
    ),
    "refill_to": (
        "Refilled: back at the {level} of {at:.2f} m between New Year and {day}, where the flood season begins.",
        "回蓄：元旦至{day}入汛之间回到{level} {at:.2f} m。",
    ),
    "other_side": (
        "The lowest level follows from what sluices and pumps are told to hold. Days of low water and the area of "
        "bare bed are not told: no such level is published, and the bank of the curve is assumed, so that these "
        "numbers would only repeat what was assumed.",
        "最低水位由闸、泵的调度所定。不列低水位天数和滩地出露面积：没有公开的相应水位，"
        "曲线的岸坡又是假定，列出的数只是假定的重复。",
    ),
    "levels_picture": ("Level of {lake} in each case", "{lake}各方案水位过程"),
    "account": (
        "The water account of every case closes to {residual:.0e} of its water; numerical error of the levels at "
        "most {error}. That proves the arithmetic, not the inputs.",
        "各方案水量平衡相对闭合差不超过 {residual:.0e}，水位数值误差不超过 {error}。这只证明计算无误，不证明资料可靠。",
    ),
    "ranges": ("How far the peaks move with what is not known", "未知输入对最高水位的影响"),
    "ranges_note": (
        "Each input alone, low and high, the others kept; change of the peak in metres. All together: in the "
        "directions that lower the peak one by one, and in those that raise it. That is neither a likely range nor a "
        "bound: inputs act on one another, and what is in no row may move the peak too.",
        "每次只改一项输入 (低、高)，其余不变；所列为最高水位的变化 (m)。"
        "“各项同时”取各项单独抬高或降低水位的方向。这既非可能范围，也非上下界：各项相互影响，表中未列的因素也会改变水位。",
    ),
    "input": ("Input", "输入"),
    "single_range": ("Peak, one input at a time (m)", "最高水位，每次一项 (m)"),
    "together_range": ("Peak, all together (m)", "最高水位，各项同时 (m)"),
    "gain_range": (
        "Against {case}, least and most in the same runs (m)",
        "与“{case}”相差，相同输入下的最小与最大 (m)",
    ),
    "in_full": ("The assessment in full: every input and where it is from", "评估全文：每项输入及其来历"),
    "in_full_note": (
        "Every number is marked as published (with its source), assumed, or fitted. The file runs with `lakesim run`.",
        "每个数都注明已发表 (附来源)、假定或率定 (原文为英文)。该文件可用 `lakesim run` 运行。",
    ),
    "none_made": (
        "No assessment is made for this lake. It would take a flood in today's state, the same after a low winter, and "
        "the same with a tenth of the reclaimed land returned; these figures are missing, and none is made up:",
        "未对该湖作评估。评估须计算现状、冬季低水位、退还一成围垦地三种情形下的同一场洪水；以下数据缺失，不予编造：",
    ),
    "pool_means": (
        "Below {level:.2f} m the water surface slopes and the lake is a river; above it outflow and backwater of the "
        "Yangtze still tilt it. So the curve holds for the lake as a whole only from there up, one gauge does not "
        "tell the storage below, and the level in flood is made by lake and river together: the lake alone, as a "
        "bucket with a curve, cannot be assessed. A volume that is returned to it lowers a flood by less than that "
        "volume divided by the area, because the outflow changes too.",
        "水位低于 {level:.2f} m 时水面有比降，湖成为河；高于该水位，出流和长江顶托仍使水面倾斜。"
        "因此曲线只在该水位以上对全湖成立，"
        "其下单站水位不能说明蓄水量；洪水位由江湖共同决定，不能把湖当作一只单独的水桶来评估。"
        "还湖的容积所降低的洪水位小于容积除以面积，因为出流也随之改变。",
    ),
    # --- the rest ---------------------------------------------------------------------------------
    "english": ("Notes and sources are in English.", "备注和来源为原目录所载英文。"),
    "grade_A": (
        "paper, ministry or government technical text, operator's record",
        "论文、部委或政府技术文件、管理单位实测资料",
    ),
    "grade_B": (
        "press text of an official bulletin, or a figure at second hand that names its official source",
        "官方通报的报道，或注明官方来源的转引",
    ),
    "grade_C": ("encyclopaedia, blog, machine-translated reprint", "百科、博客、机器翻译转载"),
    "grade_derived": ("follows from figures named in the note", "由备注所列数据推得"),
    "grade_assumed": ("a judgement; the note says why", "判断，理由见备注"),
    "grade_unverified": ("no source could be read", "来源未能查阅"),
}
"""What the report of a lake says; values by name."""


def reported(key: str, lang: str, **values: object) -> str:
    """What the report of a lake says, with its values.

    Raises
    ------
    ValueError
        If nothing has that key, or the language is unknown.

    Examples
    --------
    >>> reported("area_at", "en", level=24.5)
    'Area at 24.50 m'
    """
    return find(REPORT, key, "sentence")[column(lang)].format(**values)
