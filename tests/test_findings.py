"""One vocabulary of findings, complete in both languages."""

import re
import string
from pathlib import Path

import pytest

import geo
from geo.findings import Note, Reject, rejects_frame, shorten
from geo.findings_texts import NOTES, REJECTS

ALWAYS = {"field", "value"}


def facts(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", NOTES)
def test_a_note_says_the_same_facts_in_both_languages(code):
    text = NOTES[code]
    assert neutral(text.en) == neutral(text.zh)
    assert text.en.endswith(".")
    assert re.search(r"[。”]$", text.zh)


@pytest.mark.parametrize("code", REJECTS)
def test_a_reject_has_reason_and_remedy_in_both_languages(code):
    text = REJECTS[code]
    assert neutral(text.en) == neutral(text.zh)
    assert neutral(text.remedy_en) == neutral(text.remedy_zh)
    for sentence in text:
        assert sentence.strip()


def neutral(text):
    return {name.removesuffix("_en").removesuffix("_zh") for name in facts(text)}


def test_every_code_is_used_and_no_other():
    source = "".join(p.read_text(encoding="utf-8") for p in Path(geo.__file__).parent.rglob("*.py"))
    for code in (*NOTES, *REJECTS):
        assert source.count(f'"{code}"') >= 2, f"{code} is never said"


def test_rejects_make_a_table_in_either_language_in_the_order_of_rows():
    rejects = [
        Reject.of("not_a_number", row=2, field="households", value="三百"),
        Reject.of("missing_value", row=1, field="code"),
    ]
    table = rejects_frame(rejects, language="zh")
    assert table["row"].tolist() == [1, 2]
    assert table["reason"].tolist() == ["code 为空。", "“三百”不是数字。"]
    assert "three" not in rejects_frame(rejects)["reason"][1]


def test_braces_in_a_value_are_harmless():
    assert "{x}" in Reject.of("not_a_number", row=1, field="a", value="{x}").en
    assert "{0}" in Note.of("driver_said", message="{0}").en


def test_long_values_are_cut_for_the_report():
    assert shorten("a" * 100) == "a" * 59 + "…"
    assert shorten("a\n b") == "a b"
