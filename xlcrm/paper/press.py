"""The forms a shop prints: today's lists, both meetings, the register and report of a day, the grade grids, a card.

A ``Paper`` is what stands on one printed form, as data: words, figures and the rows behind them. Names are shown, for the
paper stays in the shop. Source: SPEC section 3 and the layouts real brands print (PRACTICE); a rolled book is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from xlcrm.catalogue import Words
from xlcrm.catalogue.paper import GROUPS, KINDS, WEEKDAYS
from xlcrm.errors import Refusal
from xlcrm.followup.day import Day, Kind, Task, counted
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Cell, Record
from xlcrm.forms.sheets import Card, Care, FollowUp, Report
from xlcrm.forms.states import EXITS, FAILED, GRADES, LOOKING, STOCK, UNCOUNTED, Decision, Section, State
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, month_start
from xlcrm.timeline.replay import Event, Life, Standing, replay

FormName = Literal["today", "morning", "evening", "register", "report", "grid", "card"]
FORM_NAMES: tuple[FormName, ...] = get_args(FormName)
DAYS = tuple(f"d{day}" for day in range(1, 32))
"""Columns of the grid, one a day of the month."""
PLANNED, FAILED_MARK = "*", "×"
MARKS = {
    State.ORDERED: "O",
    State.DELIVERED: "D",
    State.LOSS_PENDING: "F0",
    State.LOST: "F",
    State.FROZEN: "F2",
    State.UNREACHABLE: "L",
}
"""What the grid says of a customer without a grade."""
_LISTED, _MEETING_LINES = 10, 42
"""Rows of a list on a meeting's one page, and of all its tables; what is longer says how many are left out."""
_CARD_LINES = 16
"""Contacts, or care calls, on a side of a card, which is one page: the newest."""

Shown = Cell | Words


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; ``title`` and ``columns`` are keys of ``catalogue.paper``.

    A row of a single cell is a heading across. ``more`` counts rows left out, said in the words of the key ``left_out``;
    ``least`` is how many lines stand on paper, blank ones for the pen among them.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]
    more: int = 0
    left_out: str = "list"
    total: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with their values, some a line: the head of a card."""

    title: str
    pairs: tuple[tuple[str, Shown], ...]
    a_line: int = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed form. ``about`` names whose it is (a consultant, a customer), "" for the shop's.

    ``head`` stands under the title, ``signed`` are the keys of those who sign below, ``legend`` a key or "".
    """

    form: str
    about: str
    head: tuple[tuple[str, Shown], ...]
    blocks: tuple[Table | Fields, ...]
    signed: tuple[str, ...]
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """What is printed at once, with the shop and the day it is of."""

    store: str
    day: dt.date
    papers: tuple[Paper, ...]


def papers(
    ledger: Ledger,
    today: dt.date,
    blocked: Collection[tuple[str, int]],
    form: str = "",
    consultant: str = "",
    customer: str = "",
) -> Papers:
    """The forms of a day: all of them or one; a consultant's only, where one is named; a card where a customer is.

    Raises ``Refusal``: ``print.no_consultant``, ``print.no_customer``, ``print.card_of_whom``.
    """
    press = _Press(ledger, today, blocked, consultant)
    if consultant and consultant not in press.day.consultants:
        raise Refusal("print.no_consultant", name=consultant)
    if form == "card" and not customer:
        raise Refusal("print.card_of_whom")
    makers: dict[str, Callable[[], Iterator[Paper]]] = {
        "today": press.lists,
        "morning": press.morning,
        "evening": press.evening,
        "register": press.register,
        "report": press.reports,
        "grid": press.grids,
        "card": lambda: press.card(customer),
    }
    wanted = [form] if form else [name for name in FORM_NAMES if name != "card" or customer]
    return Papers(ledger.settings.store, today, tuple(paper for name in wanted for paper in makers[name]()))


class _Press:
    """Makes the forms of one day."""

    def __init__(
        self, ledger: Ledger, today: dt.date, blocked: Collection[tuple[str, int]], consultant: str = ""
    ) -> None:
        self.ledger = ledger
        self.today = today
        self.day = Day(ledger, today, blocked)
        self.month = f"{today:%Y-%m}"
        self.eve = month_start(self.month) - dt.timedelta(days=1)
        self.timeline = replay(ledger, today, blocked, min(self.month, earliest_month(ledger, today)))
        self.only = consultant
        self.consultants = (consultant,) if consultant else self.day.consultants

    def head(self, consultant: str = "", month: bool = False) -> tuple[tuple[str, Shown], ...]:
        when: tuple[str, Shown] = ("month", self.month) if month else ("day", self._dated(self.today))
        return (("store", self.ledger.settings.store), when, *([("consultant", consultant)] if consultant else []))

    def _dated(self, day: dt.date) -> Words:
        weekday = WEEKDAYS[day.weekday()]
        return Words(f"{day} {weekday.zh}", f"{day} {weekday.en}")

    # ------------------------------------------------------------ the day

    def lists(self) -> Iterator[Paper]:
        """今日清单, one a consultant at work."""
        columns = ("no", "kind", "grade", "name", "phone", "model", "on", "late", "means", "last", "outcome")
        for consultant in self.consultants:
            if not self.day.works(consultant) and not self.only:
                continue
            rows = tuple(
                (number, _why(t), t.grade, t.name, t.phone, t.model, t.on, t.late or None, t.means, t.last, None)
                for number, t in enumerate(self.day.of(consultant), start=1)
            )
            table = Table("tasks", columns, rows, least=15)
            yield Paper("today", consultant, self.head(consultant), (table,), ("consultant", "supervisor"))

    def morning(self) -> Iterator[Paper]:
        """早会: what came of yesterday, and today's work."""
        yesterday = Day(self.ledger, self.ledger.workdays.previous("", self.today), self.day.blocked)
        wins = [(o.consultant, o.name, o.model, KINDS["ordered"]) for o in yesterday.sound(yesterday.ordered)]
        wins += [(o.consultant, o.name, o.model, KINDS["delivered"]) for o in yesterday.sound(yesterday.delivered)]
        hot = [(t.consultant, t.grade, t.name, t.model, _why(t), t.late or None) for t in self.day.tasks]
        blocks = (
            _scored("yesterday", yesterday, _SCORES),
            Table("wins", ("consultant", "name", "model", "what"), tuple(wins)),
            self._work(),
            Table("urgent", ("consultant", "grade", "name", "model", "kind", "late"), tuple(hot)),
        )
        yield Paper("morning", "", self.head(), _on_one_page(blocks, "urgent"), ("manager", "recorder"))

    def _work(self) -> Table:
        """How much each consultant has to do today."""
        rows: list[tuple[Shown, ...]] = []
        sums = Counter[Kind]()
        for consultant in self.day.consultants:
            if not self.day.works(consultant):
                rows.append((consultant, *(None for _ in Kind), KINDS["rests"]))
                continue
            counts = counted(self.day.of(consultant))
            sums += counts
            rows.append((consultant, *(counts[kind] for kind in Kind), counts.total()))
        rows.append((KINDS["total"], *(sums[kind] for kind in Kind), sums.total()))
        return Table("work", ("consultant", *(kind.value for kind in Kind), "sum"), tuple(rows), total=True)

    def evening(self) -> Iterator[Paper]:
        """夕会: what came of today, who was lost and who was missed, tomorrow's plan."""
        day = self.day
        lost = [
            (
                loss.applicant,
                loss.name,
                loss.grade_before,
                loss.exit,
                loss.reason,
                loss.rival,
                loss.decision or Decision.OPEN,
            )
            for loss in self.ledger.losses
            if self.today in (loss.applied_on, loss.decided_on)
        ]
        missed = [
            (t.consultant, t.grade, t.name, t.model, _why(t), t.on, t.late or None)
            for t in day.tasks
            if t.kind not in (Kind.BIRTHDAY, Kind.DELIVERY) and day.is_missed(t.consultant, t.on)
        ]
        planned = [
            (r.consultant, r.grade_before, r.name, r.model, r.purpose, r.means, r.on)
            for r in sorted(day.plans, key=lambda r: GRADES.index(r.grade_before) if r.grade_before in GRADES else 9)
        ]
        blocks = (
            _scored("results", day, (*_SCORES, "missed", "losses", "planned")),
            Table("lost", ("consultant", "name", "grade", "exit", "reason", "rival", "decision"), tuple(lost)),
            Table("missed_list", ("consultant", "grade", "name", "model", "kind", "on", "late"), tuple(missed)),
            Table("plan", ("consultant", "grade", "name", "model", "purpose", "means", "on"), tuple(planned)),
        )
        yield Paper("evening", "", self.head(), _on_one_page(blocks, "missed_list"), ("manager", "recorder"))

    # ------------------------------------------------------------ the paper forms

    def register(self) -> Iterator[Paper]:
        """来店(电)顾客登记表 of the day."""
        columns = (
            *("no", "stay", "channel", "first", "visit_purpose", "customer_name", "gender", "phone", "people", "model"),
            *("grade", "source", "media", "rival", "drive", "ordered", "no_contact", "consultant", "note"),
        )
        visits = [v for v in self.day.visits if self.only in ("", v.consultant)]
        rows = tuple(
            (
                number,
                "-".join(time.strftime("%H:%M") if time else "" for time in (v.entered, v.left)),
                *(v.channel, v.first, v.purpose or LOOKING, v.name, v.gender, v.phone, v.people, v.model),
                *(v.grade, v.source, v.media, v.rival, _tick(v.test_drive), _tick(v.ordered), v.no_contact_reason),
                *(v.consultant, v.note),
            )
            for number, v in enumerate(visits, start=1)
        )
        table = Table("", columns, rows, least=15)
        yield Paper("register", "", self.head(self.only), (table,), ("reception", "supervisor", "manager"))

    def reports(self) -> Iterator[Paper]:
        """销售活动日报表, one a consultant, its foot counted anew from the books."""
        columns = (
            *(
                "no",
                "name",
                "phone",
                "model",
                "purpose",
                "means",
                "before",
                "after",
                "story",
                "result",
                "next",
                "remark",
            ),
        )
        plan = ("no", "name", "phone", "model", "purpose", "means", "before", "on", "remark")
        for consultant in self.consultants:
            done = [r for r in self.day.reports if r.consultant == consultant]
            planned = [r for r in self.day.plans if r.consultant == consultant]
            if not done and not planned and not self.day.works(consultant):
                continue
            summary = tuple(
                (
                    number,
                    *(r.name, self._phone(r), r.model, r.purpose, r.means, r.grade_before, r.grade_after),
                    *(r.story, r.result, r.next_on, r.remark),
                )
                for number, r in enumerate(done, start=1)
            )
            tomorrow = tuple(
                (number, r.name, self._phone(r), r.model, r.purpose, r.means, r.grade_before, r.on, r.remark)
                for number, r in enumerate(planned, start=1)
            )
            blocks = (
                Table("summary", columns, summary, least=6),
                Table("plan", plan, tomorrow, least=4),
                *self.foot(consultant),
            )
            yield Paper("report", consultant, self.head(consultant), blocks, _SIGNED)

    def _phone(self, report: Report) -> str | None:
        return report.phone or self.ledger.phone_of(report)

    def foot(self, consultant: str) -> tuple[Table, Table]:
        """The report's foot: stock by grade today, carried over, new of the month, sold; and visits made."""
        stock, carried, new, sold = (Counter[str]() for _ in range(4))
        for life in self.timeline.lives.values():
            opening = self._opening(life)
            if opening is not None and opening.consultant == consultant:
                carried[opening.grade or ""] += 1
            standing = life.standing
            if standing is not None and standing.consultant == consultant:
                if standing.tracked:
                    stock[standing.grade or ""] += 1
                elif standing.state == State.ORDERED:
                    stock["O"] += 1
            for step in life.steps:
                if step.after.consultant == consultant and f"{step.on:%Y-%m}" == self.month:
                    if step.event is Event.NEW:
                        new[step.after.grade or ""] += 1
                    elif step.event is Event.ORDER:
                        sold["carried" if opening else "new"] += 1
        owned = sum(1 for owner in self.ledger.owners if owner.consultant == consultant)
        rows: tuple[tuple[Shown, ...], ...] = (
            (KINDS["stock"], *_by_grade(stock), stock["O"], None, owned),
            (KINDS["carried"], *_by_grade(carried), None, sold["carried"], None),
            (KINDS["new"], *_by_grade(new), None, sold["new"], None),
        )
        kept = Table("foot", ("measure", *GRADES, "sum", "open_orders", "sold", "owners"), rows)
        purposes = CODES["活动目的"].values
        counts = []
        for first in (self.today, self.today.replace(day=1)):
            made = Counter(
                r.purpose
                for r in self.ledger.reports
                if r.consultant == consultant and r.section == Section.DONE and r.result not in FAILED
                if r.date and first <= r.date <= self.today
            )
            counts.append((*(made[purpose] for purpose in purposes), made.total()))
        visits = Table(
            "visits",
            ("measure", *(f"p{i}" for i in range(len(purposes))), "sum"),
            ((KINDS["made_today"], *counts[0]), (KINDS["made_month"], *counts[1])),
        )
        return kept, visits

    def _opening(self, life: Life) -> Standing | None:
        """Where a customer carried over stood when the month began; ``None`` of any other."""
        standing = life.at(self.eve)
        return standing if standing is not None and standing.tracked else None

    def grids(self) -> Iterator[Paper]:
        """潜在顾客等级推进表, one a consultant: by grade who stands in it and who left it this month, then open orders.

        One who has left the shop has a sheet too, while customers are on his name.
        """
        columns = ("name", "phone", "source", "model", "opening", *DAYS, "now", "notes")
        found: dict[tuple[str, str], list[Life]] = defaultdict(list)
        for life in sorted(self.timeline.lives.values(), key=lambda life: life.phone):
            group = self._group(life)
            if group and life.standing:
                found[life.standing.consultant or "", group].append(life)
        others = () if self.only else sorted({who for who, _ in found}.difference(self.consultants))
        for consultant in (*self.consultants, *others):
            rows: list[tuple[Shown, ...]] = []
            for group, band in GROUPS.items():
                own = [self.row(life) for life in found[consultant, group]]
                rows += [(Words(f"{band.zh}　{len(own)}", f"{band.en}: {len(own)}"),), *own, (None,) * len(columns)]
            head = self.head(consultant, month=True)
            yield Paper("grid", consultant, head, (Table("", columns, tuple(rows)),), _SIGNED, "marks")

    def _group(self, life: Life) -> str:
        """The grade a customer stands in, or stood in when he left this month; O for orders of before; else ""."""
        standing, before = life.standing, life.at(self.eve)
        if standing is None or standing.state in UNCOUNTED:
            return ""
        since = [step.after for step in life.steps if f"{step.on:%Y-%m}" == self.month]
        if standing.tracked or any(past.tracked for past in (before, *since) if past):
            return standing.grade or ""
        return "O" if any(past.state == State.ORDERED for past in (before, *since) if past) else ""

    def row(self, life: Life) -> tuple[Shown, ...]:
        """A customer's month: ``*`` where a contact was planned, the grade at the end of the day where one was made."""
        marks: dict[int, str] = {}
        plans = [f.planned_on for f in self.ledger.follow_ups_by_phone.get(life.phone, ())]
        plans += [row.next_on for _, row in self.ledger.prospects if self.ledger.phone_of(row) == life.phone]
        for on in plans:
            if on is not None and f"{on:%Y-%m}" == self.month:
                marks[on.day] = PLANNED
        moved = {step.on for step in life.steps}
        reached = {contact.on for contact in life.contacts if contact.reached} | moved
        for day in sorted({contact.on for contact in life.contacts} | moved):
            if f"{day:%Y-%m}" == self.month:
                marks[day.day] = _mark(life.at(day)) if day in reached else FAILED_MARK
        card = self.ledger.card_by_phone.get(life.phone)
        opening = life.at(self.eve)
        return (
            *(life.name, life.phone, card.source if card else None, self.day.models.get(life.phone)),
            _mark(opening) if opening and opening.state in STOCK else None,
            *(marks.get(day) for day in range(1, 32)),
            *(_mark(life.standing), self._notes(life)),
        )

    def _notes(self, life: Life) -> str | None:
        """备注 of the grade sheet; of a customer who was lost, why."""
        losses = self.ledger.losses_by_phone.get(life.phone, ())
        if life.standing is not None and life.standing.state in EXITS and losses:
            return losses[-1].reason
        return next((row.remark for _, row in self.ledger.prospects if self.ledger.phone_of(row) == life.phone), None)

    def card(self, customer: str) -> Iterator[Paper]:
        """客户管理卡 of a customer, front (the owner) and back (the prospect)."""
        card = next((c for c in self.ledger.cards if customer in (c.customer, c.phone, c.spare_phone)), None)
        if card is None or card.phone is None:
            raise Refusal("print.no_customer", customer=customer)
        phone = card.phone
        owners = [o for o in self.ledger.owners if self.ledger.phone_of(o) == phone]
        orders = self.ledger.orders_by_phone.get(phone, ())
        identity = ("customer", "name", "gender", "phone", "spare_phone", "person_or_company", "birthday", "occupation")
        front: tuple[Table | Fields, ...] = (
            Fields("owner", _pairs(card, (*identity, "address", "consultant"))),
            *([Fields("car", _pairs(owner, _CAR)) for owner in owners] or [Fields("car", _pairs(None, _CAR))]),
            Table("orders", _ORDER, tuple(_values(order, _ORDER) for order in orders), least=2),
            _newest("cares", _CARE, [_values(c, _CARE) for c in self._of(phone, self.ledger.cares)]),
        )
        back_head = (
            *("customer", "name", "phone", "state", "grade", "source", "first_contact", "carded_on", "consultant"),
            *("former_consultant", "may_contact", "revised_on"),
        )
        prose = ("needs", "family", "living", "character", "relations")
        losses = self.ledger.losses_by_phone.get(phone, ())
        back: tuple[Table | Fields, ...] = (
            Fields("prospect", _pairs(card, back_head)),
            self._need(phone, card),
            Fields("person", _pairs(card, prose), a_line=1),
            _newest("contacts", _BACK, [_values(f, _BACK) for f in self._backs(phone)]),
            Table("losses", _LOSS_COLUMNS, tuple(_values(loss, _LOSS) for loss in losses), least=1),
        )
        for side, blocks in (("card_front", front), ("card_back", back)):
            yield Paper(side, card.customer or phone, self.head(), blocks, _SIGNED)

    def _need(self, phone: str, card: Card) -> Fields:
        """What the customer wants, from the grade sheet; once out of it, from the order and the register."""
        row = next((row for _, row in self.ledger.prospects if self.ledger.phone_of(row) == phone), None)
        order = next(reversed(self.ledger.orders_by_phone.get(phone, ())), None)
        visits = sorted(
            (v for v in self.ledger.visits if self.ledger.phone_of(v) == phone),
            key=lambda v: v.date or dt.date.min,
            reverse=True,
        )
        drove = next((v.date for v in visits if v.test_drive), None)
        return Fields(
            "need",
            (
                ("wanted", self.day.models.get(phone)),
                ("rival", (row.rival if row else None) or next((v.rival for v in visits if v.rival), None)),
                ("quantity", (row.quantity if row else None) or (order.quantity if order else None)),
                ("stage", row.stage if row else None),
                ("test_drive_on", (row.test_drive_on if row else None) or drove),
                ("expected_on", row.expected_on if row else None),
                *_pairs(card, ("purchase_kind", "present_car")),
                ("notes", row.remark if row else None),
            ),
        )

    def _of(self, phone: str, rows: Iterable[Care]) -> list[Care]:
        own = [row for row in rows if self.ledger.phone_of(row) == phone]
        return sorted(own, key=lambda row: row.planned_on or dt.date.max)

    def _backs(self, phone: str) -> list[FollowUp]:
        rows = self.ledger.follow_ups_by_phone.get(phone, ())
        return sorted(rows, key=lambda row: row.done_on or row.planned_on or dt.date.max)


def _why(task: Task) -> Shown:
    """Why a customer is on the list; of a care call, its 关怀项目."""
    return task.item or KINDS[task.kind.value]


def _scored(title: str, day: Day, columns: tuple[str, ...]) -> Table:
    """A line a consultant, and the shop's."""
    scores = day.scores()
    rows = [tuple(getattr(score, column) for column in columns) for score in scores]
    total = tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0,) * len(columns)
    named = [(score.consultant, *row) for score, row in zip(scores, rows, strict=True)]
    lines = (*named, (KINDS["total"], *total))
    return Table(title, ("consultant", *columns), lines, day.uncounted, left_out="errors", total=True)


def _on_one_page(tables: Sequence[Table], whole: str) -> tuple[Table, ...]:
    """As much of every list as a meeting's page holds; what room the others leave goes to the one to be named whole."""
    rows = {table.title: len(table.rows) if table.total else min(len(table.rows), _LISTED) for table in tables}
    rows[whole] += max(0, _MEETING_LINES - sum(rows.values()))
    return tuple(
        table if table.total else replace(table, rows=table.rows[:named], more=max(0, len(table.rows) - named))
        for table, named in zip(tables, rows.values(), strict=True)
    )


def _newest(title: str, columns: tuple[str, ...], rows: Sequence[tuple[Shown, ...]]) -> Table:
    """As much of a log, in the order of time, as a side of a card holds."""
    more = max(0, len(rows) - _CARD_LINES)
    return Table(title, columns, tuple(rows[more:]), more, left_out="log", least=_CARD_LINES)


def _by_grade(counts: Counter[str]) -> tuple[int, ...]:
    """Counts of H, A, B, C and their sum."""
    by_grade = tuple(counts[grade] for grade in GRADES)
    return *by_grade, sum(by_grade)


def _mark(standing: Standing | None) -> str:
    """What the grid says of a standing."""
    if standing is None:
        return ""
    return MARKS.get(standing.state, standing.grade or "")


def _tick(done: bool | None) -> str | None:
    return "√" if done else None


def _pairs(record: Record | None, names: Iterable[str]) -> tuple[tuple[str, Shown], ...]:
    return tuple((name, getattr(record, name, None)) for name in names)


def _values(record: Record, names: Iterable[str]) -> tuple[Shown, ...]:
    return tuple(getattr(record, name) for name in names)


_SIGNED = ("consultant", "supervisor", "manager")
_SCORES = ("batches", "kept", "drives", "orders", "deliveries", "reached")
_CAR = (
    *("model", "vin", "plate", "use", "bought_on", "delivered_on", "first_service_on", "insured_until"),
    *("inspected_until", "last_seen_on"),
)
_ORDER = ("number", "date", "model", "quantity", "amount", "payment", "received", "due_on", "delivered_on")
_CARE = ("item", "planned_on", "done_on", "means", "result", "story", "consultant")
_BACK = (
    *("planned_on", "planned_means", "planned_purpose", "done_on", "means", "story", "result", "grade_before"),
    *("grade_after", "next_on"),
)
_LOSS = ("applied_on", "grade_before", "exit", "reason", "rival", "story", "decision", "decider", "decided_on")
_LOSS_COLUMNS = (
    *("applied_on", "grade_lost", "exit", "reason", "went_to", "explained", "decision", "decider", "decided_on"),
)
