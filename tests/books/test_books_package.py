"""The package: what is not replaced survives as raw bytes, and what is not a sound workbook is refused before it is opened."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import raw

from xlcrm.books.xlsx import package as package_module
from xlcrm.books.xlsx.package import Package
from xlcrm.errors import Refusal


def zipped(members: dict[str, bytes], *, streamed: bool = False, comment: bytes = b"") -> bytes:
    """A zip; ``streamed`` as a program writes it that cannot go back: sizes follow the data (flag bit 3)."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return not streamed

        def tell(self) -> int:
            if streamed:
                raise io.UnsupportedOperation
            return super().tell()

    target = Stream()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 10, 5, 9, 30, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        Package(data, "登记.xlsx")
    assert refusal.value.about["name"] == "登记.xlsx"
    return refusal.value.key


MEMBERS = {
    "[Content_Types].xml": b"<Types/>",
    "xl/工作表.xml": b"<a/>" * 500,
    "xl/vbaProject.bin": bytes(range(256)) * 9,
}


@pytest.mark.parametrize("streamed", [False, True], ids=["seekable", "data descriptors"])
def test_only_the_replaced_member_changes(streamed: bool) -> None:
    data = zipped(MEMBERS, streamed=streamed, comment="备注".encode())
    new = Package(data, "登记.xlsx").rewritten({"xl/工作表.xml": b"<b/>" * 700})

    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(MEMBERS)
        assert archive.comment == "备注".encode()
        assert archive.read("xl/工作表.xml") == b"<b/>" * 700
        assert archive.getinfo("xl/工作表.xml").date_time == (2026, 10, 5, 9, 30, 0)
        assert not archive.getinfo("xl/工作表.xml").flag_bits & 8
    for name in MEMBERS.keys() - {"xl/工作表.xml"}:
        assert raw(new, name) == raw(data, name)


def test_replacing_nothing_gives_the_same_bytes() -> None:
    data = zipped(MEMBERS, comment=b"kept")
    assert Package(data, "登记.xlsx").rewritten({}) == data


def test_a_dropped_member_is_gone_and_the_others_stay() -> None:
    data = zipped(MEMBERS)
    new = Package(data, "登记.xlsx").rewritten({}, dropped={"xl/工作表.xml"})
    package = Package(new, "登记.xlsx")
    assert package.members == ("[Content_Types].xml", "xl/vbaProject.bin")
    assert package.read("xl/vbaProject.bin") == MEMBERS["xl/vbaProject.bin"]


def test_a_stored_member_keeps_its_bytes_and_a_replaced_one_its_attributes() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("stored.bin", b"as it is")
        attributes = zipfile.ZipInfo("a.xml")
        attributes.external_attr = 0o640 << 16
        attributes.comment = b"gone when replaced"
        archive.writestr(attributes, b"<a/>")
    new = Package(target.getvalue(), "登记.xlsx").rewritten({"a.xml": b"<b/>"})
    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.read("stored.bin") == b"as it is" == Package(new, "登记.xlsx").read("stored.bin")
        assert archive.getinfo("a.xml").external_attr == 0o640 << 16
        assert archive.read("a.xml") == b"<b/>"


@given(
    st.dictionaries(st.text("abc/表.", min_size=1).filter(lambda n: n[0] != "/" and ".." not in n), st.binary()),
    st.data(),
)
def test_any_members_any_replacements(members: dict[str, bytes], data: st.DataObject) -> None:
    replaced = data.draw(st.dictionaries(st.sampled_from(sorted(members)), st.binary())) if members else {}
    new = Package(Package(zipped(members), "a.xlsx").rewritten(replaced), "a.xlsx")
    assert {name: new.read(name) for name in new.members} == members | replaced


def test_other_files_are_named_for_what_they_are() -> None:
    ole2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refused("日期,顾客名称".encode("gb18030")) == "book.not_workbook"
    assert refused(ole2) == "book.old_format"
    assert refused(ole2 + "EncryptedPackage".encode("utf-16-le")) == "book.encrypted"
    assert refused(b"") == "book.damaged"


def test_a_truncated_file_is_damaged() -> None:
    data = zipped(MEMBERS)
    assert {refused(data[:size]) for size in (4, len(data) // 2, len(data) - 1)} == {"book.damaged"}


def test_a_broken_member_is_damaged_when_read() -> None:
    data = bytearray(zipped(MEMBERS))
    at = data.find(b"\x50\x4b\x01\x02") - 30
    data[at] ^= 0xFF
    with pytest.raises(Refusal, match=r"book\.damaged"):
        Package(bytes(data), "登记.xlsx").read("xl/vbaProject.bin")
    with pytest.raises(Refusal, match=r"book\.damaged"):
        Package(bytes(data), "登记.xlsx").read("xl/absent.xml")


def test_a_member_begun_in_a_second_thread_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlcrm.books.xlsx.package._LARGE", 0)
    data = bytearray(zipped(MEMBERS))
    whole = Package(bytes(data), "登记.xlsx")
    data[data.find(b"\x50\x4b\x01\x02") - 30] ^= 0xFF
    broken = Package(bytes(data), "登记.xlsx")
    for member in MEMBERS:
        whole.begin(member)
        broken.begin(member)
    assert {member: whole.read(member) for member in MEMBERS} == MEMBERS
    with pytest.raises(Refusal, match=r"book\.damaged"):
        broken.read("xl/vbaProject.bin")


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil.xml", "/etc/evil.xml", "xl\\evil.xml", "C:evil.xml"])
def test_member_names_that_lead_elsewhere_are_damaged(name: str) -> None:
    assert refused(zipped({name: b""})) == "book.damaged"


def test_one_name_twice_is_damaged() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.xml", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.xml", b"2")
    assert refused(target.getvalue()) == "book.damaged"


def test_members_that_overlap_are_damaged() -> None:
    data = bytearray(zipped({"a.xml": b"<a/>" * 50, "b.xml": b"<b/>" * 50}))
    second = data.rfind(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    assert refused(bytes(data)) == "book.damaged"


def test_members_under_a_password_or_packed_otherwise_are_damaged() -> None:
    locked = bytearray(zipped({"a.xml": b"<a/>"}))
    locked[locked.rfind(b"PK\1\2") + 8] |= 1
    assert refused(bytes(locked)) == "book.damaged"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xml", b"<a/>")
    assert refused(target.getvalue()) == "book.damaged"


def test_a_bomb_is_refused_by_its_directory_alone() -> None:
    """Sizes are believed before anything is inflated, so the test may lie about them."""

    def claiming(*sizes: int) -> bytes:
        data = bytearray(zipped({f"{i}.xml": zlib.compress(b"x") for i in range(len(sizes))}))
        at = data.find(b"PK\1\2")
        for size in sizes:
            struct.pack_into("<L", data, at + 24, size)
            at = data.find(b"PK\1\2", at + 4)
        return bytes(data)

    assert refused(claiming(51 << 20)) == "book.bomb"
    assert refused(claiming(513 << 20)) == "book.bomb"
    Package(claiming(50 << 20), "大.xlsx")


def test_many_large_members_are_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_module, "LARGEST_BOOK", 3000)
    Package(zipped({"a.xml": bytes(3000)}), "大.xlsx")
    assert refused(zipped({"a.xml": bytes(2000), "b.xml": bytes(2000)})) == "book.bomb"


def test_a_member_beyond_zip64_marks_is_not_copied() -> None:
    data = bytearray(zipped({"a.xml": b"<a/>", "b.xml": b"<b/>"}))
    entry = data.rfind(b"PK\1\2")
    offset = data[entry + 42 : entry + 46]
    data[entry + 42 : entry + 46] = b"\xff" * 4
    extra = struct.pack("<2HQ", 1, 8, int.from_bytes(offset, "little"))
    data[entry + 30 : entry + 32] = struct.pack("<H", len(extra))
    end = data.rfind(b"PK\5\6")
    data[end:end] = extra
    grown = end + len(extra)
    data[grown + 12 : grown + 16] = struct.pack(
        "<L", int.from_bytes(data[grown + 12 : grown + 16], "little") + len(extra)
    )
    package = Package(bytes(data), "登记.xlsx")
    assert package.read("b.xml") == b"<b/>"
    with pytest.raises(Refusal, match=r"book\.resave"):
        package.rewritten({"a.xml": b""})


@given(st.data())
def test_any_garbled_file_is_opened_or_refused(data: st.DataObject) -> None:
    content = bytearray(zipped(MEMBERS))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Refusal):
        package = Package(bytes(content), "登记.xlsx")
        for member in package.members:
            package.read(member)
