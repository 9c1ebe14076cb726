"""What the command line says."""

from __future__ import annotations

from .words import column, find

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
    "more_events": ("… and {count} more: lakesim explain {file}", "…… 另有 {count} 个：lakesim explain {file}"),
    "explain_them": ("What happened and why: lakesim explain {file}", "事件及其原因：lakesim explain {file}"),
    "no_events": ("{case}: nothing happened from {start} to {end}.", "{case}：{start} 至 {end} 无事件。"),
    "no_events_of": (
        "{case}: nothing happened to {structure} from {start} to {end}.",
        "{case}：{start} 至 {end}，{structure}无事件。",
    ),
    "no_result": (
        "{file} is no result of lakesim ({reason}); name a NetCDF file that `lakesim run` wrote.",
        "{file} 不是 lakesim 的结果 ({reason})，请给出 `lakesim run` 写出的 NetCDF 文件。",
    ),
    "no_file_there": ("there is no such file", "没有这个文件"),
    "is_a_folder": ("it is a folder", "这是文件夹"),
    "is_empty": ("it is empty", "文件为空"),
    "is_no_netcdf": ("it is no NetCDF file", "不是 NetCDF 文件"),
    "is_not_whole": ("it is not whole", "文件不完整"),
    "no_structure": (
        "--structure: there is no {structure}; the structures are: {known}.",
        "--structure：没有 {structure}，建筑物有：{known}。",
    ),
    "outside_the_run": (
        "--at: {time} lies outside the run, which goes from {start} to {end}.",
        "--at：{time} 不在计算时段内，时段为 {start} 至 {end}。",
    ),
    "at_output": ("{case} at {time}", "{case}，{time} 时"),
    "at_nearest_output": (
        "{case} at {time}, the output nearest to {asked}",
        "{case}，{time} (最接近 {asked} 的输出时刻)",
    ),
    "since_then": ("Between this output and {asked}:", "此后至 {asked}："),
    "or_a_file": (
        "or name a scenario file (.toml) or a result (.nc)",
        "或请给出情景文件 (.toml) 或结果文件 (.nc)",
    ),
    "no_case": ("--case: there is no {case}; the cases are: {known}.", "--case：没有 {case}，方案有：{known}。"),
    "more_cases": ("Cases, to be shown with --case: {cases}", "可用 --case 查看的方案：{cases}"),
    "report_of_a_lake": (
        "--report: {file} is a file; a report is of a lake, so name one, see `lakesim lakes`.",
        "--report：{file} 是文件，报告只针对湖泊，请给出湖名，见 `lakesim lakes`。",
    ),
    "option_of_a_scenario": (
        "{option}: {name} is a lake; this option is of a scenario, so name its file.",
        "{option}：{name} 是湖泊，此选项只针对情景，请给出情景文件。",
    ),
    "option_not_of_a_system": (
        "{option}: {name} is a system of the catalogue, which has none; leave the option out.",
        "{option}：{name} 是系统目录中的系统，没有此项，请去掉该选项。",
    ),
    "or_a_system": ("or a system: {known}", "或系统：{known}"),
    "systems": ("Systems of several waters", "多水体系统"),
    "origin_of_numbers": (
        "Whether a number is published, assumed or fitted stands beside it in {file}",
        "各数是已发表、假定还是率定，见 {file} 中该数旁的注释",
    ),
    "no_picture": (
        "--figure: {file} does not end like a picture; let it end with one of {known}.",
        "--figure：{file} 的扩展名不是图片，请用 {known} 之一。",
    ),
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
    "lockout": ("Lockout (longest) (h)", "关闸历时 (最长) (h)"),
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
    return find(CLI, key, "sentence")[column(lang)].format(**values)
