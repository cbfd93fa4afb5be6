"""`/docs`: the OpenAPI document as one readable page, and the document itself.

The page is plain HTML made here: no script, nothing loaded from elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic.json_schema import models_json_schema
from starlette.requests import Request

from api.problems import language_of
from api.strict import StrictRoute
from api.wire import PointRows, Problem
from api.wire.incidents import BatchIn
from api.words import SUMMARIES_ZH, TITLES
from geo.errors import Language

Json = dict[str, Any]

_WORDS = {
    "zh": {
        "title": "网格 Wangge 接口", "document": "OpenAPI 文档", "parameters": "参数",
        "required": "必填", "answer": "返回", "errors": "错误", "try": "试一试", "body": "请求体",
        "shapes": "数据结构", "map": "返回地图",
    },
    "en": {
        "title": "Wangge API", "document": "OpenAPI document", "parameters": "Parameters",
        "required": "required", "answer": "Answer", "errors": "Errors", "try": "Try", "body": "Body",
        "shapes": "Shapes", "map": "Back to the map",
    },
}  # fmt: skip

_STYLE = """
body{font:15px/1.6 system-ui,"Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#222;
background:#f6f5f1;margin:0 auto;max-width:60em;padding:24px 16px}
h1{font-size:24px}h2{font-size:20px;margin-top:2em;border-bottom:1px solid #ccc5b8}
section{background:#fff;border-radius:6px;padding:12px 16px;margin:12px 0}
h3{font-size:16px;margin:0}h3 b{color:#0b63ce;font-family:ui-monospace,monospace}
table{border-collapse:collapse;margin:8px 0}td{padding:2px 16px 2px 0;vertical-align:top}
code{font-family:ui-monospace,monospace;font-size:13px;overflow-wrap:anywhere}
small{color:#666}a{color:#0b63ce}
"""


#: Names of shapes within a kind; words in “ ” are values.
_SHAPE_NAME = re.compile(r"(?<!“)\b[A-Z]\w+")


def openapi_of(app: FastAPI) -> Json:
    """Give the OpenAPI document, the problem document among its shapes."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        shapes = document["components"]["schemas"]
        _, extra = models_json_schema(
            [(model, "validation") for model in (Problem, PointRows, BatchIn)],
            ref_template="#/components/schemas/{model}",
        )
        shapes.update(extra["$defs"])
        for unused in ("HTTPValidationError", "ValidationError"):
            shapes.pop(unused, None)
        for _, _, operation in _operations(document):
            # Parameters that can't be understood are answered with 400 here.
            operation["responses"].pop("422", None)
            for code, answer in operation["responses"].items():
                if code.startswith("2"):
                    _describe_answer(answer, shapes)
        app.openapi_schema = document
    return app.openapi_schema


def _describe_answer(answer: Json, shapes: Json) -> None:
    """Say what the answer is in the words of its shape, where nothing else was said."""
    shape = _kind(answer.get("content", {}).get("application/json", {}).get("schema", {}))
    if answer["description"] == "Successful Response" and shape in shapes:
        answer["description"] = shapes[shape]["description"]


def add_docs(app: FastAPI) -> None:
    """Serve `/openapi.json` and `/docs`."""

    def document() -> JSONResponse:
        return JSONResponse(openapi_of(app), headers={"Cache-Control": "no-cache"})

    def page(request: Request) -> HTMLResponse:
        language = language_of(request)
        html = _page(openapi_of(app), language)
        return HTMLResponse(html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})

    for path, endpoint in (("/openapi.json", document), ("/docs", page)):
        app.router.routes.append(
            StrictRoute(path, endpoint, response_model=None, include_in_schema=False)
        )


def _page(document: Json, language: Language) -> str:
    words, info = _WORDS[language], document["info"]
    parts = [
        f"<h1>{words['title']} {escape(info['version'])}</h1><p>{_prose(info['description'])}</p>",
        f'<p><a href="/">{words["map"]}</a> · <a href="/openapi.json">{words["document"]}</a></p>',
    ]
    tag = None
    for path, method, operation in _operations(document):
        if operation["tags"][0] != tag:
            tag = operation["tags"][0]
            parts.append(f"<h2>{escape(tag)}</h2>")
        summary = operation["summary"]
        if language == "zh":
            summary = f"{SUMMARIES_ZH[f'{method} {path}']}<br><small>{summary}</small>"
        parts.append(_operation(path, method, operation, {**words, "summary": summary}))
    parts.append(f"<h2>{words['errors']}</h2>{_errors(language)}")
    parts.append(f"<h2>{words['shapes']}</h2>")
    parts += [_shape(name, shape) for name, shape in document["components"]["schemas"].items()]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,">'
    )
    title = f"<title>{words['title']}</title><style>{_STYLE}</style>"
    return f'<!doctype html><html lang="{language}">{head}{title}{"".join(parts)}</html>'


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method.upper(), operation


def _operation(path: str, method: str, operation: Json, words: dict[str, str]) -> str:
    rows = "".join(_parameter(p, words) for p in operation.get("parameters", ()))
    parameters = f"<table>{rows}</table>" if rows else ""
    body = operation.get("requestBody", {}).get("content", {})
    bodies = "".join(
        f"<p>{words['body']} <code>{escape(kind)}</code>: "
        f"<code>{escape(_example(content))}</code></p>"
        for kind, content in body.items()
    )
    answers = "".join(_answer(code, answer) for code, answer in operation["responses"].items())
    text = _prose(operation.get("description", ""))
    link = _link(path, method, operation)
    tried = f'<p>{words["try"]}: <a href="{escape(link)}"><code>{escape(link)}</code></a></p>'
    return (
        f"<section><h3><b>{method}</b> <code>{escape(path)}</code> {words['summary']}</h3>"
        f"<p>{text}</p>{parameters}{bodies}{tried if link else ''}<table>{answers}</table></section>"
    )


def _prose(text: str) -> str:
    """Turn a docstring into HTML: paragraphs and `code`."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return marked.replace("\n\n", "<br>")


def _example(content: Json) -> str:
    example = content.get("example", "")
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def _parameter(parameter: Json, words: dict[str, str]) -> str:
    must = words["required"] if parameter.get("required") else ""
    text = escape(parameter.get("description", ""))
    kind = escape(_kind(parameter["schema"]))
    return (
        f"<tr><td><code>{parameter['name']}</code><td><small>{kind} {must}</small><td>{text}</tr>"
    )


def _answer(code: str, answer: Json) -> str:
    refs = [content.get("schema", {}) for content in answer.get("content", {}).values()]
    kinds = ", ".join(dict.fromkeys(_linked(_kind(ref)) for ref in refs))
    return f"<tr><td>{code}<td>{kinds}<td>{escape(answer['description'])}</tr>"


def _kind(schema: Json) -> str:
    """Say the type of a value in a word."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(_kind(part) for part in choices)
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return f"“{schema['const']}”"
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'])}]" if "items" in schema else "[…]"
    return str(schema.get("format") or schema.get("type", "any"))


def _linked(kind: str) -> str:
    """Link the shapes that a kind names, also within lists and choices."""
    return _SHAPE_NAME.sub(r'<a href="#\g<0>">\g<0></a>', escape(kind))


def _shape(name: str, shape: Json) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code><td>{_linked(_kind(value))}"
        f"<td>{escape(value.get('description', ''))}</tr>"
        for field, value in shape.get("properties", {}).items()
    )
    text = escape(shape.get("description", ""))
    return f'<section id="{name}"><h3>{name}</h3><p>{text}</p><table>{rows}</table></section>'


def _link(path: str, method: str, operation: Json) -> str:
    """Give an address that asks the operation with the examples; empty where that can't be."""
    if method != "GET" or "{" in path:
        return ""
    required = [p for p in operation.get("parameters", ()) if p.get("required")]
    asked = {p["name"]: p.get("schema", {}).get("examples", [""])[0] for p in required}
    return f"{path}?{urlencode(asked)}" if asked else path


def _errors(language: Language) -> str:
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code><td>{escape(title[language])}</tr>'
        for code, title in TITLES.items()
    )
    return f"<section><table>{rows}</table></section>"
