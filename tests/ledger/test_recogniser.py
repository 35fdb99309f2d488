"""That phone, that plate, that VIN: however typed, wherever it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcrm.ledger.normal import read_phone
from xlcrm.ledger.recogniser import Traces, any_of, bare, found, plates_in, replaced, vins_in

PHONE, PLATE, VIN = "19925610459", "浙A7K9Q2", "LSVAA4187E2123456"
HIS = Traces([PHONE, "02161234567"], [PLATE, VIN], "021")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话19925610459。", "电话#。"),
        ("１９９２５６１０４５９", "#"),
        ("199/2561/0459、199 2561 0459", "#、#"),
        ("199\u20112561\u22120459，199\u200b25610459", "#，#"),
        ("+86 199-2561-0459、8619925610459、(+86)19925610459、019925610459", "#、#、#、#"),
        ("1992561O459，一九九二五六一零四五九", "#，#"),
        ("L99256IO459、幺九九两五六幺洞四五勾", "#、#"),
        ("x19925610459y", "x#y"),
        ("119925610459，199256104591", "119925610459，199256104591"),
        ("19925610459 3人", "# 3人"),
        ("199\n25610459", "#"),
        ("199 是 25610459", "199 是 25610459"),
        ("021-61234567、+86 21 6123 4567、6123-4567", "#、#、#"),
        ("0216123456、61234568", "0216123456、61234568"),
        ("浙A·7K9Q2、浙a 7k9q2、浙A7K9Q25", "@、@、浙A7K9Q25"),
        ("lsvaa4187e2123456，LSVAA 4187E 2123-456", "@，@"),
        ("E2123456", "E2123456"),
        ("", ""),
    ],
)
def test_what_is_known_is_found(text: str, left: str) -> None:
    assert HIS.replaced(text, "#", "@") == left
    assert HIS.are_in(text) is (left != text)


def test_a_service_number_is_found_as_it_is_written() -> None:
    assert Traces(["4001234567"]).replaced("打400-123-4567、44001234567", "#", "@") == "打#、44001234567"


def test_who_has_nothing_is_found_nowhere() -> None:
    assert not Traces()
    assert Traces().replaced("199 浙A7K9Q2", "#", "@") == "199 浙A7K9Q2"


@given(
    between=st.lists(st.text("-/ ,、*:;()\u200b\u2011\u2212\u3000\ufeff.", max_size=3), min_size=10, max_size=10),
    wide=st.lists(st.booleans(), min_size=11, max_size=11),
    around=st.sampled_from(["", "电话", "，", "转", "A"]),
)
def test_a_phone_is_found_however_it_was_typed(between: list[str], wide: list[bool], around: str) -> None:
    digits = [chr(ord(digit) + 0xFEE0) if one else digit for digit, one in zip(PHONE, wide, strict=True)]
    typed = around + "".join(a + b for a, b in zip(digits, [*between, ""], strict=True)) + around
    assert PHONE not in bare(HIS.replaced(typed, "#", "@"))


@pytest.mark.parametrize(
    "typed", ["199/2561/0459", "199、2561、0459", "199 * 2561 : 0459", "(199)2561;0459", "1992561O459"]
)
def test_the_reader_understands_the_same(typed: str) -> None:
    assert read_phone(typed).value == PHONE


@given(st.text(max_size=40))
def test_places_are_those_of_the_text_as_typed(text: str) -> None:
    for start, end, match in found(re.compile(r"[^\W_]+"), text):
        assert bare(text[start:end]) == match[0]
    assert replaced(re.compile(r"."), text, lambda _: None) == text


@pytest.mark.parametrize(
    ("text", "plates"),
    [
        ("浙a·7k9q2", [PLATE]),
        ("浙A12345/浙AD12345", ["浙A12345", "浙AD12345"]),
        ("大众 沪A1234警 2018", ["沪A1234警"]),
        ("WJ浙12345", ["WJ浙12345"]),
        ("使123456", ["使123456"]),
        ("新车未上牌", []),
        ("新A4L", []),
        ("浙A", []),
    ],
)
def test_a_plate(text: str, plates: list[str]) -> None:
    assert plates_in(text) == plates


@pytest.mark.parametrize(
    ("text", "vins"),
    [
        ("lsvaa4187e2123456", [VIN]),
        ("LSVAA 4187E 2123 456", [VIN]),
        ("LSVAA4I87E2I23456", [VIN]),
        ("车架LSVAA4187E2123456。", [VIN]),
        ("待补", []),
        ("1" * 17, []),
        ("E2123456", []),
    ],
)
def test_a_vin(text: str, vins: list[str]) -> None:
    assert vins_in(text) == vins


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("何一鸣和何一", "#和#"),
        ("何 一、何　一", "#、#"),
        ("An来过，Andy没有，AN", "#来过，Andy没有，#"),
        ("李四12，2012", "李四#，2012"),
    ],
)
def test_words(text: str, left: str) -> None:
    words = any_of(["何一", "何一鸣", "an", "12", " "])
    assert replaced(words, text, lambda _: "#", closed_up=True) == left
    assert replaced(any_of([]), text, lambda _: "#") == text
