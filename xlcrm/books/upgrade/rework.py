"""A package being reworked: parts changed, added with what leads to them, and dropped."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.tagtext import attribute
from xlcrm.errors import Refusal

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATION = re.compile(r"<Relationship\b[^>]*?(?:/>|></Relationship>)")
_OVERRIDE = re.compile(r"<Override\b[^>]*?(?:/>|></Override>)")
_DEFAULT = re.compile(r"<Default\b[^>]*?(?:/>|></Default>)")


class Rework:
    """The package behind ``parts`` on its way to another; nothing of ``parts`` changes.

    Raises ``Refusal("book.resave")`` for parts that are not written as spreadsheet programs write them.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._texts: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    def text(self, member: str) -> str:
        """A part as text, as it is now. Raises ``Refusal("book.resave")`` for one that is not UTF-8."""
        if member not in self._texts:
            held = self._added.get(member)
            try:
                self._texts[member] = (self.parts.package.read(member) if held is None else held).decode("utf-8")
            except UnicodeDecodeError as error:
                raise self.unusual() from error
        return self._texts[member]

    def put(self, member: str, text: str) -> None:
        """Give a part another text."""
        self._texts[member] = text

    def put_bytes(self, member: str, content: bytes) -> None:
        """Give a part that is not text other bytes."""
        self._bytes[member] = content

    def edit(self, member: str, change: Callable[[str], str]) -> None:
        self.put(member, change(self.text(member)))

    def replace(self, member: str, pattern: str, new: Callable[[re.Match[str]], str]) -> None:
        """Change the one place of a part that a pattern finds; ``Refusal("book.resave")`` where there is none."""
        text = self.text(member)
        found = re.search(pattern, text, re.DOTALL)
        if found is None:
            raise self.unusual()
        self.put(member, text[: found.start()] + new(found) + text[found.end() :])

    def unusual(self) -> Refusal:
        return Refusal("book.resave", name=self.parts.package.name)

    def drop(self, member: str) -> None:
        """Leave a part out, with its content type and its own relationships."""
        self._dropped.add(member)
        self._dropped.add(self.parts.relations_part(member))
        self.edit(self.parts.content_types, lambda types: _without(types, _OVERRIDE, "PartName", f"/{member}"))

    def add(self, like: str, content: bytes, content_type: str | None) -> str:
        """A new part with a free name like another's; without a type it has that of its extension. Returns the name."""
        path, _, ending = like.rpartition(".")
        stem = path.rstrip("0123456789")
        taken = {name.lower() for name in (*self.parts.package.members, *self._added)}
        number = next(n for n in range(1, len(taken) + 2) if f"{stem}{n}.{ending}".lower() not in taken)
        return self.add_named(f"{stem}{number}.{ending}", content, content_type)

    def add_named(self, member: str, content: bytes, content_type: str | None) -> str:
        self._added[member] = content
        if content_type:
            line = f'<Override PartName="/{member}" ContentType="{content_type}"/>'
            self.edit(self.parts.content_types, lambda types: types.replace("</Types>", f"{line}</Types>"))
        return member

    def default(self, extension: str, content_type: str) -> None:
        """Let an extension have a content type."""
        types = self.text(self.parts.content_types)
        if not any((attribute(tag, "Extension") or "").lower() == extension for tag in _DEFAULT.findall(types)):
            line = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            self.replace(self.parts.content_types, r"(<Types\b[^>]*>)", lambda found: found[1] + line)

    def relations(self, part: str) -> str:
        """The part of relationships of a part ("" for the package), made where there is none."""
        folder, name = posixpath.split(part)
        member = self.parts.package.named(posixpath.join(folder, "_rels", f"{name}.rels"))
        if member not in self.parts.package and member not in self._added:
            self._added[member] = f'{HEAD}<Relationships xmlns="{RELATIONS}"></Relationships>'.encode()
        return member

    def relate(self, part: str, kind: str, target: str) -> str:
        """A relationship from a part to another; returns its id."""
        member = self.relations(part)
        taken = {attribute(tag, "Id") for tag in _RELATION.findall(self.text(member))}
        key = next(f"rIdX{n}" for n in range(1, len(taken) + 2) if f"rIdX{n}" not in taken)
        line = f'<Relationship Id="{key}" Type="{kind}" Target="/{target}"/>'
        self.edit(member, lambda text: re.sub(r"<Relationships\b([^>]*)/>", r"<Relationships\1></Relationships>", text))
        self.replace(member, "</Relationships>", lambda found: line + found[0])
        return key

    def unrelate(self, part: str, target: str) -> None:
        """Take the relationships from a part to another away."""
        member = self.relations(part)
        folder = posixpath.dirname(part)

        def leads_there(tag: str) -> bool:
            written = posixpath.normpath(posixpath.join("/", folder, attribute(tag, "Target") or "")).lstrip("/")
            return self.parts.package.named(written) == target

        self.edit(member, lambda text: _RELATION.sub(lambda tag: "" if leads_there(tag[0]) else tag[0], text))

    def adopt(self, fresh: Parts, part: str, convert: Callable[[str, str], bytes]) -> str:
        """A copy of a part of another package and of all it leads to; ``convert`` makes a member's new content."""
        name = self.add(part, convert(part, ""), _type_of(fresh, part))
        self.adopt_relations(fresh, part, name, convert)
        return name

    def adopt_relations(self, fresh: Parts, part: str, name: str, convert: Callable[[str, str], bytes]) -> None:
        """Give a part ``name`` the relationships of a part of another package, to copies of what they lead to."""
        member = fresh.relations_part(part)
        if member not in fresh.package or not fresh.targets(part):
            return
        lines = []
        for key, kind, target in fresh.targets(part):
            content = convert(target, kind.rpartition("/")[2])
            copy = self.add(target, content, _type_of(fresh, target))
            self.adopt_relations(fresh, target, copy, convert)
            lines.append(f'<Relationship Id="{key}" Type="{kind}" Target="/{copy}"/>')
        text = self.text(self.relations(name)).replace("</Relationships>", f"{''.join(lines)}</Relationships>")
        self.put(self.relations(name), text)

    def content(self) -> bytes:
        """The bytes of the package as it is now."""
        package = self.parts.package
        added = {
            name: self._texts[name].encode() if name in self._texts else held for name, held in self._added.items()
        }
        changed = {member: text.encode() for member, text in self._texts.items() if member not in self._added}
        changed |= self._bytes
        replaced = {member: content for member, content in changed.items() if content != package.read(member)}
        return package.rewritten(replaced, self._dropped, added)


def _without(text: str, tags: re.Pattern[str], name: str, value: str) -> str:
    return tags.sub(lambda tag: "" if (attribute(tag[0], name) or "").lower() == value.lower() else tag[0], text)


def _type_of(parts: Parts, member: str) -> str | None:
    """The content type that a package gives a part by its name."""
    types = parts.package.read(parts.content_types).decode()
    tags = (tag for tag in _OVERRIDE.findall(types) if attribute(tag, "PartName") == f"/{member}")
    return next((attribute(tag, "ContentType") for tag in tags), None)
