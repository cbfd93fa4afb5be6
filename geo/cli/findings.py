"""Findings as the command line shows them: what is wrong, then what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo.cli.shell import out, words
from geo.import_report import Finding
from geo.settings import read_settings

_SHOWN = 20
_SIGNS = {"error": "✗", "warning": "⚠", "info": "·"}


def show_findings(findings: Sequence[Finding], *, codes: bool = False) -> None:
    """Print the first findings, with their codes if asked, then each remedy once."""
    chinese = read_settings().language == "zh"
    shown = findings[:_SHOWN]
    for finding in shown:
        row = words(f"第 {finding.row} 行：", f"row {finding.row}: ") if finding.row else ""
        sentence = finding.zh if chinese else finding.en
        code = f"{finding.code}: " if codes else ""
        out.print(f"  {_SIGNS[finding.severity]} {code}{row}{sentence}")
    if (more := len(findings) - len(shown)) > 0:
        out.print(words(f"  … 另有 {more} 条", f"  … and {more} more"))
    remedies = (finding.remedy_zh if chinese else finding.remedy_en for finding in shown)
    for remedy in dict.fromkeys(remedies):
        out.print(f"  → {remedy}")


def typed_reasons(codes: Iterable[str]) -> str:
    """Give the options that say why warnings of these codes may stand, as one types them."""
    return " ".join(f'--reason "{code}=…"' for code in codes)
