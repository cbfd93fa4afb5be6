"""Operations as plain data and back, field by field; nothing unknown is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, ClassVar, NamedTuple, Self, get_type_hints

import shapely

from geo.errors import BadInput, UnknownOption

#: Marks a field that the desk fills in and the log does not keep.
NOT_LOGGED: Mapping[str, bool] = {"logged": False}


class Codec(NamedTuple):
    """How values of one type are written and read; `read` raises ValueError or TypeError."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    en: str
    zh: str


def read_number(value: object) -> int:
    """Read an id."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def read_text(value: object) -> str:
    """Read a text, without blanks around it."""
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def read_list(value: object) -> list[Any]:
    """Read a list."""
    if not isinstance(value, list | tuple):
        raise TypeError
    return list(value)


def read_object(value: object) -> dict[Any, Any]:
    """Read an object."""
    if not isinstance(value, Mapping):
        raise TypeError
    return dict(value)


def _line(value: object) -> shapely.LineString:
    try:
        shape = shapely.from_wkb(read_text(value))
    except shapely.GEOSException as error:
        raise ValueError from error
    if not isinstance(shape, shapely.LineString) or shape.is_empty:
        raise ValueError
    return shape


def _outlines(value: object) -> tuple[shapely.Geometry, ...]:
    try:
        shapes = shapely.from_wkb([read_text(text) for text in read_list(value)])
    except shapely.GEOSException as error:
        raise ValueError from error
    if not all(isinstance(shape, shapely.Polygon | shapely.MultiPolygon) for shape in shapes):
        raise ValueError
    return tuple(shapes)


#: By the type of the field. Keys of JSON objects are text, so ids come back from text.
CODECS: dict[Any, Codec] = {
    int: Codec(int, read_number, "the id of an area", "区域编号"),
    str: Codec(str, read_text, "text", "文字"),
    tuple[int, ...]: Codec(
        list,
        lambda v: tuple(read_number(n) for n in read_list(v)),
        "a list of ids of areas",
        "区域编号列表",
    ),
    tuple[str, ...]: Codec(
        list, lambda v: tuple(read_text(t) for t in read_list(v)), "a list of texts", "文字列表"
    ),
    Mapping[int, str]: Codec(
        lambda v: {str(n): text for n, text in sorted(v.items())},
        lambda v: {int(n): read_text(text) for n, text in read_object(v).items()},
        "texts by the id of an area",
        "以区域编号为键的文字",
    ),
    Mapping[int, tuple[shapely.Geometry, ...]]: Codec(
        lambda v: {str(n): shapely.to_wkb(list(v[n]), hex=True).tolist() for n in sorted(v)},
        lambda v: {int(n): _outlines(shapes) for n, shapes in read_object(v).items()},
        "lists of outlines as WKB (hex) by the id of an area",
        "以区域编号为键的 WKB（十六进制）边界列表",
    ),
    shapely.LineString: Codec(
        lambda v: shapely.to_wkb(v, hex=True), _line, "a line as WKB (hex)", "WKB（十六进制）线"
    ),
}


class Coded:
    """What a dataclass of known field types needs to become plain data and to come back."""

    __slots__ = ()
    kind: ClassVar[str]

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data with `kind`."""
        data = {name: codec.write(getattr(self, name)) for name, codec in _codecs(type(self))}
        return {"kind": self.kind, **data}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build it from `to_json`'s data.

        Raises
        ------
        BadInput
            If a field is missing, unknown (UnknownOption) or not of its kind.
        """
        codecs = dict(_codecs(cls))
        _require_known(data, (*codecs, "kind"), cls.kind)
        return cls(**{name: _read(cls, name, codec, data) for name, codec in codecs.items()})


def _codecs(cls: type[Coded]) -> list[tuple[str, Codec]]:
    kinds = get_type_hints(cls)
    logged = [f.name for f in fields(cls) if f.metadata.get("logged", True)]  # type: ignore[arg-type]
    return [(name, CODECS[kinds[name]]) for name in logged]


def _read(cls: type[Coded], name: str, codec: Codec, data: Mapping[str, Any]) -> object:
    field = next(f for f in fields(cls) if f.name == name)  # type: ignore[arg-type]
    if name not in data and field.default is not MISSING:
        return field.default
    if name not in data and field.default_factory is not MISSING:
        return field.default_factory()
    try:
        return codec.read(data[name])
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"“{name}” of the operation “{cls.kind}” must be {codec.en}.",
            f"操作“{cls.kind}”的“{name}”应为{codec.zh}。",
            option=name,
        ) from error


def _require_known(data: Mapping[str, Any], known: tuple[str, ...], kind: str) -> None:
    for name in data:
        if name not in known:
            listed = ", ".join(known)
            raise UnknownOption(
                f"“{name}” is not a field of the operation “{kind}”. Known are: {listed}.",
                f"操作“{kind}”没有字段“{name}”。可用字段：{listed}。",
                option=name,
            )
