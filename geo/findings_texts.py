"""The sentences of all findings, one table for notes and one for rejected rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple


class NoteText(NamedTuple):
    """A note in both languages; the braces name its facts."""

    en: str
    zh: str
    severity: Literal["info", "warning"] = "info"


class RejectText(NamedTuple):
    """A reason and a remedy in both languages; `field` and `value` are always known."""

    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


NOTES: Mapping[str, NoteText] = MappingProxyType(
    {
        # the file
        "crs_overruled": NoteText(
            "The file says {file}, you said {declared}: your word was taken.",
            "文件写的是 {file}，您声明的是 {declared}：以您的声明为准。",
            "warning",
        ),
        "level_overruled": NoteText(
            "The file's level column says {file}, you said {declared}: your word was taken.",
            "文件的层级列写的是 {file}，您声明的是 {declared}：以您的声明为准。",
            "warning",
        ),
        "crs_ballpark": NoteText(
            "{crs} ({name}) needs secret local parameters; here it is converted roughly, with "
            "errors up to 100 m. Have the file converted to CGCS2000 (--crs 4490) first.",
            "{crs}（{name}）的精确转换需要当地保密参数，此处只能粗略转换，误差可达百米。"
            "请先将文件转换为 CGCS2000（--crs 4490）。",
            "warning",
        ),
        "encoding_guessed": NoteText(
            "The file does not say its encoding; it was read as {encoding}: “{preview}”. "
            "If that looks wrong, say --encoding.",
            "文件没有声明编码，按 {encoding} 读取：“{preview}”。如有乱码，请用 --encoding 指定编码。",
        ),
        "encoding_overruled": NoteText(
            "The file says its encoding is {declared}, but its bytes are {encoding}: “{preview}”.",
            "文件声明编码为 {declared}，但内容实为 {encoding}：“{preview}”。",
            "warning",
        ),
        "encoding_doubtful": NoteText(
            "Read as {encoding}: “{preview}”; as {other} it would be “{other_preview}”. "
            "If the second is right, say --encoding {other}.",
            "按 {encoding} 读取：“{preview}”；按 {other} 则是“{other_preview}”。"
            "如后者正确，请用 --encoding {other}。",
            "warning",
        ),
        "text_cut": NoteText(
            "{count} texts were cut in the middle of a character by their field length; "
            "the broken last character was left out, first in row {row} (“{value}”).",
            "{count} 个文本因字段长度在字符中间被截断，已去掉残缺的末字，首见于第 {row} 行（“{value}”）。",
            "warning",
        ),
        "no_rows": NoteText("The file has no rows.", "文件没有数据行。", "warning"),
        "height_dropped": NoteText(
            "Heights or measures of {count} shapes were left out; areas and places are flat.",
            "已去掉 {count} 个图形的高程或量测值；区域和点位均为二维。",
        ),
        "driver_said": NoteText(
            "While reading, the driver said: {message}.", "读取时驱动提示：{message}。", "warning"
        ),
        "heading_twice": NoteText(
            "The heading “{heading}” appears more than once; the later one is called “{name}”.",
            "表头“{heading}”重复出现，后一列记作“{name}”。",
            "warning",
        ),
        "title_above": NoteText(
            "The table begins in row {row}; {count} rows above it were taken for a title "
            "(“{value}”).",
            "表格从第 {row} 行开始；其上 {count} 行视为标题（“{value}”）。",
        ),
        "totals_left_out": NoteText(
            "{count} rows of totals were left out, first row {row} (“{value}”).",
            "已略去 {count} 个合计行，首见于第 {row} 行（“{value}”）。",
        ),
        "headings_repeated": NoteText(
            "{count} rows repeat the headings and were left out, first row {row}.",
            "已略去 {count} 个重复的表头行，首见于第 {row} 行。",
        ),
        "remarks_left_out": NoteText(
            "{count} rows of remarks or signatures were left out, first row {row} (“{value}”).",
            "已略去 {count} 个说明或签字行，首见于第 {row} 行（“{value}”）。",
        ),
        "example_left_out": NoteText(
            "{count} example rows of the template were left out, first row {row} (“{value}”).",
            "已略去 {count} 个模板示例行，首见于第 {row} 行（“{value}”）。",
        ),
        "merged_spread": NoteText(
            "Merged cells under {headings} (first in row {row}) were read as the same value in "
            "each of their rows.",
            "“{headings}”列的合并单元格（首见于第 {row} 行）按每行相同的值读取。",
        ),
        "merged_sums": NoteText(
            "Figures in merged cells under {headings} (first in row {row}) stand in the first row "
            "only: nothing says how they divide. Fill every row, or check the sums.",
            "“{headings}”列有合并的数字（首见于第 {row} 行），只计入首行，因为无法得知如何分摊。"
            "请逐行填写或核对合计。",
            "warning",
        ),
        "cell_errors": NoteText(
            "{count} cells show an error such as #REF! (first {place}); they were read as unknown.",
            "{count} 个单元格显示 #REF! 等错误（首见于 {place}），按未知处理。",
            "warning",
        ),
        "formulas_without_value": NoteText(
            "{count} formulas have no result in the file (first {place}); they were read as "
            "unknown. Open the file in Excel and save it, so that they are calculated.",
            "{count} 个公式在文件中没有计算结果（首见于 {place}），按未知处理。"
            "请在 Excel 中打开并保存，使其完成计算。",
            "warning",
        ),
        "pairs_latitude_first": NoteText(
            "The pairs in “{heading}” are latitude first, as their numbers show (like {value}).",
            "由数值可知，“{heading}”列纬度在前（如 {value}）。",
        ),
        "coordinates_from": NoteText(
            "Coordinates come from the columns “{x}” and “{y}”.",
            "坐标取自列“{x}”和“{y}”。",
        ),
        "shape_from": NoteText(
            "Shapes come from the column “{heading}”.", "图形取自列“{heading}”。"
        ),
        # the columns
        "two_headings": NoteText(
            "Both “{taken}” and “{left}” could be {column}: “{taken}” was taken. "
            "Say --column {column}=HEADING to choose.",
            "“{taken}”和“{left}”都可能是 {column}，已采用“{taken}”。可用 --column {column}=表头 指定。",
            "warning",
        ),
        "headings_taken": NoteText("Columns taken: {pairs}.", "已识别的列：{pairs}。"),
        "headings_unused": NoteText("Columns not used: {headings}.", "未使用的列：{headings}。"),
        "shape_unused": NoteText(
            "{kind} have no place on the map; the shapes of the file were left out.",
            "{kind} 不带图形，文件中的图形已忽略。",
        ),
        "points_unused": NoteText(
            "The columns {headings} are single points, but {kind} need {expected_en}: "
            "they were left out.",
            "列 {headings} 只是点位，而 {kind} 需要{expected_zh}，已忽略。",
        ),
        "codes_restored": NoteText(
            "The codes in “{heading}” had become decimal numbers (like {value}); "
            "they were whole and short enough to be restored.",
            "“{heading}”列的编码曾变成小数（如 {value}），因均为整数且位数未丢失，已还原。",
            "warning",
        ),
        "codes_from_numbers": NoteText(
            "{count} codes in “{heading}” are stored as numbers (like {value}) and were restored; "
            "zeros at their beginning, if there were any, are lost.",
            "“{heading}”列有 {count} 个编码存成了数字（如 {value}），已还原；如原有前导零则已丢失。",
        ),
        "times_from_numbers": NoteText(
            "{count} numbers in “{heading}” were read as days of Excel (like {value}).",
            "“{heading}”列有 {count} 个数字按 Excel 日期读取（如 {value}）。",
        ),
        "texts_from_days": NoteText(
            "{count} cells of “{heading}” hold a date (like {value}). Excel makes dates of "
            "texts such as 3-1: check them.",
            "“{heading}”列有 {count} 个单元格是日期（如 {value}）。"
            "Excel 会把“3-1”之类的文本变成日期，请核对。",
            "warning",
        ),
        "blank_marks": NoteText(
            "{count} cells of “{heading}” hold a mark for “nothing” (like “{value}”); "
            "they were read as unknown.",
            "“{heading}”列有 {count} 个单元格以“{value}”等符号表示空，按未知处理。",
        ),
        "single_points": NoteText(
            "{count} multipoints of one point were read as points.",
            "{count} 个只含一个点的多点按点读取。",
        ),
        "invalid_kept": NoteText(
            "{count} outlines are invalid (first in row {row}: {reason}). "
            "They are kept for the coverage checks.",
            "{count} 个轮廓无效（首见于第 {row} 行：{reason}），已保留，交由拓扑检查处理。",
            "warning",
        ),
        "repaired": NoteText(
            "{count} shapes were repaired (first in row {row}: {reason}); "
            "together their area changed by {change_m2} m².",
            "已修复 {count} 个图形（首见于第 {row} 行：{reason}），面积合计变化 {change_m2} 平方米。",
            "warning",
        ),
    }
)

REJECTS: Mapping[str, RejectText] = MappingProxyType(
    {
        # rows
        "too_many_cells": RejectText(
            "The row has {found} cells under {expected} headings.",
            "该行有 {found} 个单元格，而表头只有 {expected} 列。",
            "Put texts that hold the separator in double quotes.",
            "含分隔符的文本请用双引号括起来。",
        ),
        "not_a_feature": RejectText(
            "The entry is not a feature: {reason}.",
            "该条目不是要素：{reason}。",
            'Every entry needs "type": "Feature", "properties" and "geometry".',
            '每个条目须有 "type": "Feature"、"properties" 和 "geometry"。',
        ),
        # cells
        "missing_value": RejectText(
            "{field} is empty.", "{field} 为空。", "Fill the cell.", "请填写该单元格。"
        ),
        "code_as_number": RejectText(
            "“{value}” was a code before a program made a number of it; digits are lost.",
            "“{value}”原为编码，被软件当成数字后丢失了位数。",
            "Format the column as text in the source table and export it again.",
            "请在源表中把该列设为文本格式后重新导出。",
        ),
        "not_a_number": RejectText(
            "“{value}” is not a number.", "“{value}”不是数字。",
            "Write digits only, such as 1200.", "请只写数字，如 1200。",
        ),
        "not_whole": RejectText(
            "“{value}” is not a whole number.", "“{value}”不是整数。",
            "Write a whole number.", "请填写整数。",
        ),
        "too_small": RejectText(
            "{value} is below {minimum}.", "{value} 小于 {minimum}。",
            "Correct the figure, or empty the cell when it is unknown.",
            "请更正；未知时请留空。",
        ),
        "too_large": RejectText(
            "{value} is too large to be right.", "{value} 过大，不可能正确。",
            "Correct the figure.", "请更正该数字。",
        ),
        "not_a_flag": RejectText(
            "“{value}” is neither yes nor no.", "“{value}”既不是“是”也不是“否”。",
            "Write 是 or 否 (yes or no, 1 or 0).", "请填写“是”或“否”（或 1、0）。",
        ),
        "not_a_time": RejectText(
            "“{value}” is not a date or time.", "“{value}”不是日期或时间。",
            "Write it as 2026-03-05 or 2026-03-05 14:20.",
            "请写成 2026-03-05 或 2026-03-05 14:20。",
        ),
        "time_as_number": RejectText(
            "“{value}” is a date that a program stored as a number.",
            "“{value}”是被软件存成数字的日期。",
            "Format the column as a date (2026-03-05) and export it again.",
            "请把该列设为日期格式（2026-03-05）后重新导出。",
        ),
        "time_month_only": RejectText(
            "“{value}” is a month; nothing says which day is meant.",
            "“{value}”只有年月，无法得知是哪一天。",
            "Write the day too, such as 2026-03-05.", "请补上日，如 2026-03-05。",
        ),
        "code_as_date": RejectText(
            "“{value}” is a date; a program made it of a text such as 3-1.",
            "“{value}”是日期，应是软件把“3-1”之类的文本误转而成。",
            "Format the column as text in the source table and type the code again.",
            "请在源表中把该列设为文本格式后重新填写。",
        ),
        "time_ambiguous": RejectText(
            "“{value}” can be read as two different days.", "“{value}”可理解为两个不同的日期。",
            "Write the year first: 2026-03-05.", "请把年份写在前面：2026-03-05。",
        ),
        "unknown_word": RejectText(
            "“{value}” is not a known {field}.", "“{value}”不是已知的 {field}。",
            "Use one of: {allowed}.", "请用：{allowed}。",
        ),
        "unknown_level": RejectText(
            "“{value}” is no level of this site.", "“{value}”不是本站点的层级。",
            "Write one of: {known}.", "请填写其中之一：{known}。",
        ),
        "no_level": RejectText(
            "The row does not say its level.", "该行没有写明层级。",
            "Write one of: {known}.", "请填写其中之一：{known}。",
        ),
        "same_key": RejectText(
            "The id “{value}” was already used in row {first}.",
            "编号“{value}”已在第 {first} 行使用。",
            "Give every row its own id, or leave the id column out.",
            "请为每行使用唯一编号，或不导入编号列。",
        ),
        # places
        "no_coordinates": RejectText(
            "The row has no coordinates.", "该行没有坐标。",
            "Fill both coordinates.", "请补全坐标。",
        ),
        "one_coordinate": RejectText(
            "The row has one coordinate instead of two.", "该行只有一个坐标，应有两个。",
            "Fill both coordinates, or empty both.", "请补全两个坐标，或都留空。",
        ),
        "no_shape": RejectText(
            "The row has no shape.", "该行没有图形。",
            "Draw the shape in the source, or delete the row.", "请在源数据中补画图形，或删除该行。",
        ),
        "broken_shape": RejectText(
            "The shape can't be read: {reason}.", "图形无法读取：{reason}。",
            "Mend the shape in the source and export it again.", "请在源数据中修正图形后重新导出。",
        ),
        "not_a_coordinate": RejectText(
            "“{value}” is not a coordinate.", "“{value}”不是坐标。",
            "Write decimal degrees such as 104.638512, or 104°38′18.6″.",
            "请写十进制度数，如 104.638512，或 104°38′18.6″。",
        ),
        "out_of_range": RejectText(
            "{value} lies outside the range of longitude and latitude.",
            "{value} 超出经纬度范围。",
            "Correct the coordinates.", "请更正坐标。",
        ),
        "swapped": RejectText(
            "{value}: longitude and latitude seem to be exchanged.",
            "{value}：经度和纬度疑似颠倒。",
            "Exchange the two, or say which column is lon and which is lat.",
            "请对调两值，或指明哪一列是 lon、哪一列是 lat。",
        ),
        "zero_zero": RejectText(
            "The coordinates are 0, 0: a place in the sea that stands for “unknown”.",
            "坐标为 0, 0：该点在海上，通常表示“未知”。",
            "Fill the coordinates, or empty both cells.", "请补全坐标，或将两格留空。",
        ),
        "far_away": RejectText(
            "The place is {distance_km} km away from the area of the working zone.",
            "该位置距工作投影带适用范围 {distance_km} 公里。",
            "Check the coordinate system and whether the two coordinates are exchanged.",
            "请检查坐标系，以及两个坐标是否颠倒。",
        ),
        "wrong_kind": RejectText(
            "A {found} where {expected_en} is needed.", "图形为 {found}，此处需要{expected_zh}。",
            "Put it into a file of its own kind, or draw it as {expected_en}.",
            "请放入对应类型的文件，或改绘为{expected_zh}。",
        ),
        "invalid_shape": RejectText(
            "The shape is invalid: {reason}.", "图形无效：{reason}。",
            "Mend it in the source, or import with --repair.", "请在源数据中修正，或使用 --repair 导入。",
        ),
    }
)  # fmt: skip
