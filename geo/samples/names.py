"""Plausible fictional names, drawn from lists of characters."""

from __future__ import annotations

import numpy as np

from geo.samples.plan import some

COUNTY = "示例县"

_FIRST = "文崇永安和兴新长金玉翠仁德福康泰嘉锦景云龙凤清明华瑞祥宁昌盛丰荣庆锦松柏桂兰梅竹"
_SECOND = "峰文昌宁泉源山河阳园林亭台阁桥平乐治远通达善义礼信和顺春秋月晖岭川溪塘堂庭"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文海燕春梅晓雪峰鹏飞宇欣"
_DIGITS = "零一二三四五六七八九"


class NameBook:
    """Two-character place names, none given twice for the same ending."""

    def __init__(self, rng: np.random.Generator) -> None:
        stems = sorted({a + b for a in _FIRST for b in _SECOND if a != b})
        self._stems = [stems[i] for i in rng.permutation(len(stems))]
        self._used: dict[str, int] = {}

    def take(self, ending: str) -> str:
        """Give the next unused name with an ending, such as `take("路")`."""
        count = self._used.get(ending, 0)
        self._used[ending] = count + 1
        turn, place = divmod(count, len(self._stems))
        stem = self._stems[(hash_text(ending) + place) % len(self._stems)]
        return f"{stem}{'东西南北中'[turn - 1] if turn else ''}{ending}"


def hash_text(text: str) -> int:
    """Give a small number that depends on a text alone (Python's own hash is salted)."""
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) % 1_000_003
    return value


def numeral(number: int) -> str:
    """Write 1-999 in Chinese: 12 -> 十二, 105 -> 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def people(count: int, rng: np.random.Generator) -> list[str]:
    """Give names of fictional people; two may share one, as in life."""
    surname = rng.integers(len(_SURNAMES), size=count)
    given = rng.integers(len(_GIVEN), size=(count, 2))
    short = some(0.25, count, rng)
    return [
        _SURNAMES[s] + (_GIVEN[a] if brief else _GIVEN[a] + _GIVEN[b])
        for s, (a, b), brief in zip(surname, given, short, strict=True)
    ]


def phones(count: int, start: int) -> list[str]:
    """Give telephone numbers that can't exist: no mobile number begins with 100."""
    return [f"100{start + i:08d}" for i in range(count)]
