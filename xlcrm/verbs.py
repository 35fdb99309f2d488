"""What each button and command does, whatever the channel: blocks in, an ``Outcome`` out.

A channel (``books.file``, live Excel) reads the blocks, calls a verb, and applies ``Outcome.changes``. Verbs decide
everything and touch nothing: the clock, the user and the language come with the ``Job``. Each verb imports what only it
needs: a click starts a new Python, and pays for every module.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from xlcrm import messages
from xlcrm.catalogue import Lang
from xlcrm.catalogue import verbs as words
from xlcrm.catalogue.findings import KINDS
from xlcrm.changes import Block, Changes, Layout, StructureIssue, Value, no_layout
from xlcrm.errors import Refusal
from xlcrm.findinglist import By, Listed, in_lines, list_findings, with_confirmed, write_checks
from xlcrm.findings import Finding, Severity, recorded
from xlcrm.forms.sheets import (
    ANALYSIS_SHEET,
    ColumnReading,
    JournalRow,
    MonthFigure,
    Opening,
    Report,
    Setting,
    Visit,
)
from xlcrm.forms.switched import Loan
from xlcrm.forms.workbook import HOME_LAST, HOME_RESULT
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.reading import ledger_after, read_ledger
from xlcrm.ledger.subjects import asks_for, identified, in_scope
from xlcrm.review import Review
from xlcrm.safety.journal import record
from xlcrm.safety.privacy import Veil, veil_of

if TYPE_CHECKING:
    from xlcrm.analysis import Month
    from xlcrm.catalogue import Words
    from xlcrm.hands.letters import Letter
    from xlcrm.hands.model import Handout
    from xlcrm.hands.receipt import Receipt
    from xlcrm.hands.returned import Returned
    from xlcrm.intake.corrections import MapLine
    from xlcrm.intake.grid import Grid
    from xlcrm.intake.take import Intake
    from xlcrm.ledger.customers import Customer
    from xlcrm.paper.model import Papers
    from xlcrm.roll.newyear import NextBook
    from xlcrm.roll.state import Move
    from xlcrm.safety.erase import Erasure
    from xlcrm.timeline.balance import BalanceRow


@dataclass(frozen=True, slots=True)
class Job:
    """Who asks for what, when: ``month`` is YYYY-MM or ``None`` for the verb's own choice.

    ``layout`` answers what loose cells of the book hold; ``customer`` is a 客户编号 or a phone, ``form`` one of
    ``paper.FORM_NAMES``; "" where the verb is not asked about one. ``grids`` are the sheets to be read in, ``mapping``
    what people say of their columns, ``book`` what the book is called; ``looks_first``: the first time files are seen,
    only how they are understood is shown. ``returned`` are the files that consultants sent back. ``former`` hands over
    to the consultants ``to``, or everybody else, ``by`` one of ``reassign.RULES``. ``in_full``: with names and phones.
    """

    today: dt.date
    now: dt.datetime
    user: str = ""
    month: str | None = None
    lang: Lang = "zh"
    layout: Layout = no_layout
    customer: str = ""
    consultant: str = ""
    form: str = ""
    grids: Sequence[Grid] = ()
    mapping: Sequence[MapLine] = ()
    book: str = ""
    looks_first: bool = False
    returned: Sequence[Returned] = ()
    former: str = ""
    to: Sequence[str] = ()
    by: str = "evenly"
    in_full: bool = False


@dataclass(slots=True)
class Outcome:
    """What a verb found and decided. ``said`` are sentences for the user, ``analysis`` the month for the workbook to mail,
    ``papers`` the forms to print; ``kept`` are places an undo left alone, since somebody has changed them, or that still
    name a customer who was erased; ``erases`` is who is erased: no copy of what stood there before may be left behind;
    ``intake`` is what was read in, ``handed`` what consultants are to get, ``receipts`` what became of their files,
    ``letters`` what each consultant should know of the customers he got, ``next_book`` what the next year's book is to hold.
    ``lines`` are what 问题清单 shows of the findings, ``veil`` hides the customers in them.
    """

    verb: str
    said: list[str]
    findings: list[Finding] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    balance: list[BalanceRow] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    analysis: Month | None = None
    kept: list[str] = field(default_factory=list)
    erases: Erasure | None = None
    papers: Papers | None = None
    intake: Intake | None = None
    handed: Sequence[Handout] = ()
    receipts: Sequence[Receipt] | None = None
    letters: Sequence[Letter] = ()
    next_book: NextBook | None = None
    lines: list[Finding] = field(default_factory=list)
    veil: Callable[[], Veil] | None = None

    @property
    def has_errors(self) -> bool:
        return any(f.severity is Severity.ERROR for f in self.findings)

    @property
    def makes_files(self) -> bool:
        """Whether there are results outside the book (``delivery``)."""
        made = self.analysis, self.papers, self.next_book
        return any(one is not None for one in made) or bool(self.handed or self.letters)


MAIL_KEYS = ("收件人", "抄送", "发件人")
"""The settings a mail goes by: one that cannot be read is reported, never left out."""

Blocks = Sequence[Block]
Verb = Callable[[Blocks, Sequence[StructureIssue], Job], Outcome]


def validate(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """校验日志: findings to 问题清单 and 检查结果; what people decided there is carried out."""
    from xlcrm.roll.rulings import follow_rulings

    review = _review(blocks, issues, job)
    ledger = review.ledger
    changes = follow_rulings(review, job.user)
    left = review.after(changes).ledger
    followed = messages.followed(changes, job.lang)
    listed = _list(changes, left, review.findings, ("V",), job, job.month)
    write_checks(changes, left, listed.findings, job.lang)
    said = [messages.validated(len(_logs(ledger)), listed.lines, job.lang), *_ignored(listed, job), *followed]
    outcome = Outcome("validate", said, listed.findings, changes=changes, lines=listed.lines)
    outcome.veil = partial(veil_of, ledger)
    return _finish(outcome, ledger, job)


def tidy(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """规范写法: values that are written unusually become what they were read as; then the logs are validated again."""
    from xlcrm.ledger.tidy import tidied

    review = _review(blocks, issues, job)
    changes, cells = tidied(review.ledger, job.today)
    left = review.after(changes)
    listed = _list(changes, left.ledger, left.findings, ("V",), job)
    write_checks(changes, left.ledger, listed.findings, job.lang)
    said = [words.TIDIED.say(job.lang, cells=cells) if cells else words.NOTHING_TO_TIDY.say(job.lang)]
    if listed.lines:
        said.append(messages.validated(len(_logs(left.ledger)), listed.lines, job.lang))
    return _finish(Outcome("tidy", said, listed.findings, changes=changes), review.ledger, job)


def roll(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """级别推进: every prospect to where the logs put him; rows in error are held back and named."""
    from xlcrm.roll.proposals import propose
    from xlcrm.roll.roll import roll_prospects
    from xlcrm.roll.rulings import follow_rulings

    book = _review(blocks, issues, job)
    rulings = follow_rulings(book, job.user)
    review = book.after(rulings)
    result = roll_prospects(review)
    changes = result.changes
    rolled = review.after(changes)
    proposals = propose(rolled)
    found = [*rolled.findings, *proposals, *result.hints, *result.hindered]
    listed = _list(changes, rolled.ledger, found, ("V", "G", "R"), job)
    steps = ((move.event, move.origin, move.target) for move in result.moves)
    said = [messages.rolled(steps, _held(rolled.blocked), listed.lines, job.lang), *_ignored(listed, job)]
    said += messages.followed(rulings, job.lang)
    if result.lapsed_care:
        said.append(words.LAPSED_CARE.say(job.lang, count=result.lapsed_care))
    if result.restored:
        said.append(words.RESTORED.say(job.lang, **named(result.restored)))
    if result.put_right:
        said.append(words.PUT_RIGHT.say(job.lang, **named(result.put_right)))
    if result.withdrawn:
        said.append(words.WITHDRAWN.say(job.lang, **named(result.withdrawn)))
    if result.stuck:
        said.append(words.STUCK.say(job.lang, count=result.stuck))
    changes.follow(rulings)
    outcome = Outcome("roll", said, listed.findings, result.moves, changes=changes)
    return _finish(outcome, book.ledger, job)


def _list(
    changes: Changes,
    ledger: Ledger,
    findings: Iterable[Finding],
    codes: tuple[str, ...],
    job: Job,
    month: str | None = None,
) -> Listed:
    """Put what can still be worked on into 问题清单; ``month`` narrows it."""
    scoped = in_scope(ledger, identified(ledger, findings), job.today, month)
    return list_findings(changes, ledger, scoped, codes, By(job.now, job.user), job.lang)


def _open_lines(review: Review, job: Job) -> list[Finding]:
    """What 问题清单 would show if every button had just been pressed."""
    from xlcrm.crosscheck.relations import crosscheck
    from xlcrm.roll.proposals import propose

    found = [*review.findings, *crosscheck(review), *propose(review)]
    open_ones = in_scope(review.ledger, identified(review.ledger, found), job.today)
    return in_lines(review.ledger, with_confirmed(review.ledger, open_ones))


def _ignored(listed: Listed, job: Job) -> list[str]:
    """What to say of the 已核实 that settle nothing."""
    return [words.IGNORED.say(job.lang, count=listed.ignored)] if listed.ignored else []


def _held(blocked: Iterable[tuple[str, int]]) -> int:
    """How many of the rows in error are log rows: the roll leaves them alone."""
    return sum(sheet in (Visit.form.sheet, Report.form.sheet) for sheet, _ in blocked)


def plan(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """生成明日计划: what is due on each consultant's next working day, to 日报; the day's logs count as if rolled."""
    from xlcrm.followup.plan import plan_tomorrow

    review = _review(blocks, issues, job)
    found = plan_tomorrow(_rolled(review).ledger, job.today)
    said = [words.PLANNED.say(job.lang, rows=found.rows.total(), consultants=len(found.rows))]
    if found.orphans:
        said.append(words.ORPHANS.say(job.lang, count=len(found.orphans)))
    return _finish(Outcome("plan", said, changes=found.changes), review.ledger, job)


def check(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """交叉核对: the relations, both directions, to 问题清单; the balance beside them."""
    from xlcrm.crosscheck.relations import crosscheck

    review = _review(blocks, issues, job)
    changes = Changes()
    differences = crosscheck(review, asks_for(review.ledger, job.today, job.month))
    listed = _list(changes, review.ledger, differences, ("R",), job, job.month)
    kinds = Counter(f.kind for f in listed.lines if f.kind)
    said = [messages.checked(listed.lines, len(recorded(listed.findings)), job.lang)]
    if kinds:
        counted = [f"{KINDS[kind].say(job.lang)} {count}" for kind, count in kinds.most_common()]
        said.append(words.AND.say(job.lang).join(counted))
    if held := _held(review.blocked):
        said.append(words.WAITING.say(job.lang, held=held))
    if as_rows := review.held(review.open_month):
        said.append(words.AS_ROWS.say(job.lang, count=len(as_rows)))
    balance = review.balance(job.month or review.open_month)
    outcome = Outcome("check", said, listed.findings, balance=balance, changes=changes, lines=listed.lines)
    outcome.veil = partial(veil_of, review.ledger)
    return _finish(outcome, review.ledger, job)


def close(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """月末结转: freeze, carry over, seal; refused while the month is not right."""
    from xlcrm.roll.close import close_month

    review = _review(blocks, issues, job)
    month = job.month or review.open_month
    changes = close_month(review, month)
    carried = sum(1 for row in changes.table(Opening.form.sheet).added if Opening.form.by_name["phone"].header in row)
    said = [words.CLOSED.say(job.lang, month=month, carried=carried)]
    if MonthFigure.form.sheet not in review.ledger.blocks:
        said.append(words.NOT_KEPT.say(job.lang, sheet=MonthFigure.form.sheet))
    outcome = Outcome("close", said, balance=review.balance(month), changes=changes)
    return _finish(outcome, review.ledger, job)


def month(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """月度分析: every figure of the month, to the sheet 月度分析 and for the workbook to mail."""
    from xlcrm.analysis import figures_json
    from xlcrm.report.analysis_sheet import headings, values

    review = _review(blocks, issues, job)
    analysis = _analysed(review, job)
    changes = Changes()
    said = [words.ANALYSED.say(job.lang, month=analysis.month), *(getattr(s, job.lang) for s in analysis.sentences)]
    drawn = headings()
    found = job.layout(ANALYSIS_SHEET, drawn.keys())
    if any(found[cell] not in (None, heading) for cell, heading in drawn.items()):
        said.append(words.OTHER_LAYOUT.say(job.lang, sheet=ANALYSIS_SHEET))  # values would stand below other labels
    else:
        for cell, value in values(analysis).items():
            changes.lay(ANALYSIS_SHEET, cell, value)
    figures = figures_json(analysis)
    outcome = Outcome("month", said, [], [], figures, [*analysis.balance], changes, analysis)
    return _finish(outcome, review.ledger, job)


def mail(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """邮件草稿: the month to be mailed. The book stays as it is, except that a full copy is noted in 操作日志.

    Raises ``Refusal("mail.address")``.
    """
    ledger = read_ledger(blocks, job.today, issues)
    for i, trouble in ledger.setting_troubles.items():
        row = ledger.of(Setting)[i]
        if trouble == "bad" and row.shown("key").strip() in MAIL_KEYS:
            raise Refusal("mail.address", setting=row.shown("key").strip(), cell=row.at.cell("value"))
    found = _analysed(Review(ledger, job.today), job)
    line = words.MAILED_FULL.say(job.lang, month=found.month)
    changes = noted("mail", line, job, ledger, words.LENT_MONTH) if job.in_full else Changes()
    return Outcome("mail", [], analysis=found, changes=changes)


def _analysed(review: Review, job: Job) -> Month:
    """The month asked for, else the latest with logs, as the books stood on the day. Raises ``Refusal("month.empty")``."""
    from xlcrm.analysis import analyse
    from xlcrm.crosscheck.relations import crosscheck

    ledger = review.ledger
    wanted = job.month or _latest_month(ledger, job.today)
    if not any(day <= job.today and f"{day:%Y-%m}" == wanted for day in _days(ledger)):
        raise Refusal("month.empty", month=wanted)
    then = review.as_of_today
    found = analyse(then, wanted, crosscheck(then, asks_for(then.ledger, then.today, wanted)))
    if then is review:
        return found
    return found._replace(veil=veil_of(ledger))  # who came later is hidden too


def reopen(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """反结账: the last closed month is open again."""
    from xlcrm.roll.close import reopen_month

    ledger = read_ledger(blocks, job.today, issues)
    month, changes = reopen_month(ledger, job.month)
    return _finish(Outcome("reopen", [words.REOPENED.say(job.lang, month=month)], changes=changes), ledger, job)


def erase(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """删除客户资料: what is personal of ``job.customer`` goes, what is counted stays; it cannot be undone."""
    from xlcrm.catalogue import erasing
    from xlcrm.safety.erase import erase_customer
    from xlcrm.safety.seals import reseal

    ledger = read_ledger(blocks, job.today, issues)
    erased = erase_customer(ledger, job.customer)
    reseal(ledger, ledger_after(ledger, erased.changes, job.today), erased.changes)
    said = [erasing.ERASED.say(job.lang, token=erased.erasure.token, count=erased.count)]
    if erased.others_cells:
        said.append(erasing.OTHERS_TOUCHED.say(job.lang, others=erased.others, count=erased.others_cells))
    if erased.mentions:
        said.append(erasing.MENTIONED.say(job.lang, **named(erased.mentions)))
    if erased.shared:
        said.append(erasing.SHARED.say(job.lang, **named(erased.shared)))
    kept = [*erased.mentions, *erased.shared]
    outcome = Outcome("erase", said, changes=erased.changes, kept=kept, erases=erased.erasure)
    return _finish(outcome, ledger, job)


def undo(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """撤销: what the newest operation not yet taken back overwrote."""
    return _take_back("undo", blocks, job)


def redo(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """重做: what the last undo took away."""
    return _take_back("redo", blocks, job)


def _take_back(verb: str, blocks: Blocks, job: Job) -> Outcome:
    from xlcrm.catalogue.upgrade import STAYS
    from xlcrm.safety.journal import is_newest, operations, original, stacks
    from xlcrm.safety.journal_text import held_by
    from xlcrm.safety.undo import revert

    ledger = read_ledger(blocks, job.today)
    history = operations(ledger)
    done, undone = stacks(history)
    candidates = done if verb == "undo" else undone
    if not candidates:
        raise Refusal("undo.nothing") if verb == "undo" else Refusal("redo.nothing")
    operation = candidates[-1]
    reverted = revert(ledger, held_by(ledger, operation.number), job.layout)
    wording = words.UNDONE if verb == "undo" else words.REDONE
    said = [wording.say(job.lang, what=_called(original(history, operation).what, job.lang), count=reverted.count)]
    if reverted.kept:
        said.append(words.KEPT.say(job.lang, **named(reverted.kept)))
    if verb == "undo" and is_newest(ledger, words.LABELS["upgrade"]):
        said.append(STAYS.say(job.lang))
    outcome = Outcome(verb, said, changes=reverted.changes, kept=reverted.kept)
    return _finish(outcome, ledger, job, of=operation.number)


def _called(what: str, lang: Lang) -> str:
    """An operation of the journal, named in ``lang``: the journal has 级别推进 2026-10-31 18:00 in the language it was done in."""
    label, day, time = what.rsplit(" ", 2)
    known = next((own for own in words.LABELS.values() if label in own), None)
    return f"{known.say(lang) if known else label} {day} {time}"


def named(places: list[str]) -> dict[str, object]:
    """How many places there are, and as many as a sentence can name."""
    return {"count": len(places), "places": "、".join(places[:_NAMED]) + ("…" if len(places) > _NAMED else "")}


_NAMED = 20


def print_forms(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """打印表卡: the day's lists, meetings and paper forms, to be printed. The book stays as it is, except that a customer's
    card is noted in 操作日志 when it is printed.

    The day's logs count as if rolled. Raises the refusals of ``papers``.
    """
    from xlcrm.paper.press import papers

    rolled = _rolled(_review(blocks, issues, job))
    lines = _open_lines(rolled, job) if job.form in ("", "issues") else []
    made = papers(rolled, job.form, job.consultant, job.customer, lines, job.now.date())
    said = [words.PRINTED.say(job.lang, sheets=len(made.papers), day=job.today)]
    changes = Changes()
    if any(paper.form.startswith("card") for paper in made.papers):
        line = words.CARD_PRINTED.say(job.lang, customer=made.papers[-1].about)
        customer = rolled.ledger.customers.find(job.customer)
        changes = noted("print", line, job, rolled.ledger, words.LENT_CARD, customer)
    return Outcome("print", said, papers=made, changes=changes)


def noted(verb: str, line: str, job: Job, ledger: Ledger, content: Words, customer: Customer | None = None) -> Changes:
    """A line in 操作日志 about what leaves the book in full, and a row of 借阅 where the shop keeps that sheet: what left, and
    about which customer, if about one. There is nothing in it to undo.
    """
    changes = Changes()
    row = JournalRow.cells(time=job.now, user=job.user or None, verb=words.LABELS[verb].say(job.lang), new=line)
    changes.add(JournalRow.form.sheet, row)
    if Loan.form.sheet in ledger.blocks:
        who: dict[str, Value] = {"borrower": job.user or "—"}
        if customer is not None:
            about = {"customer": customer.number, "name": customer.name, "phone": customer.phone}
            who |= {name: text or None for name, text in about.items()}
        lent = Loan.cells(date=job.today, content=content.say(job.lang), reason=line, **who)
        changes.add(Loan.form.sheet, lent)
    return changes


def import_files(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """读入旧表: the sheets a shop already has, into the book; what comes in is validated like everything typed.

    Raises ``Refusal``: ``import.no_sheet``, ``import.unknown_target``.
    """
    from xlcrm.intake.corrections import corrections_of, lines_of
    from xlcrm.intake.said import imported, is_seen, previewed
    from xlcrm.intake.take import is_possible, take_in

    ledger = read_ledger(blocks, job.today, issues)
    if not is_possible(ledger):
        raise Refusal("import.no_sheet", name=job.book)
    lines = [*job.mapping, *lines_of(ledger)]
    _, unknown = corrections_of(lines)
    if unknown:
        raise Refusal("import.unknown_target", names="、".join(dict.fromkeys(unknown)))
    found = take_in(job.grids, ledger, job.today, job.now, lines, job.book)
    if job.looks_first and found.is_new and not is_seen(ledger, found):
        changes = Changes()
        changes.tables[ColumnReading.form.sheet] = found.changes.table(ColumnReading.form.sheet)
        return _finish(Outcome("import", previewed(found, job.lang), changes=changes, intake=found), ledger, job)
    if not found.is_new:
        return _finish(Outcome("import", imported(found, [], job.lang), intake=found), ledger, job)
    changes = found.changes
    taken = Review(ledger, job.today).after(changes)
    findings = _list(changes, taken.ledger, taken.findings, ("V",), job).findings
    del taken  # of a large file it takes as much room as everything else
    said = imported(found, findings, job.lang)
    return _finish(Outcome("import", said, findings, changes=changes, intake=found), ledger, job)


def handover(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """移交: every customer of ``job.former`` with open work goes to other consultants, with a letter to each.

    Without ``former`` it is the first who left and has customers. Raises ``Refusal``: ``handover.no_leaver``, and those of
    ``reassign``.
    """
    from xlcrm.hands.letters import letters
    from xlcrm.roll.reassign import ORDERED, OWNER, PROSPECT, reassign

    review = _review(blocks, issues, job)
    former, *others = [job.former] if job.former else list(review.ledger.left_behind) or [""]
    if not former:
        raise Refusal("handover.no_leaver")
    done = reassign(review, former, job.to, job.by)
    said = [words.HANDED_OVER.say(job.lang, name=former, count=len(done.moves))]
    for name, got in done.received.items():
        counts = {"prospects": got[PROSPECT], "orders": got[ORDERED], "owners": got[OWNER]}
        said.append(words.RECEIVED.say(job.lang, name=name, count=got.total(), **counts))
    if done.unrolled:
        said.append(words.NOT_HANDED_OVER.say(job.lang, name=former, count=done.unrolled))
    if others:
        said.append(words.MORE_LEAVERS.say(job.lang, names="、".join(others)))
    received = [(move.customer, move.target or "") for move in done.moves]
    written = letters(review.ledger, former, received, job.today, job.lang)
    outcome = Outcome("handover", said, moves=done.moves, changes=done.changes, letters=written)
    return _finish(outcome, review.ledger, job)


def newyear(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """换册: the next book, beside this one, which is left as it is. Raises the refusals of ``next_book``."""
    from xlcrm.roll.newyear import next_book, said

    coming = next_book(_review(blocks, issues, job))
    return Outcome("newyear", said(coming, job.lang), next_book=coming)


def handout(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """分发: a workbook for each consultant at work; the book is left as it is. Raises the refusals of ``hand_out``."""
    from xlcrm.catalogue import hands as handing
    from xlcrm.hands.handout import hand_out

    review = _review(blocks, issues, job)
    handed = hand_out(review.ledger, _rolled(review).ledger, job.today, job.now)
    rows = sum(one.rows for one in handed)
    return Outcome("handout", [handing.HANDED.say(job.lang, consultants=len(handed), rows=rows)], handed=handed)


def collect(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
    """回收: what consultants sent back, merged into the book, with a receipt for each file.

    Raises ``Refusal``: ``collect.no_sheet``, and those of ``collect_files``.
    """
    from xlcrm.hands.collect import collect_files, is_possible
    from xlcrm.hands.receipt import receipts, summary

    ledger = read_ledger(blocks, job.today, issues)
    if not is_possible(ledger):
        raise Refusal("collect.no_sheet", name=job.book)
    found = collect_files(ledger, job.returned, job.today, job.now)
    collected = Review(ledger, job.today).after(found.changes)
    findings: list[Finding] = []
    made = receipts(found.files, collected.ledger, collected.findings if found.is_new else (), job.lang)
    if found.is_new:
        findings = _list(found.changes, collected.ledger, collected.findings, ("V",), job).findings
    said = summary(made, found.is_new, findings, job.lang)
    return _finish(Outcome("collect", said, findings, changes=found.changes, receipts=made), ledger, job)


def _with_headers_put_back(verb: Verb) -> Verb:
    """A verb that also puts back, where it writes the book, the headers that somebody typed over, and says what stood there.

    It is not part of what an undo takes back. After an erase nothing that stood there is written down again.
    """

    def pressed(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Outcome:
        outcome = verb(blocks, issues, job)
        writes = bool(outcome.changes)
        for block in blocks:
            if block.over is None:
                continue
            header, typed = block.over.header, block.over.typed
            if writes:
                outcome.changes.lay(block.sheet, block.cell_over, header)
            if writes and outcome.erases is None:
                about = {"sheet": block.sheet, "place": block.cell_over, "old": typed or None, "new": header}
                label = words.LABELS[outcome.verb].say(job.lang)
                row = JournalRow.cells(time=job.now, user=job.user or None, verb=label, **about)
                outcome.changes.add(JournalRow.form.sheet, row)
            wording = words.HEADER_PUT_BACK if writes else words.HEADER_READ
            wording = words.HEADER_CLEARED if block.over.is_cleared else wording
            outcome.said.append(
                wording.say(job.lang, sheet=block.sheet, cell=block.cell_over, header=header, typed=typed)
            )
        return outcome

    return pressed


_PRESSED: dict[str, Verb] = {
    "validate": validate,
    "tidy": tidy,
    "plan": plan,
    "roll": roll,
    "check": check,
    "close": close,
    "reopen": reopen,
    "erase": erase,
    "month": month,
    "print": print_forms,
    "undo": undo,
    "redo": redo,
    "mail": mail,
    "import": import_files,
    "handover": handover,
    "newyear": newyear,
    "handout": handout,
    "collect": collect,
}
VERBS: dict[str, Verb] = {name: _with_headers_put_back(verb) for name, verb in _PRESSED.items()}
"""Every verb by its name, as buttons and the command line call it."""


def _review(blocks: Blocks, issues: Sequence[StructureIssue], job: Job) -> Review:
    return Review(read_ledger(blocks, job.today, issues), job.today)


def _rolled(review: Review) -> Review:
    """The books as the roll would leave them."""
    from xlcrm.roll.roll import roll_prospects

    return review.after(roll_prospects(review).changes)


def _logged(ledger: Ledger) -> set[dt.date]:
    """The days of the logs."""
    return {row.date for row in _logs(ledger) if row.date}


def _days(ledger: Ledger) -> set[dt.date]:
    """The days on which a book has anything that a month counts; a shop may have begun with its lists of orders or cards.

    Where there are logs, the days before the first one only explain the opening stock.
    """
    logged = _logged(ledger)
    begin = min(logged, default=dt.date.min)
    days = (
        *(card.first_contact for card in ledger.cards),
        *(row.first_contact for row in ledger.prospects),
        *(row.done_on for row in ledger.follow_ups),
        *(day for row in ledger.orders for day in (row.placed_on, row.delivered_on, row.cancelled_on)),
        *(day for row in ledger.losses for day in (row.applied_on, row.decided_on)),
        *(row.delivered_on for row in ledger.owners),
        *(row.done_on for row in ledger.cares),
    )
    return logged | {day for day in days if day is not None and day >= begin}


def _logs(ledger: Ledger) -> list[Visit | Report]:
    return [*ledger.visits, *ledger.reports]


def _latest_month(ledger: Ledger, today: dt.date) -> str:
    """The newest month that holds anything, of the logs where there are any, and is not in the future."""
    days = _logged(ledger) or _days(ledger)
    return f"{max((day for day in days if day <= today), default=today):%Y-%m}"


def _finish(outcome: Outcome, ledger: Ledger, job: Job, *, of: int | None = None) -> Outcome:
    """Record in 操作日志 what the verb overwrites, and on 首页 what was done; ``of`` is the operation it takes back."""
    label = words.LABELS[outcome.verb].say(job.lang)
    line = JournalRow.cells(time=job.now, user=job.user or None, verb=label, new=outcome.said[0])
    partly = of is not None and bool(outcome.kept)
    record(ledger, outcome.changes, line, job.layout, of, partly=partly, forgets=outcome.erases is not None)
    outcome.changes.lay(*HOME_LAST, f"{label} {job.now:%Y-%m-%d %H:%M}")
    outcome.changes.lay(*HOME_RESULT, outcome.said[0])
    return outcome
