"""Which of our forms a table is, and which of its columns belong where: scored by what its columns mean and its titles say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Care, FollowUp, Loss, Order, Owner, ProspectH, Report, Visit
from xlcrm.forms.switched import Lead
from xlcrm.intake.columns import Column
from xlcrm.intake.lexicon import Means

M = Means
Target = tuple[type[Record], str]
"""A form of ours and a field of it."""


@dataclass(frozen=True)
class TableKind:
    """A kind of table that shops keep: ``name`` as in the JSON, where each meaning belongs, and what speaks for it.

    ``free`` is the field of free text that takes what has no column of its own. ``title`` is looked for in titles and names.
    """

    name: str
    record: type[Record]
    targets: Mapping[Means, Target]
    evidence: Mapping[Means, float]
    title: re.Pattern[str]
    free: str | None = None
    grid: float = 0.0
    care: float = 0.0
    turns: float = 0.0
    needs: Collection[Means] = field(default_factory=tuple)


def _to(record: type[Record], **fields: Means | tuple[Means, ...]) -> dict[Means, Target]:
    found: dict[Means, Target] = {}
    for name, meanings in fields.items():
        for means in meanings if isinstance(meanings, tuple) else (meanings,):
            found[means] = (record, name)
    return found


def _weighed(*groups: tuple[float, *tuple[Means, ...]]) -> dict[Means, float]:
    """(5, VIN, PLATE), (-3, GRADE) → what each meaning weighs: for the kind, or against it."""
    return {means: float(weight) for weight, *meanings in groups for means in meanings}


VISITS = TableKind(
    "来店登记",
    Visit,
    _to(
        Visit,
        date=M.DATE,
        channel=M.CHANNEL,
        first=(M.FIRST, M.SECOND),
        purpose=M.VISIT_PURPOSE,
        name=M.NAME,
        gender=M.GENDER,
        phone=M.PHONE,
        entered=(M.TIME_IN, M.STAY),
        left=M.TIME_OUT,
        people=M.PEOPLE,
        model=M.MODEL,
        grade=(M.GRADE, M.INITIAL_GRADE),
        source=M.SOURCE,
        media=M.MEDIA,
        rival=M.RIVAL,
        test_drive=M.DRIVE,
        test_drive_waiver=M.WAIVER,
        ordered=M.ORDERED,
        no_contact_reason=M.NO_CONTACT,
        consultant=M.CONSULTANT,
        note=(M.STORY, M.NOTE, M.RESULT),
        filed=M.FILED,
        reviewed=(M.REVIEWED, M.DECISION),
    ),
    _weighed(
        (7, M.STAY),
        (4, M.TIME_IN, M.TIME_OUT, M.NO_CONTACT),
        (3, M.CHANNEL, M.FIRST, M.PEOPLE, M.VISIT_PURPOSE),
        (2, M.DATE),
        (1.5, M.DRIVE),
        (1, M.DURATION, M.SECOND, M.ORDERED),
        (0.5, M.MODEL, M.GRADE),
        (-1, M.NEXT_ON, M.FIRST_CONTACT),
        (-2, M.GRADE_AFTER),
        (-3, M.VIN, M.OPENING_GRADE, M.LEAD_STATE),
        (-4, M.LOSS_REASON, M.ORDER_NUMBER, M.DRIVE_RECORD),
        (-8, M.LEAD_NUMBER),
    ),
    re.compile(
        r"来店|客流|来访|到店|展厅登记|展厅接待|接待登记|接待记录|登记表?$|登记本|traffic|walk-?in|"
        r"showroom|来店記録|来場|내방|방문|전시장",
        re.IGNORECASE,
    ),
    free="note",
    grid=-8,
    turns=-2,
)
REPORTS = TableKind(
    "日报",
    Report,
    _to(
        Report,
        date=(M.DATE, M.DONE_ON),
        consultant=M.CONSULTANT,
        section=M.SECTION,
        on=M.PLANNED_ON,
        name=M.NAME,
        phone=M.PHONE,
        model=M.MODEL,
        purpose=(M.PURPOSE, M.PLANNED_PURPOSE),
        means=(M.CONTACT_BY, M.PLANNED_MEANS),
        grade_before=M.GRADE_BEFORE,
        grade_after=(M.GRADE_AFTER, M.GRADE),
        story=(M.STORY, M.NOTE),
        result=M.RESULT,
        next_on=M.NEXT_ON,
        remark=M.INSTRUCTION,
    ),
    _weighed(
        (3, M.PURPOSE),
        (2, M.GRADE_BEFORE, M.GRADE_AFTER, M.CONTACT_BY, M.INSTRUCTION, M.PLANNED_MEANS, M.SECTION),
        (1.5, M.STORY),
        (1, M.NEXT_ON, M.RESULT, M.PLANNED_PURPOSE),
        (-2, M.FIRST),
        (-3, M.LOSS_REASON),
        (-4, M.TIME_OUT, M.VIN, M.ORDER_NUMBER),
        (-6, M.STAY, M.LEAD_NUMBER),
    ),
    re.compile(
        r"日报|营业日|销售日|活动日报|访问活动|活动表|工作总结|工作计划|明日计划|访问日|daily\s*(?:sales|"
        r"activity)?\s*report|日報|営業日|일일|일보",
        re.IGNORECASE,
    ),
    free="story",
    grid=-8,
)
FOLLOW_UPS = TableKind(
    "跟进记录",
    FollowUp,
    _to(
        FollowUp,
        name=M.NAME,
        planned_on=M.PLANNED_ON,
        planned_means=M.PLANNED_MEANS,
        planned_purpose=M.PLANNED_PURPOSE,
        done_on=(M.DONE_ON, M.DATE),
        means=M.CONTACT_BY,
        story=(M.STORY, M.NOTE),
        result=M.RESULT,
        grade_before=M.GRADE_BEFORE,
        grade_after=(M.GRADE_AFTER, M.GRADE),
        next_on=M.NEXT_ON,
        consultant=M.CONSULTANT,
    )
    | {M.PHONE: (Card, "phone")},
    _weighed(
        (3.5, M.DONE_ON),
        (2, M.CONTACT_BY, M.PLANNED_ON, M.PLANNED_MEANS),
        (1.5, M.STORY, M.GRADE_BEFORE, M.GRADE_AFTER),
        (1, M.RESULT, M.NEXT_ON),
        (-3, M.FIRST),
        (-4, M.TIME_OUT, M.LOSS_REASON, M.VIN, M.ORDER_NUMBER),
        (-5, M.LEAD_NUMBER),
    ),
    re.compile(
        r"(?:跟进|跟踪|追踪|联系|洽谈|接触|回访)(?:客户)?(?:记录|明细|登记|日志|台账)|follow-?\s?up|"
        r"商談記録|상담\s?(?:일지|기록|이력)",
        re.IGNORECASE,
    ),
    free="story",
    grid=-8,
)
PROSPECTS = TableKind(
    "级别表",
    ProspectH,
    _to(
        ProspectH,
        name=M.NAME,
        phone=M.PHONE,
        model=M.MODEL,
        source=M.SOURCE,
        first_contact=(M.FIRST_CONTACT, M.DATE, M.CARDED_ON),
        initial_grade=M.INITIAL_GRADE,
        opening_grade=M.OPENING_GRADE,
        graded_on=M.GRADED_ON,
        expected_on=M.EXPECTED_ON,
        stage=M.STAGE,
        quantity=M.QUANTITY,
        last_contact=(M.LAST_ON, M.DONE_ON),
        next_on=(M.NEXT_ON, M.PLANNED_ON),
        test_drive_on=M.DRIVE_DATE,
        rival=M.RIVAL,
        consultant=M.CONSULTANT,
        remark=(M.NOTE, M.STORY),
    )
    | _to(
        Card,
        grade=(M.GRADE, M.RESULT_GRADE, M.GRADE_AFTER),
        state=M.STATE,
        gender=M.GENDER,
        former_consultant=M.FORMER_CONSULTANT,
        spare_phone=M.SPARE_PHONE,
    ),
    _weighed(
        (5, M.OPENING_GRADE),
        (4, M.RESULT_GRADE),
        (2.5, M.EXPECTED_ON),
        (2, M.INITIAL_GRADE, M.GRADE, M.FIRST_CONTACT, M.GRADED_ON),
        (1.5, M.NEXT_ON, M.LAST_ON),
        (1, M.STAGE),
        (-1, M.GRADE_BEFORE, M.ADDRESS, M.BIRTHDAY),
        (-2, M.FIRST, M.AMOUNT),
        (-3, M.LEAD_STATE, M.PURPOSE, M.DELIVERED_ON, M.RECEIVED),
        (-4, M.TIME_IN, M.VIN, M.DRIVE_RECORD),
        (-5, M.TIME_OUT, M.LOSS_REASON, M.ORDER_NUMBER),
        (-6, M.STAY),
        (-8, M.LEAD_NUMBER),
    ),
    re.compile(
        r"推进|级别|有望|潜客|潜在|意向|进度|habc|管控|[habc]\s*[级类]|見込|가망|pipeline|prospect|"
        r"hot\s*list",
        re.IGNORECASE,
    ),
    free="remark",
    grid=10,
    turns=4,
)
CARDS = TableKind(
    "客户卡",
    Card,
    _to(
        Card,
        name=M.NAME,
        gender=M.GENDER,
        person_or_company=M.PERSON_KIND,
        phone=M.PHONE,
        spare_phone=M.SPARE_PHONE,
        state=M.STATE,
        grade=(M.GRADE, M.RESULT_GRADE, M.GRADE_AFTER, M.INITIAL_GRADE),
        source=M.SOURCE,
        first_contact=(M.FIRST_CONTACT, M.DATE),
        carded_on=M.CARDED_ON,
        consultant=M.CONSULTANT,
        former_consultant=M.FORMER_CONSULTANT,
        may_contact=M.MAY_CONTACT,
        occupation=M.OCCUPATION,
        address=M.ADDRESS,
        birthday=M.BIRTHDAY,
        present_car=M.PRESENT_CAR,
        purchase_kind=M.PURCHASE_KIND,
        needs=M.NEEDS,
        family=M.FAMILY,
        living=M.LIVING,
        character=M.CHARACTER,
        relations=M.RELATIONS,
        revised_on=M.REVISED_ON,
    )
    | _to(
        ProspectH,
        model=M.MODEL,
        expected_on=M.EXPECTED_ON,
        next_on=M.NEXT_ON,
        last_contact=M.LAST_ON,
        rival=M.RIVAL,
        test_drive_on=M.DRIVE_DATE,
    ),
    _weighed(
        (3, M.CARDED_ON),
        (2.5, M.ADDRESS),
        (2, M.OCCUPATION, M.PRESENT_CAR, M.PURCHASE_KIND, M.FAMILY, M.LIVING, M.CHARACTER, M.MAY_CONTACT),
        (1.5, M.BIRTHDAY, M.NEEDS),
        (1, M.SPARE_PHONE, M.PERSON_KIND, M.STATE),
        (0.5, M.GENDER, M.GRADE),
        (-2, M.FIRST, M.DELIVERED_ON),
        (-3, M.VIN, M.INSURED_UNTIL),
        (-4, M.TIME_IN, M.DRIVE_RECORD),
        (-5, M.TIME_OUT, M.LOSS_REASON, M.ORDER_NUMBER),
        (-6, M.STAY),
        (-8, M.LEAD_NUMBER),
    ),
    re.compile(
        r"管理卡|客户卡|[aA]卡|建卡|档案|信息卡|客户资料|客户信息|客户明细|客户名单|顧客カード|顧客管理|"
        r"고객카드|고객관리|customer\s*(?:card|file|list|profile)",
        re.IGNORECASE,
    ),
    free="needs",
    grid=-4,
)
ORDERS = TableKind(
    "订单",
    Order,
    _to(
        Order,
        number=M.ORDER_NUMBER,
        name=M.NAME,
        phone=M.PHONE,
        date=(M.ORDERED_ON, M.FIRM_ORDER_ON, M.LOCKED_ON, M.DATE),
        model=M.MODEL,
        quantity=M.QUANTITY,
        amount=M.AMOUNT,
        payment=M.PAYMENT,
        received=M.RECEIVED,
        due_on=M.DUE_ON,
        delivered_on=M.DELIVERED_ON,
        cancelled_on=M.CANCELLED_ON,
        consultant=M.CONSULTANT,
    ),
    _weighed(
        (5, M.ORDER_NUMBER, M.FIRM_ORDER_ON),
        (4, M.ORDERED_ON, M.LOCKED_ON),
        (3, M.SMALL_DEPOSIT_ON, M.AMOUNT, M.RECEIVED, M.DUE_ON),
        (2, M.QUANTITY, M.CANCELLED_ON, M.PAYMENT),
        (1, M.DELIVERED_ON),
        (-1, M.PLATE),
        (-2, M.LOSS_REASON),
        (-3, M.INSURED_UNTIL, M.OTHERS_PHONE),
        (-4, M.TIME_OUT),
        (-5, M.LEAD_STATE),
        (-6, M.LEAD_NUMBER),
    ),
    re.compile(r"订单|订车|合同|签约|销售台账|销量|订购|成交|order|sales\s*ledger|受注|契約|계약|주문", re.IGNORECASE),
    grid=-6,
    care=-3,
)
OWNERS = TableKind(
    "保有客户",
    Owner,
    _to(
        Owner,
        name=M.NAME,
        phone=M.PHONE,
        model=M.MODEL,
        vin=M.VIN,
        plate=M.PLATE,
        bought_on=(M.BOUGHT_ON, M.ORDERED_ON, M.DATE),
        delivered_on=M.DELIVERED_ON,
        use=M.USE,
        first_service_on=M.FIRST_SERVICE_ON,
        insured_until=M.INSURED_UNTIL,
        inspected_until=M.INSPECTED_UNTIL,
        last_seen_on=M.LAST_SEEN_ON,
        birthday=M.BIRTHDAY,
        consultant=M.CONSULTANT,
    ),
    _weighed(
        (4, M.VIN),
        (3, M.PLATE, M.INSURED_UNTIL, M.INSPECTED_UNTIL, M.FIRST_SERVICE_ON),
        (2.5, M.BOUGHT_ON),
        (2, M.DELIVERED_ON, M.LAST_SEEN_ON),
        (1, M.USE),
        (-1, M.AMOUNT, M.GRADE, M.ORDER_NUMBER),
        (-2, M.RECEIVED),
        (-3, M.DUE_ON),
        (-4, M.TIME_OUT),
        (-6, M.LEAD_NUMBER, M.DRIVE_RECORD),
    ),
    re.compile(
        r"保有|车主|基盘|保客|交车(?:客户|登记|台账|明细|记录)|提车|续保|オーナー|納車|owner|delivery|출고",
        re.IGNORECASE,
    ),
    grid=-6,
    care=4,
)
CARES = TableKind(
    "关怀记录",
    Care,
    _to(
        Care,
        name=M.NAME,
        item=M.CARE_ITEM,
        planned_on=M.PLANNED_ON,
        done_on=(M.DONE_ON, M.DATE),
        means=M.CONTACT_BY,
        result=M.RESULT,
        story=(M.STORY, M.NOTE),
        consultant=M.CONSULTANT,
    )
    | _to(Owner, phone=M.PHONE, model=M.MODEL, vin=M.VIN, plate=M.PLATE, delivered_on=M.DELIVERED_ON),
    _weighed(
        (6, M.CARE_ITEM),
        (1, M.DONE_ON, M.PLANNED_ON, M.RESULT),
        (-2, M.GRADE),
        (-3, M.GRADE_AFTER),
        (-4, M.TIME_OUT),
        (-6, M.LEAD_NUMBER),
    ),
    re.compile(r"关怀|售后回访|满意度|客户回访(?:记录|登记)|DC\s*(?:记录|回访)", re.IGNORECASE),
    free="story",
    grid=-6,
    needs=(M.CARE_ITEM,),
)
LOSSES = TableKind(
    "战败",
    Loss,
    _to(
        Loss,
        name=M.NAME,
        phone=M.PHONE,
        grade_before=(M.GRADE_BEFORE, M.GRADE),
        exit=M.LOSS_KIND,
        reason=M.LOSS_REASON,
        rival=(M.LOST_TO, M.RIVAL),
        story=(M.NOTE, M.STORY),
        applied_on=(M.APPLIED_ON, M.DATE, M.DONE_ON),
        applicant=M.CONSULTANT,
        decision=(M.DECISION, M.REVIEWED, M.INSTRUCTION),
        decider=M.DECIDER,
        decided_on=M.DECIDED_ON,
    ),
    _weighed(
        (5, M.LOSS_REASON),
        (3, M.LOSS_KIND, M.LOST_TO, M.APPLIED_ON),
        (1.5, M.DECISION),
        (1, M.GRADE_BEFORE),
        (-2, M.ORDER_NUMBER),
        (-3, M.FIRST),
        (-4, M.TIME_OUT, M.LEAD_NUMBER),
    ),
    re.compile(r"战败|流失|失控|休眠|败单|lost|失注|실패|이탈", re.IGNORECASE),
    free="story",
    grid=-6,
)
LEADS = TableKind(
    "线索",
    Card,
    _to(
        Card,
        name=M.NAME,
        gender=M.GENDER,
        phone=M.PHONE,
        spare_phone=M.SPARE_PHONE,
        grade=M.GRADE,
        first_contact=(M.FIRST_CONTACT, M.ORDERED_ON, M.DATE, M.FILED),
        consultant=M.CONSULTANT,
        state=(M.LEAD_STATE, M.STATE),
        address=M.ADDRESS,
        needs=M.NEEDS,
        source=M.SOURCE,
        carded_on=M.CARDED_ON,
    )
    | _to(ProspectH, model=M.MODEL, next_on=M.NEXT_ON, expected_on=M.EXPECTED_ON, last_contact=(M.LAST_ON, M.DONE_ON)),
    _weighed(
        (7, M.LEAD_NUMBER),
        (3, M.LEAD_STATE, M.ANSWERED_AT, M.INVITED_ON),
        (2, M.NICKNAME),
        (1.5, M.OTHERS_PHONE, M.FIRST_CONTACT),
        (-2, M.LOSS_REASON, M.GRADE_BEFORE, M.AMOUNT),
        (-3, M.DELIVERED_ON),
        (-4, M.VIN, M.OPENING_GRADE),
        (-5, M.TIME_OUT),
    ),
    re.compile(
        r"线索|懂车帝|汽车之家|易车|抖音|留资|dcc|lead|巨量|快手|小红书|爱卡|太平洋|垂媒|网销|网络客户|"
        r"商机",
        re.IGNORECASE,
    ),
    free="needs",
    grid=-6,
)

LEADS_KEPT = replace(
    LEADS,
    targets={
        **LEADS.targets,
        **_to(Lead, media=M.MEDIA, answered=M.ANSWERED_AT, invited_on=M.INVITED_ON, result=M.RESULT),
    },
)
"""The same for a book with 线索: a lead is a card, and a row there beside it."""

KINDS: dict[str, TableKind] = {
    kind.name: kind for kind in (VISITS, REPORTS, FOLLOW_UPS, PROSPECTS, CARDS, ORDERS, OWNERS, CARES, LOSSES, LEADS)
}
"""The kinds of tables by their names, as the JSON and the sheet 读入对照 call them."""

_TITLE_WEIGHT, _NAME_WEIGHT = 4.0, 2.5
_ENOUGH = 3.0
_NOBODY = re.compile(
    r"通讯录|花名册|人员名单|员工|考勤|排班|值班表|统计|汇总表|分析表|完成率|排名|目标|数据源|填表说明|下拉|參考|参考|字典|公式|模板说明|工资|提成|库存|考核|weekly\s*summary|statistics",
    re.IGNORECASE,
)
_DRIVES = re.compile(
    r"试乘?试?驾(?:登记|记录|预约|台账|协议|汇总|明细|反馈)|test\s*drive\s*(?:log|register|record)|試乗(?:記録|申込)|시승\s?(?:기록|신청)",
    re.IGNORECASE,
)


def kind_of(columns: Collection[Column], titles: Iterable[str], names: Iterable[str]) -> TableKind | None:
    """The kind of a table, ``None`` for one without customers; ``titles`` stand above it, ``names`` are sheet and file."""
    meanings = {column.means for column in columns if column.means and not (column.turn or column.care)}
    texts, called = "\n".join(titles), "\n".join(names)
    if not meanings & {M.NAME, M.PHONE, M.NICKNAME, M.PLATE}:
        return None
    if M.STAFF in meanings or (
        (_DRIVES.search(texts) or M.DRIVE_RECORD in meanings) and M.TIME_OUT not in meanings - {M.TIME_OUT}
    ):
        return None
    if _NOBODY.search(f"{texts}\n{called}") and not meanings & {M.PHONE, M.PLATE}:
        return None
    scores = {kind.name: _score(kind, meanings, columns, texts, called) for kind in KINDS.values()}
    best = max(scores, key=lambda name: scores[name])
    return KINDS[best] if scores[best] >= _ENOUGH else CARDS if M.PHONE in meanings and M.NAME in meanings else None


def _score(kind: TableKind, meanings: Collection[Means], columns: Collection[Column], titles: str, names: str) -> float:
    if any(need not in meanings for need in kind.needs):
        return -100.0
    score = sum(weight for means, weight in kind.evidence.items() if means in meanings)
    score += kind.grid if any(column.day for column in columns) else 0
    score += kind.care if any(column.care for column in columns) else 0
    score += kind.turns if any(column.turn for column in columns) else 0
    score += _TITLE_WEIGHT if kind.title.search(titles) else 0
    return score + (_NAME_WEIGHT if kind.title.search(names) else 0)
