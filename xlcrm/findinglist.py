"""Where staff read findings: the sheet 问题清单, what they said of them in 核实记录, and the column 检查结果."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xlcrm.catalogue import Lang
from xlcrm.catalogue.findings import CONFIRMED, HANDLINGS, SAME_PERSON, SEVERITIES, brief, expected, remedy
from xlcrm.changes import Block, Changes, Link, Value, headers_of, linked, moved_row, shops_own
from xlcrm.findings import LISTED_ONCE, Finding, Handling, Severity, Spot, subject
from xlcrm.forms.schema import CHECK_HEADER, as_text
from xlcrm.forms.sheets import FORMS, ConfirmedRow, FindingRow
from xlcrm.forms.states import LEFT
from xlcrm.ledger.ledger import Ledger


def write_checks(changes: Changes, ledger: Ledger, findings: Iterable[Finding], lang: Lang) -> None:
    """检查结果: what is wrong with each row, the gravest first; blank for a row without a fault.

    What stands outside the rows (a filter in the header, a formula far below) has no cell for it, and what somebody has
    confirmed is not said again. A mark of approval would outlive the next edit of its row, so there is none.
    """
    by_row: dict[tuple[str, int], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: list(Severity).index(f.severity)):
        if not finding.confirmed:
            by_row.setdefault((finding.at.sheet, finding.at.row), []).append(finding)
    for sheet, block in ledger.blocks.items():
        if FORMS[sheet].checked:
            now = ledger.checks[sheet]
            rows = range(block.row + 1, block.row + 1 + len(block.rows))
            texts = {
                row: "；".join(brief(f, lang) for f in own)
                for (on, row), own in by_row.items()
                if on == sheet and row in rows
            }
            for row in texts.keys() | now.keys():
                if texts.get(row) != now.get(row):
                    changes.put(sheet, row, CHECK_HEADER, texts.get(row))


class By(NamedTuple):
    """When a verb was called, and by whom."""

    time: dt.datetime
    user: str


@dataclass(slots=True)
class Listed:
    """What a verb's findings became.

    ``findings`` are all of them, with what people have confirmed; ``lines`` those the list shows, in its order; ``ignored``
    counts the 已核实 beside what has to be put right.
    """

    findings: list[Finding]
    lines: list[Finding]
    ignored: int


def list_findings(
    changes: Changes, ledger: Ledger, findings: Iterable[Finding], codes: tuple[str, ...], by: By, lang: Lang
) -> Listed:
    """Put the findings into 问题清单 in place of the verb's own earlier ones; those of other verbs stay.

    What people wrote beside a finding stays with it. What they have confirmed goes to 核实记录 and is not listed again; what
    was written beside a line that is no longer found is kept there too.
    """
    block = ledger.blocks[FindingRow.form.sheet]
    lines = [_Line.of(block, row) for row in ledger.of(FindingRow)]
    own = [line for line in lines if (line.row.code or "").startswith(codes)]
    others = [line for line in lines if not (line.row.code or "").startswith(codes)]
    known = headers_of(block).keys()
    beside: dict[_Key, list[_Line]] = defaultdict(list)
    everything = list(findings)
    shown: dict[int, dict[str, Value]] = {}
    lines_of: dict[int, _Key] = {}
    if any(line.typed for line in own):  # no line of a list that nobody wrote into has to be found again
        for line in own:
            beside[_key(known, line.cells)].append(line)
        as_lines = list(_as_lines(everything))
        shown = {id(line): _shown(line, lang) for line, _ in as_lines}
        lines_of = {id(one): _key(known, shown[id(line)]) for line, ones in as_lines for one in ones}
    confirmed, ignored = _confirmed(changes, ledger, everything, lambda one: beside[lines_of.get(id(one), ())], by)
    listed = in_lines(ledger, confirmed)
    drawn: list[tuple[_Order, Mapping[str, Value]]] = []
    for one in listed:
        own_cells = shown[id(one)] if id(one) in shown else _shown(one, lang)  # a line for several is made again
        cells = {header: cell for header, cell in own_cells.items() if header in known}
        found = beside[_key(known, cells)] if lines_of else []
        if found and found[0].typed:
            line = found.pop(0)
            drawn.append((_order(one), moved_row(block, line.row.at.row, cells | line.typed)))
        else:
            del found[:1]
            drawn.append((_order(one), cells))
    drawn += ((line.order, line.again(block)) for line in others)
    changes.replace(FindingRow.form.sheet, [cells for _, cells in sorted(drawn, key=lambda row: row[0])])
    settled = {lines_of.get(id(one), ()) for one, now in zip(everything, confirmed, strict=True) if now.confirmed}
    for line in (line for key, left in beside.items() if key not in settled for line in left if line.typed):
        _keep(changes, ledger, _noted(ledger, line), by)
    return Listed(confirmed, listed, ignored)


def in_lines(ledger: Ledger, findings: Iterable[Finding]) -> list[Finding]:
    """The lines the list shows of some findings, in its order."""
    return sorted((line for line, _ in _as_lines(one for one in findings if _is_listed(ledger, one))), key=_order)


def with_confirmed(ledger: Ledger, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with what 核实记录 holds of them."""
    return _marked(_known(ledger), findings)


def _marked(known: Collection[tuple[str, ...]], findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that are ``known`` marked as confirmed and the others not."""
    found = ((one, _may_confirm(one) and one.identity in known) for one in findings)
    return [one if one.confirmed == confirmed else one._replace(confirmed=confirmed) for one, confirmed in found]


def _known(ledger: Ledger) -> set[tuple[str, ...]]:
    """The identities of the findings that people have confirmed or decided."""
    return {_identity(row) for row in ledger.of(ConfirmedRow) if row.ruling}


def _may_confirm(finding: Finding) -> bool:
    return finding.handling is Handling.CONFIRM


def _is_listed(ledger: Ledger, finding: Finding) -> bool:
    return not finding.confirmed and (finding.handling is not Handling.RECORD or ledger.settings.lists_recorded)


_Order = tuple[int, bool, str, str]
_GRAVEST = tuple(Severity)


def _order(finding: Finding) -> _Order:
    """The gravest first, then by consultant, then by day."""
    return _GRAVEST.index(finding.severity), not finding.person, finding.person, str(finding.date or "")


def _as_lines(findings: Iterable[Finding]) -> Iterator[tuple[Finding, list[Finding]]]:
    """The lines that findings become, each with what it stands for: one line for hints of one kind, one for one event."""
    together: dict[object, list[Finding]] = {}
    for finding in findings:
        if finding.wording in LISTED_ONCE:
            group: object = finding.wording
        elif finding.wording == "V11.copied":
            group = (finding.wording, finding.date, finding.found)
        else:
            group = id(finding)
        together.setdefault(group, []).append(finding)
    for ones in together.values():
        first = ones[0]
        if len(ones) > 1 and first.wording in LISTED_ONCE:
            about = {"count": f"{len(ones):,}"}
            yield Finding(f"{first.wording}_many", first.severity, first.at, first.found, about=about), ones
        elif len(ones) > 1:
            yield first._replace(other=ones[1].at), ones
        else:
            yield first, ones


_Key = tuple[str, ...]


def _key(known: Collection[str], cells: Mapping[str, Value]) -> _Key:
    """By these a line of the list is the same in another run: not by its row, except in a book that has no column 客户."""
    whose = ("subject", "date") if FindingRow.form.by_name["subject"].header in known else ("link",)
    headers = [FindingRow.form.by_name[name].header for name in ("code", *whose, "header", "found")]
    texts = (cells.get(header) for header in headers)
    return tuple(cell.text if isinstance(cell, Link) else as_text(cell) for cell in texts)


class _Line(NamedTuple):
    """A row of 问题清单 as it stands; ``typed`` is what people wrote into it, by header: 处理 and the shop's own columns."""

    row: FindingRow
    typed: dict[str, Value]
    cells: dict[str, Value]

    @classmethod
    def of(cls, block: Block, row: FindingRow) -> _Line:
        values = block.rows[row.at.row - block.row - 1]
        typed: dict[str, Value] = {h: values[at] for h, at in shops_own(block).items() if values[at] is not None}
        if row.ruling is not None:
            typed |= FindingRow.cells(ruling=row.raw("ruling"))
        known = headers_of(block).keys()
        cells = {c.header: row.raw(c.name) for c in row.form.columns if c.header in known}
        return cls(row, typed, linked(cells))

    @property
    def order(self) -> _Order:
        words = [SEVERITIES[severity] for severity in _GRAVEST]
        rank = words.index(self.row.severity) if self.row.severity in words else len(words)
        return rank, not self.row.person, self.row.person or "", str(self.row.date or "")

    def again(self, block: Block) -> Mapping[str, Value]:
        """The row as it stands, its links made from their text."""
        return moved_row(block, self.row.at.row, self.cells | self.typed) if self.typed else self.cells


def _noted(ledger: Ledger, line: _Line) -> dict[str, Value]:
    """What is kept of a line that is no longer found: the words of the list, and what people wrote beside it."""
    row, everybody = line.row, ledger.customers.values()
    who = next((one for one in everybody if row.subject and subject(one.name, one.phone) == row.subject), None)
    return ConfirmedRow.cells(
        code=row.code,
        date=row.date,
        customer=(who.number or None) if who else None,
        name=who.name if who else row.subject,
        phone=(who.phone or None) if who else None,
        person=row.person,
        header=row.header,
        found=row.found,
        notes=_joined(line.typed),
    )


def _joined(typed: Mapping[str, Value]) -> str | None:
    """What people wrote, as one text: 跟进人：王店长；处理：明天问."""
    texts = [f"{header}：{as_text(cell)}" for header, cell in typed.items() if not isinstance(cell, Link)]
    return "；".join(texts) or None


def _confirmed(
    changes: Changes,
    ledger: Ledger,
    findings: Iterable[Finding],
    beside: Callable[[Finding], list[_Line]],
    by: By,
) -> tuple[list[Finding], int]:
    """The findings with what people have said of them, now or before; and how many 已核实 say nothing.

    Only what has to be confirmed can be, and a decision only where the books follow it or wait for the card.
    """
    known = _known(ledger)
    ignored = 0
    for finding in findings:
        line = next(iter(beside(finding)), None)
        ruling = line.row.ruling.strip() if line is not None and line.row.ruling else ""
        says = ruling.startswith(CONFIRMED) or _is_followed(ledger, finding, ruling)
        ignored += says and not _may_confirm(finding)
        is_new = says and _may_confirm(finding) and finding.identity not in known
        if is_new and line is not None and ConfirmedRow.form.sheet in ledger.blocks:
            known.add(finding.identity)
            own = {header: cell for header, cell in line.typed.items() if header != _RULING}
            _keep(changes, ledger, _statement(finding, ruling) | ConfirmedRow.cells(notes=_joined(own)), by)
    return _marked(known, findings), ignored


def is_decision(ledger: Ledger, finding: Finding, ruling: str) -> bool:
    """Whether 处理 holds a decision: whose customer he is, a consultant on duty; or that two names are one person."""
    if finding.wording == "V09.clash":
        return any(person.name == ruling and person.status != LEFT for person in ledger.consultants)
    return finding.wording == "V18.shared" and ruling.startswith(SAME_PERSON)


def _is_followed(ledger: Ledger, finding: Finding, ruling: str) -> bool:
    """Whether the books stand as a decision says, or wait for the card of the customer."""
    if not is_decision(ledger, finding, ruling):
        return False
    customer = ledger.customer_at(finding.at)
    if customer is None or customer.card is None:
        return True
    if finding.wording == "V09.clash":
        return ruling == customer.card.consultant
    return customer.merged_on is not None


def decisions(ledger: Ledger, findings: Iterable[Finding]) -> Iterator[tuple[Finding, str, ConfirmedRow | None]]:
    """Findings, identified, with the decision the books do not follow yet: written in 问题清单, or kept in 核实记录 while there
    was no card.
    """
    block = ledger.blocks[FindingRow.form.sheet]
    known = headers_of(block).keys()
    lines = (_Line.of(block, row) for row in ledger.of(FindingRow) if row.ruling)
    rulings = {_key(known, line.cells): (line.row.ruling or "").strip() for line in lines}
    waiting = {_identity(row): row for row in ledger.of(ConfirmedRow) if row.ruling and row.is_blank("customer")}
    for finding in findings:
        kept = waiting.get(finding.identity)
        ruling = rulings.get(_key(known, _shown(finding, "zh"))) or (kept.ruling if kept and kept.ruling else "")
        if is_decision(ledger, finding, ruling):
            yield finding, ruling, kept


_RULING = FindingRow.form.by_name["ruling"].header


def _statement(finding: Finding, ruling: str) -> dict[str, Value]:
    return ConfirmedRow.cells(
        ruling=ruling,
        code=finding.code,
        date=finding.date,
        customer=finding.number or None,
        name=finding.name or None,
        phone=finding.phone or None,
        person=finding.person or None,
        header=finding.at.header or None,
        found=finding.found or None,
        content=finding.content or None,
    )


def _identity(row: ConfirmedRow) -> tuple[str, ...]:
    """The ``Finding.identity`` of what was confirmed."""
    customer = subject(row.shown("name"), row.shown("phone"))
    texts = (row.shown(name) for name in ("code", "date", "header", "found", "content"))
    code, date, header, found, content = texts
    return code, customer, date, header, found, content


def _keep(changes: Changes, ledger: Ledger, cells: Mapping[str, Value], by: By) -> None:
    if ConfirmedRow.form.sheet in ledger.blocks:
        changes.add(ConfirmedRow.form.sheet, {**ConfirmedRow.cells(time=by.time, user=by.user or None), **cells})


_LONGEST = 1_000
"""Characters of a text in a line: a cell of another writer's book may hold more than Excel lets one hold."""


def _shown(finding: Finding, lang: Lang) -> dict[str, Value]:
    cells = FindingRow.cells(
        handling=HANDLINGS[finding.handling].zh,
        severity=SEVERITIES[finding.severity],
        date=finding.date,
        subject=finding.customer or None,
        person=finding.person or None,
        found=finding.found or None,
        expected=expected(finding, lang),
        remedy=remedy(finding, lang),
        link=_link(finding.at),
        other=_link(finding.other) if finding.other else None,
        kind=finding.kind.value if finding.kind else None,
        header=finding.at.header or None,
        code="、".join(finding.codes),
    )
    return {
        header: f"{cell[:_LONGEST]}…" if isinstance(cell, str) and len(cell) > _LONGEST else cell
        for header, cell in cells.items()
    }


def _link(at: Spot) -> Link:
    return Link(at.sheet, at.cell, f"{at.sheet}!{at.cell}")
