"""Page 3, 留档: whose first visitors left a phone, and why the others did not. [S]"""

from __future__ import annotations

from collections import Counter

from xlcrm.analysis.facts import Fact, Measure, of_consultant
from xlcrm.analysis.figures import Content, Page, Ratio, Table
from xlcrm.analysis.scope import KEPT_RATE, Scope, cross, named
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.sheets import Visit

_GROUPS = {"公司": "group_company", "产品": "group_product", "客户": "group_customer", "顾问": "group_consultant"}


def page(scope: Scope) -> Page:
    """The page's tables; they speak of first visits."""
    unkept = [
        fact for fact in scope.facts.of(Measure.FIRST) if isinstance(fact.record, Visit) and fact.record.phone is None
    ]
    return Page("contacts_kept", (_kept(scope), _reasons(unkept), _reasons_by_consultant(scope, unkept)))


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


def _reason(fact: Fact) -> str:
    return fact.record.no_contact_reason or "" if isinstance(fact.record, Visit) else ""


def _reasons(unkept: list[Fact]) -> Table:
    """Reasons with their sub-reasons, in the method's order of groups."""
    counts = Counter(map(_reason, unkept))
    order = {group: place for place, group in enumerate(_GROUPS)}

    def place(reason: str) -> tuple[bool, int, int, str]:
        return reason == "", order.get(reason.partition("-")[0], len(order)), -counts[reason], reason

    rows = [(named(reason), counts[reason], Ratio(counts[reason], len(unkept))) for reason in sorted(counts, key=place)]
    total = (LABELS["total"], len(unkept), Ratio(len(unkept), len(unkept)))
    return Table("unkept_reasons", ("reason", "not_kept", "share"), tuple(rows), total)


def _reasons_by_consultant(scope: Scope, unkept: list[Fact]) -> Table:
    pairs = ((fact.consultant, _group(fact) if _group(fact) in _GROUPS else "其他") for fact in unkept)
    groups = _GROUPS | {"其他": "group_other"}
    return cross("unkept_by_consultant", "consultant", pairs, groups, scope.consultants)


def _group(fact: Fact) -> str:
    return _reason(fact).partition("-")[0]
