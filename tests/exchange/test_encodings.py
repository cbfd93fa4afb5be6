"""Texts in the encodings they really come in; never mojibake without a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import UnknownOption, UnreadableFile
from geo.exchange.encodings import decode, known_encoding, settle_encoding

TOWN = "陇西县巩昌镇"
chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=8)


def settle(*texts, declared=None, stated=None):
    return settle_encoding(texts, declared=declared, stated=stated)


@settings(deadline=None)
@given(st.lists(chinese, min_size=1, max_size=5))
def test_utf8_is_always_recognised(texts):
    assert settle(*[t.encode() for t in texts]).name == "utf-8"


def test_gbk_is_read_as_its_superset_with_a_preview():
    found = settle(TOWN.encode("gbk"), b"ascii")
    assert (found.name, found.origin) == ("gb18030", "guessed")
    assert TOWN in found.notes[0].en
    assert TOWN in found.notes[0].zh


def test_plain_ascii_needs_no_word():
    assert settle(b"620102").notes == ()


def test_big5_passes_for_gbk_so_both_previews_are_shown():
    text = "臺北市中正區建國里辦公處"
    found = settle(text.encode("big5"))
    assert [n.code for n in found.notes] == ["encoding_doubtful"]
    assert text in found.notes[0].en


def test_a_declared_encoding_wins():
    found = settle("臺北".encode("big5"), declared="Big5")
    assert (found.name, found.origin, found.notes) == ("big5", "declared", ())


def test_a_wrong_declared_encoding_fails_loudly():
    with pytest.raises(UnreadableFile, match="not utf-8"):
        settle(TOWN.encode("gbk"), declared="utf-8")


def test_an_unknown_encoding_is_refused():
    with pytest.raises(UnknownOption):
        known_encoding("klingon")


def test_a_cpg_that_tells_the_truth_is_silent():
    found = settle(TOWN.encode("gbk"), stated="GBK")
    assert (found.name, found.origin, found.notes) == ("gb18030", "file", ())


def test_a_cpg_that_lies_is_overruled_and_said():
    for text, stated, right in (
        (TOWN.encode("gbk"), "UTF-8", "gb18030"),
        (TOWN.encode(), "936", "utf-8"),
    ):
        found = settle(text, stated=stated)
        assert found.name == right
        assert [n.code for n in found.notes] == ["encoding_overruled"]


def test_bytes_of_no_known_encoding_are_refused():
    with pytest.raises(UnreadableFile, match="neither UTF-8 nor GB18030"):
        settle(b"\xff\xfe\xff ")


@settings(deadline=None)
@given(chinese, st.sampled_from(["utf-8", "gb18030"]))
def test_a_character_cut_by_a_field_length_is_left_out_and_told(text, encoding):
    whole = text.encode(encoding)
    last = len(text[-1].encode(encoding))
    for lost in range(1, last):
        assert decode(whole[:-lost], encoding) == (text[:-1], True)
    assert decode(whole, encoding) == (text, False)
