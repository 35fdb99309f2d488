"""Rolling prospects between the grade sheets: what the logs say happened, written where the method wants it.

``roll`` is pure: it compares where every life ends (``timeline``) with what the sheets say, and returns the moves, the
proposals and the changes. Applying the changes and rolling again changes nothing. Source: SPEC section 5.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from xlcrm.changes import Changes, Value
from xlcrm.findings import Finding, Severity
from xlcrm.followup.care import care_calendar, may_call, owner_dates, unplanned
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import CHECK_HEADER, Cell, Record, as_text
from xlcrm.forms.sheets import (
    GRADE_SHEETS,
    Card,
    Care,
    FollowUp,
    JournalRow,
    Loss,
    MoveRow,
    Order,
    Owner,
    Prospect,
    Report,
    Visit,
)
from xlcrm.forms.states import STOCK
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import first_month
from xlcrm.roll.proposals import propose
from xlcrm.safety.journal import TAKEN_OUT, next_operation
from xlcrm.timeline.replay import (
    KEEP,
    NOBODY,
    TO_COMPLETE,
    Contact,
    Event,
    Happening,
    Life,
    Standing,
    Step,
    Timeline,
    evidence_text,
    interval_day,
    is_superseded,
    replay,
)
from xlcrm.validate import blocked_rows, validate


@dataclass(frozen=True, slots=True)
class Move:
    """One step newly written into the books; ``origin`` and ``target`` as printed in 级别变更."""

    on: dt.date
    event: Event
    customer: str
    phone: str
    name: str
    origin: str
    target: str
    evidence: str


@dataclass(slots=True)
class Roll:
    """What rolling comes to: moves, proposals and held-back rows (both as findings), and the changes to write."""

    moves: list[Move]
    proposals: list[Finding]
    held: list[Finding]
    changes: Changes
    timeline: Timeline


def roll(ledger: Ledger, today: dt.date) -> Roll:
    """Roll every prospect to where the logs put him by ``today``."""
    findings = validate(ledger, today)
    month = first_month(ledger, today)
    blocked = blocked_rows(findings)
    timeline = replay(ledger, today, blocked, month)
    work = _Work(ledger, today, timeline, blocked, Changes())
    for life in timeline.lives.values():
        work.settle(life)
    if not any(o.month == month for o in ledger.openings):
        work.freeze(month)
    work.care_done()
    work.plan_care()
    held = [f for f in findings if f.severity is Severity.ERROR]
    return Roll(work.moves, propose(ledger, timeline, today), held, work.changes, timeline)


@dataclass(slots=True)
class _Plan:
    """An open plan on the back of a card: a row of the book, or one that this roll adds."""

    on: dt.date
    row: int | None
    added: dict[str, Value] | None


_CARE_AHEAD = dt.timedelta(days=14)
"""How far ahead the roll plans care: longer than the shop's longest holiday."""
_ONLY_HERE = ("expected_on", "stage", "quantity", "test_drive_on", "rival", "remark")
"""What no other sheet holds of a prospect."""


@dataclass
class _Work:
    """The state of one roll: what is known of the book, what was decided so far."""

    ledger: Ledger
    today: dt.date
    timeline: Timeline
    blocked: Collection[tuple[str, int]]
    changes: Changes
    moves: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        known: list[Card | Prospect | Owner] = [
            *self.ledger.cards,
            *(row for _, row in self.ledger.prospects),
            *self.ledger.owners,
        ]
        numbers = [re.fullmatch(r"C(\d{1,9})", row.customer or "", re.ASCII) for row in known]
        self.last_number = max((int(number[1]) for number in numbers if number), default=0)
        self.operation = next_operation(self.ledger)
        self.written_moves = Counter((m.on, m.customer, m.origin, m.target) for m in self.ledger.moves)
        self.newest_moves: dict[str, tuple[dt.date, str]] = {}
        for move in self.ledger.moves:
            if move.on and move.customer and move.target:
                self._note_move(move.customer, move.on, move.target)
        self.prospects: dict[str, list[tuple[str, Prospect]]] = {}
        for grade, row in self.ledger.prospects:
            phone = self.ledger.phone_of(row)
            if phone:
                self.prospects.setdefault(phone, []).append((grade, row))
        events: list[Visit | Report | Order | Loss] = [*self.ledger.visits, *self.ledger.reports, *self.ledger.orders]
        events += self.ledger.losses
        self.held = {self.ledger.phone_of(row) for row in events if (row.at.sheet, row.at.row) in self.blocked}
        self.notes = {(self.ledger.phone_of(v), v.date, v.note) for v in self.ledger.visits if v.note}
        self.customers = dict(self.ledger.customer_by_phone)
        self.customers |= {phone: c.customer for phone, c in self.ledger.card_by_phone.items() if c.customer}

    # ------------------------------------------------------------ one customer

    def settle(self, life: Life) -> None:
        """Bring every sheet to where a life ends."""
        customer = self._carded(life)
        if customer is None:
            return
        plans = self._plans(life.phone)
        fresh = self._write_happenings(life, customer, plans)
        standing = life.standing
        assert standing is not None
        if fresh:
            self._write_card(life, standing)
        self._write_grade_row(life, customer, standing, plans, fresh)
        self._write_orders(life, customer)
        self._write_losses(life, customer)

    def _carded(self, life: Life) -> str | None:
        """The customer's 客户编号, a new one where the books have none; who came by the register gets a card.

        ``None`` for one who has no row to carry a number: the cross-check asks for the card.
        """
        card = self.ledger.card_by_phone.get(life.phone)
        customer = (card.customer if card else None) or self.customers.get(life.phone)
        rows = self.prospects.get(life.phone, ())
        if customer is None:
            if card is None and not rows and life.first_visit is None:
                return None
            self.last_number += 1
            customer = self.customers[life.phone] = f"C{self.last_number:05d}"
            if card is not None:
                self._put(card, "customer", customer)
            for _, row in rows:
                self._put(row, "customer", customer)
        if card is None and life.first_visit is not None:
            self._add_card(life, customer, life.first_visit)
        return customer

    def _add_card(self, life: Life, customer: str, visit: Visit) -> None:
        standing = life.standing
        assert standing is not None
        self.changes.add(
            Card.form.sheet,
            {
                "客户编号": customer,
                "客户姓名": life.name,
                "性别": visit.gender,
                "类型": "个人",
                "电话": life.phone,
                "状态": standing.state,
                "当前级别": standing.grade if standing.tracked else None,
                "来源": visit.source,
                "初洽日期": visit.date,
                "建卡日期": visit.date,
                "销售顾问": standing.consultant,
                "同意联系": "是",
                "最近修订": visit.date,
            },
        )

    def _write_card(self, life: Life, standing: Standing) -> None:
        card = self.ledger.card_by_phone.get(life.phone)
        if card is None:
            return
        self._put(card, "state", standing.state)
        self._put(card, "grade", standing.grade if standing.tracked else None)

    def _put(self, record: Record, name: str, value: Value) -> None:
        """Write a field of a row, where it is different."""
        if getattr(record, name) != value or (value is not None and record.is_blank(name)):
            self.changes.put(record.at.sheet, record.at.row, record.form.by_name[name].header, value)

    # ------------------------------------------------------------ contacts, plans, history

    def _plans(self, phone: str) -> list[_Plan]:
        """The customer's open plans, earliest first."""
        rows = self.ledger.follow_ups_by_phone.get(phone, ())
        plans = [_Plan(r.planned_on, r.at.row, None) for r in rows if r.planned_on and r.done_on is None]
        return sorted(plans, key=lambda plan: plan.on)

    def _write_happenings(self, life: Life, customer: str, plans: list[_Plan]) -> bool:
        """Write the contacts and steps the books do not hold yet; whether there were any.

        Only what is newer than everything the books hold makes plans: an older contact, entered late, is noted.
        """
        done: dict[dt.date, list[FollowUp]] = defaultdict(list)
        for row in self.ledger.follow_ups_by_phone.get(life.phone, ()):
            if row.done_on:
                done[row.done_on].append(row)
        fresh: list[tuple[int, Happening, Contact | None]] = []
        newest = -1
        for i, happening in enumerate(life.happenings):
            is_fresh = self._write_steps(life, customer, happening.steps)
            contact = happening.contact
            if contact is not None and (rows := done[contact.on]):
                is_fresh |= self._tell_in_full(life, rows.pop(0), contact)
                contact = None
            if is_fresh or contact is not None:
                fresh.append((i, happening, contact))
            elif happening.contact is not None or happening.steps:
                newest = i
        for i, happening, contact in fresh:
            if i > newest:
                self._plan_on(life, customer, happening, contact, plans)
            elif contact is not None:
                self._add_contact(life, customer, contact)
        is_fresh = self._correct(life, customer) or bool(fresh)
        if life.happenings:
            self._settle_plans(life, customer, plans, is_fresh)
        return is_fresh

    def _tell_in_full(self, life: Life, row: FollowUp, contact: Contact) -> bool:
        """Let the report of a visit take over the line that an earlier roll made of its register row; whether it did."""
        of_register = row.result is None and (life.phone, row.done_on, row.story) in self.notes
        if not of_register or not isinstance(contact.source, Report):
            return False
        names = {column.header: column.name for column in row.form.columns}
        other = {h: value for h, value in _contact_cells(contact).items() if getattr(row, names[h]) != value}
        for header, value in other.items():
            self.changes.put(row.at.sheet, row.at.row, header, value)
        return bool(other)

    def _correct(self, life: Life, customer: str) -> bool:
        """Put right what an earlier roll made of logs that say otherwise by now; whether there was anything.

        Rows in error say nothing yet: a customer with one waits. What a person changed on a card or in a grade sheet is
        left to the cross-check.
        """
        standing = life.standing
        assert standing is not None
        _, newest = self.newest_moves.get(customer, (self.today, standing.shown))
        if newest == standing.shown or life.phone in self.held:
            return False
        self._write_move(
            Move(self.today, Event.CORRECT, customer, life.phone, life.name, newest, standing.shown, "日志已改")
        )
        return True

    def _settle_plans(self, life: Life, customer: str, plans: list[_Plan], fresh: bool) -> None:
        """A prospect told of has a plan; a customer who left has none, one who ordered only what the last report gave."""
        last, standing = life.happenings[-1], life.standing
        assert standing is not None
        if standing.state == "在跟":
            next_on = self._next(standing, last)
            if next_on is not None and not plans:
                self._add_plan(life, customer, standing, next_on, plans)
        elif fresh:
            self._drop_others(plans, last.next_on if standing.state == "已订" else None)

    def _write_steps(self, life: Life, customer: str, steps: Iterable[Step]) -> bool:
        """Add the steps that 级别变更 does not hold yet; whether there were any."""
        fresh = False
        for step in steps:
            origin, target = step.before.shown if step.before else NOBODY, step.after.shown
            key = (step.on, customer, origin, target)
            if self.written_moves[key] > 0:
                self.written_moves[key] -= 1
                continue
            fresh = True
            self._write_move(
                Move(step.on, step.event, customer, life.phone, life.name, origin, target, evidence_text(step))
            )
        return fresh

    def _write_move(self, move: Move) -> None:
        self._note_move(move.customer, move.on, move.target)
        self.moves.append(move)
        row: dict[str, Value] = {
            "时间": move.on,
            "客户编号": move.customer,
            "从": move.origin,
            "到": move.target,
            "依据": move.evidence,
            "操作号": self.operation,
        }
        self.changes.add(MoveRow.form.sheet, row)

    def _note_move(self, customer: str, on: dt.date, target: str) -> None:
        """Remember where the newest step on record leads."""
        if customer not in self.newest_moves or self.newest_moves[customer][0] <= on:
            self.newest_moves[customer] = on, target

    def _plan_on(
        self, life: Life, customer: str, happening: Happening, contact: Contact | None, plans: list[_Plan]
    ) -> None:
        """Execute or drop the open plans, and make the one new plan of the happening."""
        if contact is not None:
            due = next((plan for plan in plans if plan.on <= contact.on), None)
            if due is not None:
                self._fill(due, FollowUp.form.sheet, _contact_cells(contact))
                plans.remove(due)
            else:
                self._add_contact(life, customer, contact)
        if happening.next_on is KEEP and (plans or contact is None):
            return
        standing = life.at(happening.on)
        assert standing is not None
        next_on = self._next(standing, happening)
        self._drop_others(plans, next_on)
        if next_on is not None and not plans:
            self._add_plan(life, customer, standing, next_on, plans)

    def _next(self, standing: Standing, happening: Happening) -> dt.date | None:
        """The day of the next contact after a happening, whatever was planned before."""
        return interval_day(self.ledger, standing, happening.on) if happening.next_on is KEEP else happening.next_on

    def _add_plan(self, life: Life, customer: str, standing: Standing, on: dt.date, plans: list[_Plan]) -> None:
        row: dict[str, Value] = {
            "客户编号": customer,
            "客户姓名": life.name,
            "计划日期": on,
            "计划方式": "电话",
            "计划目的": "促进",
            "回访前级别": standing.grade,
            "销售顾问": standing.consultant,
        }
        self.changes.add(FollowUp.form.sheet, row)
        plans.append(_Plan(on, None, self.changes.table(FollowUp.form.sheet).added[-1]))

    def _drop_others(self, plans: list[_Plan], kept: dt.date | None) -> None:
        """Take out the open plans of other days."""
        for plan in [plan for plan in plans if plan.on != kept]:
            self._drop(plan)
            plans.remove(plan)

    def _drop(self, plan: _Plan) -> None:
        if plan.row is not None:
            self.changes.remove(FollowUp.form.sheet, plan.row)
        else:
            self.changes.table(FollowUp.form.sheet).added[:] = [
                row for row in self.changes.table(FollowUp.form.sheet).added if row is not plan.added
            ]

    def _fill(self, plan: _Plan, sheet: str, cells: Mapping[str, Value]) -> None:
        """What was planned is done: fill the plan's own row."""
        if plan.added is not None:
            plan.added.update(cells)
        elif plan.row is not None:
            for header, value in cells.items():
                self.changes.put(sheet, plan.row, header, value)

    def _add_contact(self, life: Life, customer: str, contact: Contact) -> None:
        standing = life.at(contact.on)
        row: dict[str, Value] = {
            "客户编号": customer,
            "客户姓名": life.name,
            "销售顾问": contact.source.consultant or (standing.consultant if standing else None),
        }
        self.changes.add(FollowUp.form.sheet, row | _contact_cells(contact))

    # ------------------------------------------------------------ grade sheets

    def _write_grade_row(self, life: Life, customer: str, standing: Standing, plans: list[_Plan], fresh: bool) -> None:
        """One row in the sheet of the grade for a tracked customer, none for the others."""
        rows = self.prospects.get(life.phone, [])
        if not standing.tracked:
            # a row without a card is all that is known of a customer: it stays, and the cross-check asks for the card
            carded = life.first_visit is not None or life.phone in self.ledger.card_by_phone
            if carded and (life.happenings or fresh):
                for _, row in rows:
                    self._take_out(customer, row, self._new_row(life, standing))
            return
        if not rows and not life.happenings and not fresh:
            return
        contacts = [c.on for c in life.contacts]
        wanted: dict[str, Value] = {
            "最近回访": max([*contacts, *(r.last_contact for _, r in rows if r.last_contact)], default=None),
            "战败待审": "待审" if standing.state == "战败待审" else None,
        }
        typed = next((r.next_on for _, r in rows if r.next_on), None)
        next_on = plans[0].on if plans else (None if fresh else typed)
        wanted["下次回访"] = next_on
        wanted["逾期天数"] = (self.today - next_on).days if next_on and next_on < self.today else None
        stays = next((row for grade, row in rows if grade == standing.grade), None)
        if stays is None and rows and not fresh:
            stays = rows[0][1]
        if stays is not None:
            self._update_row(stays, wanted, standing if fresh else None)
            leaving = [row for _, row in rows if row is not stays and fresh]
            carried: Mapping[str, Value] = self._typed(stays)
        else:
            carried = self._add_row(life, customer, standing, rows[0][1] if rows else None, wanted)
            leaving = [row for _, row in rows]
        for row in leaving:
            self._take_out(customer, row, carried)

    def _take_out(self, customer: str, row: Prospect, carried: Mapping[str, Value]) -> None:
        """Take a row out of its sheet; what staff typed there, and nothing carries on, stays readable in 操作日志."""
        self.changes.remove(row.at.sheet, row.at.row)
        told = [
            f"{header}：{as_text(cell)}" for header, cell in self._typed(row).items() if carried.get(header) != cell
        ]
        if told:
            self.changes.add(
                JournalRow.form.sheet,
                {
                    "动作": TAKEN_OUT,
                    "操作号": self.operation,
                    "工作表": row.at.sheet,
                    "位置": customer,
                    "旧值": "；".join(told),
                },
            )

    def _typed(self, row: Prospect) -> dict[str, Cell]:
        """What only a row of a grade sheet holds of a prospect, columns of the shop's own among it, by header."""
        block = self.ledger.blocks[row.at.sheet]
        known = columns_of(block.headers, row.form).values()
        cells = {row.form.by_name[name].header: row.raw(name) for name in _ONLY_HERE}
        for at, cell in enumerate(block.rows[row.at.row - block.row - 1]):
            if at not in known and block.headers[at] not in ("", CHECK_HEADER):
                cells[block.headers[at]] = cell
        return {header: cell for header, cell in cells.items() if cell is not None}

    def _update_row(self, row: Prospect, wanted: Mapping[str, Value], standing: Standing | None) -> None:
        names = {column.header: column.name for column in row.form.columns}
        for header, value in wanted.items():
            self._put(row, names[header], value)
        if standing is not None and standing.since is not None:
            self._put(row, "graded_on", standing.since)

    def _add_row(
        self, life: Life, customer: str, standing: Standing, old: Prospect | None, wanted: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Copy the prospect's row to the sheet of the new grade, or make one from the first visit or the card.

        Returns the row. Columns of the shop's own come along where the other sheet has them too.
        """
        assert standing.grade is not None
        sheet = GRADE_SHEETS[standing.grade]
        row = self._new_row(life, standing)
        if old is not None:
            row = {c.header: old.raw(c.name) for c in old.form.columns}
            row |= {h: cell for h, cell in self._typed(old).items() if h in self.ledger.blocks[sheet].headers}
        row |= {"客户编号": customer or row.get("客户编号"), "入级日期": standing.since, **wanted}
        self.changes.add(sheet, row)
        return row

    def _new_row(self, life: Life, standing: Standing) -> dict[str, Value]:
        """A first row in a grade sheet: of a new customer from the register, of a returning one from what the books hold."""
        visit = life.first_visit
        card = self.ledger.card_by_phone.get(life.phone)
        orders = self.ledger.orders_by_phone.get(life.phone, ())
        opening = life.base.grade if life.base is not None and life.base.tracked else None
        return {
            "客户姓名": life.name,
            "电话": life.phone,
            "拟购车型": visit.model if visit else next((o.model for o in reversed(orders) if o.model), "未定"),
            "来源": visit.source if visit else (card.source if card else None),
            "初洽日期": visit.date if visit else (card.first_contact if card else standing.since),
            "初始级别": visit.grade if visit else (opening or standing.grade),
            "月初级别": opening,
            "流程阶段": "初次接触" if visit else None,
            "数量": 1,
            "试驾日期": visit.date if visit and visit.test_drive else None,
            "竞品": visit.rival if visit else None,
            "销售顾问": standing.consultant,
        }

    # ------------------------------------------------------------ orders, owners, losses

    def _write_orders(self, life: Life, customer: str) -> None:
        for order in self.ledger.orders_by_phone.get(life.phone, ()):
            if is_superseded(self.ledger, order):
                self.changes.remove(order.at.sheet, order.at.row)
            elif customer and order.is_blank("customer"):
                self._put(order, "customer", customer)
        for mark in life.unwritten_orders:
            self.changes.add(
                Order.form.sheet,
                {
                    "订单号": f"{TO_COMPLETE}{customer}-{mark.date:%Y%m%d}",
                    "客户编号": customer,
                    "客户姓名": life.name,
                    "电话": life.phone,
                    "订单日期": mark.date,
                    "车型": mark.model,
                    "数量": 1,
                    "付款状态": "O1",
                    "销售顾问": mark.consultant,
                },
            )
        if life.deliveries:
            known = Counter(o.delivered_on for o in self.ledger.owners if self.ledger.phone_of(o) == life.phone)
            for order in life.deliveries:
                if known[order.delivered_on] > 0:
                    known[order.delivered_on] -= 1
                else:
                    self._write_owner(life, customer, order)

    def _write_owner(self, life: Life, customer: str, order: Order) -> None:
        """The delivered car on the front of the card, and its care calendar."""
        assert order.delivered_on is not None
        card = self.ledger.card_by_phone.get(life.phone)
        birthday = card.birthday if card else None
        dates = owner_dates(order.delivered_on, self.ledger.settings)
        self.changes.add(
            "保有客户",
            {
                "客户编号": customer,
                "车主姓名": life.name,
                "电话": life.phone,
                "车型": order.model,
                "购买日期": order.date,
                "交车日期": order.delivered_on,
                "首保到期": dates.first_service,
                "保险到期": dates.insurance,
                "生日": birthday,
                "销售顾问": order.consultant,
            },
        )
        if not may_call(self.ledger, life.phone):
            return
        for item, day in care_calendar(order.delivered_on, birthday, self.ledger.settings):
            planned = self.ledger.workdays.on_or_after(order.consultant or "", day)
            self._add_care(customer, life.name, item, planned, order.consultant)

    def _write_losses(self, life: Life, customer: str) -> None:
        for loss in self.ledger.losses_by_phone.get(life.phone, ()):
            if is_superseded(self.ledger, loss):
                self.changes.remove(loss.at.sheet, loss.at.row)
                continue
            if customer and loss.is_blank("customer"):
                self._put(loss, "customer", customer)
            if loss.is_blank("decision"):
                self._put(loss, "decision", "待审")
        for report in life.unwritten_losses:
            assert report.date is not None
            standing = life.at(report.date)
            assert standing is not None
            self.changes.add(
                Loss.form.sheet,
                {
                    "客户编号": customer,
                    "客户姓名": life.name,
                    "电话": life.phone,
                    "战败前级别": standing.grade,
                    "类型": "战败",
                    "说明": report.story,
                    "申请日期": report.date,
                    "申请人": report.consultant,
                    "审批": "待审",
                },
            )

    # ------------------------------------------------------------ owners and stock

    def care_done(self) -> None:
        """A 售后回访 in 当日总结 is the doing of the owner's oldest open care call planned until that day."""
        open_calls = self._open_calls()
        done = Counter((self.ledger.phone_of(c), c.done_on) for c in self.ledger.cares if c.done_on)
        for report in sorted(self.ledger.reports, key=lambda r: (r.date or dt.date.min, r.at.row)):
            is_care = report.section == "当日总结" and report.purpose == "售后回访"
            phone = self.ledger.phone_of(report)
            if not is_care or (report.at.sheet, report.at.row) in self.blocked or not phone or not report.date:
                continue
            if done[phone, report.date] > 0:
                done[phone, report.date] -= 1
                continue
            due = next((call for call in open_calls.get(phone, []) if call.on <= report.date), None)
            if due is not None:
                open_calls[phone].remove(due)
                self._fill(due, Care.form.sheet, _care_cells(report))

    def plan_care(self) -> None:
        """The calls of the next two weeks nobody has planned: of the calendar a delivery lays, only the first year stands.

        A call whose eve has come, too late for 明日计划, is planned for the first day that is not; a birthday, which nobody
        keeps later, stands in the day's own list.
        """
        for owner, item, day in unplanned(self.ledger, self.today, self.today + _CARE_AHEAD):
            if owner.customer:
                tomorrow = self.ledger.workdays.next(owner.consultant or "", self.today)
                on = max(day, self.ledger.workdays.next(owner.consultant or "", tomorrow))
                if on == day or item != "生日":
                    self._add_care(owner.customer, owner.name or "", item, on, owner.consultant)

    def _add_care(self, customer: str, name: str, item: str, day: dt.date, consultant: str | None) -> None:
        cells: dict[str, Value] = {"客户编号": customer, "车主姓名": name, "关怀项目": item, "计划日期": day}
        self.changes.add(Care.form.sheet, cells | {"销售顾问": consultant})

    def _open_calls(self) -> dict[str, list[_Plan]]:
        """Open care calls by phone, oldest first, those of cars delivered in this very roll included."""
        calls: dict[str, list[_Plan]] = {}
        for row in self.ledger.cares:
            phone = self.ledger.phone_of(row)
            if phone and row.planned_on and row.done_on is None:
                calls.setdefault(phone, []).append(_Plan(row.planned_on, row.at.row, None))
        phones = {customer: phone for phone, customer in self.customers.items()}
        for added in self.changes.table(Care.form.sheet).added:
            planned = added["计划日期"]
            assert isinstance(planned, dt.date)
            calls.setdefault(phones[str(added["客户编号"])], []).append(_Plan(planned, None, added))
        for own in calls.values():
            own.sort(key=lambda call: call.on)
        return calls

    def freeze(self, month: str) -> None:
        """Freeze the opening stock of the first month rolled: the bases of all lives; of a new book, that there was none."""
        for life in self.timeline.lives.values():
            if life.base is not None:
                add_opening(self.changes, month, self.customers.get(life.phone, ""), life, life.base)
        if self.timeline.lives and not self.changes.table("月初留存"):
            self.changes.add("月初留存", {"月份": month})


def add_opening(changes: Changes, month: str, customer: str, life: Life, standing: Standing) -> None:
    """One row of 月初留存, for a customer who is not out of the books."""
    if standing.state in STOCK:
        changes.add(
            "月初留存",
            {
                "月份": month,
                "客户编号": customer,
                "客户姓名": life.name,
                "电话": life.phone,
                "状态": standing.state,
                "级别": standing.grade,
                "销售顾问": standing.consultant,
                "入级日期": standing.since,
            },
        )


def _contact_cells(contact: Contact) -> dict[str, Value]:
    """The doing of a contact, as the back of the card holds it."""
    source = contact.source
    cells: dict[str, Value] = {"执行日期": contact.on, "回访前级别": contact.grade_before}
    if isinstance(source, Report):
        return cells | {
            "执行方式": source.means,
            "经过": source.story,
            "结果": source.result,
            "回访后级别": contact.grade_after,
            "下次回访日期": source.next_on,
        }
    means = "电话" if source.channel == "来电" else "来店"
    return cells | {"执行方式": means, "经过": source.note, "回访后级别": contact.grade_after}


def _care_cells(report: Report) -> dict[str, Value]:
    return {"执行日期": report.date, "方式": report.means, "结果": report.result, "经过": report.story}
