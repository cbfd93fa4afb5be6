"""What is wrong with a command line, in the language of the installation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.text import Text

# Typer carries its own click and gives no other name to these.
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from geo.cli.shell import err, words

#: What Typer says, and the same in Chinese; inner parts of a sentence are translated too.
_CHINESE: Sequence[tuple[str, str]] = (
    (r"No such option: (\S+) \(Possible options: (.+)\)", r"没有选项 \1。是否为：\2。"),
    (r"No such option: (\S+)", r"没有选项 \1。"),
    (r"No such command '(.+?)'\.(?: Did you mean (.+)\?)?", r"没有命令 \1。"),
    (r"Missing command\.", r"缺少命令。"),
    (r"Missing argument '(.+?)'\.", r"缺少参数 \1。"),
    (r"Missing option '(.+?)'\.", r"缺少选项 \1。"),
    (r"Option '(.+?)' requires an argument\.", r"选项 \1 后面要跟一个值。"),
    (r"Option '(.+?)' requires (\d+) arguments\.", r"选项 \1 后面要跟 \2 个值。"),
    (r"Option '(.+?)' does not take a value\.", r"选项 \1 不带值。"),
    (r"Got unexpected extra arguments? \((.+)\)", r"多余的参数：\1。"),
    (r"Invalid value for '(.+?)': (.+)", r"\1 的值不对：\2"),
    (r"Invalid value: (.+)", r"值不对：\1"),
    (r"'(.*?)' is not one of (.+)\.", r"“\1”不可用，可用的有：\2。"),
    (r"Input should be a valid integer.*", r"应为整数。"),
    (r"Input should be a valid number.*", r"应为数字。"),
    (r"Input should be a valid boolean.*", r"应为 true 或 false。"),
    (r"Input should be a valid date.*", r"应为日期，如 2026-11-21。"),
    (r"Input should be greater than or equal to (.+)", r"不能小于 \1。"),
    (r"Input should be less than or equal to (.+)", r"不能大于 \1。"),
    (r"Input should be ('.+)", r"可用的有 \1。"),
    (r"(?:File|Path|Directory|File or directory) '(.+?)' does not exist\.", r"\1 不存在。"),
)  # fmt: skip


def complain_of_usage(error: UsageError) -> None:
    """Print what can't be understood, and where the command is described."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return
    said = error.format_message()
    err.print(Text("✗", "bold red"), words(in_chinese(said), said))
    if error.ctx is not None:
        help_of = f"{error.ctx.command_path} --help"
        err.print(words(f"  用法见：{help_of}", f"  See: {help_of}"), style="dim")


def in_chinese(sentence: str) -> str:
    """Translate what Typer says; what is not in the table stays as it is."""
    for pattern, chinese in _CHINESE:
        if found := re.fullmatch(pattern, sentence, flags=re.DOTALL):
            inner = found[found.re.groups] if chinese.endswith(f"：\\{found.re.groups}") else None
            said = found.expand(chinese)
            return said if inner is None else said.removesuffix(inner) + in_chinese(inner)
    return sentence
