"""Chinese addresses taken apart: the compound (or road), the number of the building, the rest.

Nothing is guessed. What may be read in two ways gives no number, or several readings that are
all looked up (`geo.people.homes`); a unit, a floor and a room are left aside. 栋, 幢, 座, 号楼
and # mean the same; 三号楼, 3#, ３号楼 and 03号楼 are one number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_OLD = str.maketrans(
    "號樓棟單園區莊鎮縣東廣場門龍華寧豐慶鄉幾層戶—–―‐‑−~/\\_○◯",
    "号楼栋单园区庄镇县东广场门龙华宁丰庆乡几层户----------〇〇",
)
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰", "一二三四五六七八九十百")
_HAN = "零〇一二三四五六七八九十百两壹贰叁肆伍陆柒捌玖拾佰"
_NUMBER = rf"(?:(?:\d+-)*(?:[A-Z]-?)?\d+[A-Z]?|[A-Z]|[甲乙丙丁戊己庚辛]\d*|[{_HAN}]+)"
_ROAD = r"(?:路|街|大道|道|巷|弄|胡同)"

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>|〔[^〔〕]*〕")
_ASIDE = re.compile(r"^.(?:原|曾|旧|老名|租|自住|暂住|现住|备注|近|靠|旁|临|对面|户主)")
_PARTED = re.compile(r"(?<=[0-9A-Z#])[\s,，、;；.·:：|]+(?=[0-9A-Z])")
_SEPARATORS = re.compile(r"[\s,，、;；。.·:：|\"'“”‘’*]+")
_BRACKETS = re.compile(r"[()\[\]【】<>〔〕]")
_SURE = re.compile(
    rf"(?:{_NUMBER}(?:(?:号|#)(?:楼|栋|幢|座)|栋楼?|幢楼?|座(?!落)楼?|#))+(?:号|楼)?"
)
_SURE_PART = re.compile(rf"({_NUMBER})(?:(?:号|#)(?:楼|栋|幢|座)|栋楼?|幢楼?|座楼?|#)")
_MAYBE = re.compile(rf"({_NUMBER})号(?!院|楼|栋|幢|座|店|线|桥|路|街|大|小区|地|井|厂|矿|公|门)")
_DASHED = re.compile(
    r"^(?P<place>|.*[^\dA-Z-])(?P<number>[A-Z]?\d{1,3}[A-Z]?)-"
    r"(?P<rest>\d{1,4}(?:-\d{1,4})*(?:室|户|房|号)?|\d{1,2}单元.*)$"
)
_INNER = rf"(?:[A-Z]?\d+[A-Z]?|[{_HAN}]+|[A-Z甲乙丙丁东西南北中左右])"
_INSIDE = re.compile(
    rf"^(?:-?{_INNER}(?:号?单元|门洞?|梯|层|楼|F|室|户|号?房间?|号(?=$))(?:[东西南北中左右]户?)?)*"
    rf"(?:-?{_INNER}(?:-{_INNER})+|-?\d{{3,4}})?$"
)
_ONLY_INSIDE = re.compile(rf"[\dA-Z{_HAN}#\-单元门洞梯层楼室户房间号东西南北中左右]*")
_UNIT = re.compile(rf"-?{_INNER}(?:号?单元|层|室|户).*$|(?<=[^\d-])\d{{3,4}}$")
_RELATION = re.compile(
    r"旁|对面|附|[东西南北副]楼|隔壁|对过|斜对|门口|以[东西南北]|[东西南北]侧|[前后]|边|平房|之间|[至到和及与或]"
)
_NUMERAL = re.compile(r"[一二两三四五六七八九十百零〇]+")
_ORGAN = re.compile(
    r"^(?:街道办事处|办事处|街道办|居民委员会|村民委员会|居委会|村委会|党支部|社区(?!\d))"
)
_ABOVE = re.compile(
    r"^(?:中国)?(?:\w{2,8}?(?:省|自治区|市))?(?:\w{2,8}?(?:自治州|地区|盟|州|市))?$"
)
_ROAD_NUMBER = re.compile(rf"^\w{{1,10}}?{_ROAD}\d+(?:-\d+)?号?(?![院楼栋幢座\d-])")


@dataclass(frozen=True)
class Address:
    """An address taken apart.

    `place` is the text before the number, as `place_key` writes it; `number` the building's, as
    `number_key` does, None where none is said or it is not clear which; `rest` what was left
    aside. `others` are further readings (place, number) of the same text; `marked` tells that the
    number is said to be a building's (4号楼), which a plain 4号 is not.
    """

    place: str
    number: str | None
    rest: str = ""
    others: tuple[tuple[str, str], ...] = ()
    marked: bool = False

    @property
    def readings(self) -> tuple[tuple[str, str], ...]:
        """All (place, number) that the text may mean; empty without a number."""
        return () if self.number is None else ((self.place, self.number), *self.others)


def plain(text: str) -> str:
    """Write a text in one way: half width, capital letters, simple characters, no spaces.

    A space or a comma between two digits or letters parts them and becomes a hyphen.
    """
    text = unicodedata.normalize("NFKC", text).translate(_OLD).upper()
    if _BRACKETS.search(text):
        text = _BRACKETED.sub(lambda found: "" if _ASIDE.match(found[0]) else found[0], text)
    text = _PARTED.sub("-", text.strip())
    return re.sub(r"-{2,}", "-", _SEPARATORS.sub("", text)).strip("-")


def parse(text: str | None) -> Address:
    """Take an address apart.

    Examples
    --------
    >>> parse("竹岭苑 ０４号楼2单元501室")
    Address(place='竹岭苑', number='4', rest='2单元501室', others=(), marked=True)
    >>> parse("竹岭苑3-2-501").number, parse("仁达路81号").place
    ('3', '仁达路')
    >>> parse("竹岭苑2单元501").number is None
    True
    """
    written = plain(text or "")
    return _by_sure_number(written) or _by_hyphens(written) or _by_last_number(written)


def _by_sure_number(text: str) -> Address | None:
    """Read 4号楼, A座, 3#: the last such number that is not inside a name or after another."""
    found = list(_SURE.finditer(text))
    for position, group in enumerate(found):
        rest = text[group.end() :]
        if position + 1 < len(found):
            between = text[group.end() : found[position + 1].start()]
            if not (_RELATION.search(between) or _leads_inside(between)):
                continue
        further = position + 1 < len(found) and not _ONLY_INSIDE.fullmatch(rest)
        if further or _RELATION.search(rest):
            return Address(_place(text[: group.start()]), None, text[group.start() :])
        numbers = _SURE_PART.findall(group[0])
        place = text[: group.start()]
        if len(numbers) > 1:
            return Address(_place(place), "-".join(map(_number, numbers)), rest, marked=True)
        read = replace(_with_splits(place, numbers[0], rest), marked=True)
        return _with_house_after(read, text[: group.end()]) if rest.endswith("号") else read
    return None


def _with_house_after(read: Address, before: str) -> Address:
    """Where a plain number ends it (电厂五号楼2号), the sure one may belong to the name."""
    last = re.fullmatch(rf"({_NUMBER})号", read.rest)
    if last is None:
        return read
    return replace(read, others=(*read.others, (_place(before), _number(last[1]))))


def _leads_inside(between: str) -> bool:
    return re.match(rf"-?{_INNER}(?:号?单元|层|室|户)", between) is not None


def _by_hyphens(text: str) -> Address | None:
    """Read 3-2-501: building, unit, room. On a road it may be house 3-2 as well: no number."""
    found = _DASHED.match(text)
    if found is None:
        return None
    place = found["place"]
    if re.search(rf"{_ROAD}$", place):
        return None
    if re.search(r"(?<!新)[村组社队]$", place) and found["rest"].count("-") == 0:
        return None
    number = _number(found["number"])
    joined = (_place(place), f"{number}-{_number(found['rest'])}")
    others = (joined,) if found["rest"].isdigit() else ()
    return Address(_place(place), number, found["rest"], others)


def _by_last_number(text: str) -> Address:
    """Read 仁达路81号, 梅治村12号: the last plain number, when only a unit or room follows."""
    found = list(_MAYBE.finditer(text))
    for group in found:
        place, rest = text[: group.start()], text[group.end() :]
        if "-" in group[1] and not re.search(rf"{_ROAD}$", place):
            continue
        if _INSIDE.match(rest) and not re.fullmatch(r"-\d{1,2}", rest):
            return _with_splits(place, group[1], rest)
    inside = _UNIT.search(text)
    place = text[: inside.start()] if inside else text
    return Address(_place(place), None, text[len(place) :])


def _with_splits(place: str, number: str, rest: str) -> Address:
    """Where a numeral may begin earlier or later (阳光一百二号楼), give each way to part it."""
    others = []
    if re.fullmatch(rf"[{_HAN}]{{2,}}|[A-Z]-?\d+[A-Z]?", number):
        for cut in range(1, len(number)):
            tail = _number(number[cut:])
            if re.fullmatch(r"\d+[A-Z]?", tail):
                others.append((_place(place + number[:cut]), tail))
    return Address(_place(place), _number(number), rest, tuple(dict.fromkeys(others)))


def number_key(text: str) -> str:
    """Write the number of a building in one way: 04号楼, 四栋, ４# and 4 are all 4; A-3 is A3.

    What is no number (东楼, 门卫) is kept as a text.
    """
    return _number(plain(text))


def _number(written: str) -> str:
    parts = _SURE_PART.findall(written)
    if parts and _SURE.fullmatch(written):
        return "-".join(_one_number(part) for part in parts)
    if whole := re.fullmatch(rf"({_NUMBER})号?", written):
        return _one_number(whole[1])
    return written


def _one_number(text: str) -> str:
    text = re.sub(r"(?<=[A-Z])-(?=\d)", "", text)
    if re.fullmatch(rf"[{_HAN}]+", text):
        return numeral(text)
    return re.sub(r"\d+", lambda digits: str(int(digits[0])), text)


def numeral(text: str) -> str:
    """Write a Chinese numeral in digits: 十二 → 12, 二十 → 20, 一〇三 → 103, 一百零二 → 102.

    What is not well formed (一百二) is given back as it is.
    """
    plainly = text.translate(_CAPITALS)
    if all(c in _DIGITS for c in plainly):
        return str(int("".join(str(_DIGITS[c]) for c in plainly)))
    found = re.fullmatch(
        r"(?:([一二两三四五六七八九])百)?"
        r"(?:[零〇](?=[一二三四五六七八九]$))?(?:([一二三四五六七八九]?)(十))?([一二三四五六七八九])?",
        plainly,
    )
    if found is None or (found[1] and found[4] and not found[3] and not re.search("[零〇]", text)):
        return text
    tens = (_DIGITS[found[2]] if found[2] else 1) if found[3] else 0
    hundreds = _DIGITS[found[1]] if found[1] else 0
    return str(100 * hundreds + 10 * tens + (_DIGITS[found[4]] if found[4] else 0))


def place_key(text: str) -> str:
    """Write a compound or road in one way: brackets taken off, numerals in digits (三里 → 3里).

    Digits said one by one (八一, 二一〇) stay as they are: they are often names.
    """
    return _place(plain(text))


def _place(written: str) -> str:
    bare = _BRACKETS.sub("", written).strip("-#")
    bare = _NUMERAL.sub(_as_digits, bare)
    return re.sub(r"0+(?=\d)", "", bare) if bare.startswith("0") else bare


def _as_digits(found: re.Match[str]) -> str:
    word = found[0]
    if len(word) > 1 and all(c in _DIGITS for c in word):
        return word
    return numeral(word)


class Prefixes:
    """What may stand before a compound: the areas and roads of the site.

    Parameters
    ----------
    areas : iterable of str
        Names of areas of all levels.
    tops : iterable of str
        Names of the areas without a parent: a province and a city may stand before them.
    roads : iterable of str
        Names of roads, as `place_key` writes them.
    """

    def __init__(
        self, areas: Iterable[str] = (), tops: Iterable[str] = (), roads: Iterable[str] = ()
    ) -> None:
        self._names = {place_key(name) for name in (*areas, *roads) if name}
        self._tops = [place_key(name) for name in tops if name]
        self._lengths = sorted({len(name) for name in self._names}, reverse=True)

    def strip(self, place: str) -> tuple[str, ...]:
        """Give a place as it is, then with each prefix taken off in turn: 竹岭社区竹岭苑, 竹岭苑.

        Nothing is given for a place that is nothing but prefixes.
        """
        readings = [place]
        rest = self._below_top(place)
        while rest is not None:
            readings.append(rest)
            rest = self._shorter(rest)
        if len(readings) == 1 and (shorter := self._shorter(place)) is not None:
            return (place, *self.strip(shorter))
        return tuple(dict.fromkeys(filter(None, readings)))

    def below_top(self, place: str) -> str:
        """Take off only the topmost area and what stands before it."""
        rest = self._below_top(place)
        return place if rest is None else rest

    def _below_top(self, place: str) -> str | None:
        for name in self._tops:
            at = place.find(name)
            if at >= 0 and _ABOVE.match(place[:at]):
                return place[at + len(name) :]
        return None

    def _shorter(self, place: str) -> str | None:
        if found := _ROAD_NUMBER.match(place):
            return place[found.end() :]
        for length in self._lengths:
            if length <= len(place) and place[:length] in self._names:
                return _ORGAN.sub("", place[length:])
        return None
