"""Remedies of the library name options of the command line; here they name fields of an order."""

from __future__ import annotations

import re
from collections.abc import Mapping

from geo.errors import Language

_OPTION = re.compile(r"(?P<space> ?)--(?P<name>[a-z]+(?:-[a-z]+)*)")

#: What an option of `wangge import` is called in an order and on the page.
_FIELDS: Mapping[str, Mapping[Language, str]] = {
    "crs": {"zh": "坐标系", "en": "coordinate system"},
    "encoding": {"zh": "“编码”选项", "en": "“encoding”"},
    "layer": {"zh": "“图层”选项", "en": "“layer”"},
    "column": {"zh": "列", "en": "column"},
    "level": {"zh": "层级", "en": "level"},
    "complete": {"zh": "“全量”", "en": "“complete”"},
    "discard": {"zh": "“弃用之前暂存的”", "en": "“drop what was staged”"},
    "repair": {"zh": "“修复”", "en": "“repair”"},
    "skip-rejected": {"zh": "“跳过被拒绝的行”", "en": "“leave out rejected rows”"},
    "commit": {"zh": "“提交”", "en": "“commit”"},
}


def plainly(sentence: str, language: Language) -> str:
    """Say a sentence in the words of the form: `--crs 4490` becomes `coordinate system 4490`."""

    def field(match: re.Match[str]) -> str:
        names = _FIELDS.get(match["name"])
        if names is None:
            return match[0]
        # Chinese sets no blank between words; the options of a command line needed one.
        return names["zh"] if language == "zh" else match["space"] + names["en"]

    return _OPTION.sub(field, sentence)
