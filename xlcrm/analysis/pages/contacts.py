"""Page 3, 留档: whose first visitors left a phone, and why the others did not. [S]"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from xlcrm.analysis.facts import Fact, Measure, of_consultant
from xlcrm.analysis.figures import Content, Page, Ratio, Table
from xlcrm.analysis.scope import KEPT_RATE, Scope, cross, named
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.sheets import Visit

GROUPS = {"公司": "group_company", "产品": "group_product", "客户": "group_customer", "顾问": "group_consultant"}
"""The method's groups of reasons, in its order. [S]"""
OTHERS = "其他"


def page(scope: Scope) -> Page:
    """The page's tables; they speak of first visits."""
    unkept = unkept_of(scope)
    by_consultant = grouped("unkept_by_consultant", "consultant", unkept, of_consultant, scope.consultants)
    return Page("contacts_kept", (_kept(scope), _reasons(unkept), by_consultant))


def unkept_of(scope: Scope) -> list[Fact]:
    """The first visits that left no phone."""
    visits = scope.facts.of(Measure.FIRST)
    return [fact for fact in visits if isinstance(fact.record, Visit) and fact.record.phone is None]


def reason_of(fact: Fact) -> str:
    """Why a visitor left no phone, "" where nobody wrote it."""
    return fact.record.no_contact_reason or "" if isinstance(fact.record, Visit) else ""


def group_of(reason: str) -> str:
    """公司 of 公司-形象; what is of none of the method's groups is 其他."""
    group = reason.partition("-")[0]
    return group if group in GROUPS else OTHERS


def grouped(
    key: str, header: str, unkept: Sequence[Fact], by: Callable[[Fact], str], order: Sequence[str] = ()
) -> Table:
    """Visits that left no phone by an attribute, and by the group of their reasons."""
    pairs = ((by(fact), group_of(reason_of(fact))) for fact in unkept)
    return cross(key, header, pairs, GROUPS | {OTHERS: "group_other"}, order)


def _kept(scope: Scope) -> Table:
    firsts = scope.facts.sums(Measure.FIRST, of_consultant)
    kept = scope.facts.sums(Measure.FIRST_WITH_PHONE, of_consultant)
    goals = scope.facts.sums(Measure.TARGET_CONTACTS, of_consultant)

    def cells(*names: str) -> tuple[Content, ...]:
        parties, with_phone, goal = (sum(found.get(name, 0) for name in names) for found in (firsts, kept, goals))
        return parties, with_phone, parties - with_phone, Ratio(with_phone, parties), goal, Ratio(with_phone, goal)

    names = scope.in_order({*firsts, *goals})
    headers = (
        "consultant",
        Measure.FIRST.value,
        Measure.FIRST_WITH_PHONE.value,
        "not_kept",
        KEPT_RATE.key,
        Measure.TARGET_CONTACTS.value,
        "achieved",
    )
    rows = tuple((named(name), *cells(name)) for name in names)
    return Table("kept_by_consultant", headers, rows, (LABELS["total"], *cells(*names)))


def _reasons(unkept: list[Fact]) -> Table:
    """Reasons with their sub-reasons, in the method's order of groups."""
    counts = Counter(map(reason_of, unkept))
    order = {group: place for place, group in enumerate(GROUPS)}

    def place(reason: str) -> tuple[bool, int, int, str]:
        return reason == "", order.get(reason.partition("-")[0], len(order)), -counts[reason], reason

    rows = [(named(reason), counts[reason], Ratio(counts[reason], len(unkept))) for reason in sorted(counts, key=place)]
    total = (LABELS["total"], len(unkept), Ratio(len(unkept), len(unkept)))
    return Table("unkept_reasons", ("reason", "not_kept", "share"), tuple(rows), total)
