"""The words on the printed forms."""

from __future__ import annotations

from xlcrm.catalogue import Words

WEEKDAYS = tuple(
    Words(f"星期{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)

FORMS: dict[str, Words] = {
    "today": Words("今日清单", "Today's list"),
    "issues": Words("待办清单", "To put right"),
    "morning": Words("早会", "Morning meeting"),
    "evening": Words("夕会", "Evening meeting"),
    "register": Words("来店（电）顾客登记表", "Showroom register"),
    "report": Words("销售活动日报表", "Daily activity report"),
    "grid": Words("潜在顾客等级推进表", "Prospect grade sheet"),
    "card_front": Words("客户管理卡　正面", "Customer card, front"),
    "card_back": Words("客户管理卡　反面", "Customer card, back"),
    "waiver": Words("试乘试驾保证书", "Test drive statement"),
    "visits": Words("客户拜访计划与报告", "Visits to customers"),
    "inspection": Words("展厅检查表", "Showroom inspection"),
    "sheet": Words("{about}", "{about}"),
}
TABS: dict[str, Words] = {
    "today": Words("清单", "List"),
    "issues": Words("待办", "To do"),
    "morning": Words("早会", "Morning"),
    "evening": Words("夕会", "Evening"),
    "register": Words("来店登记", "Register"),
    "report": Words("日报", "Report"),
    "grid": Words("推进表", "Grid"),
    "card_front": Words("卡正面", "Card front"),
    "card_back": Words("卡反面", "Card back"),
    "waiver": Words("保证书", "Statement"),
    "visits": Words("拜访", "Visits"),
    "inspection": Words("检查", "Inspection"),
    "sheet": Words("选用", "Sheet"),
}
"""What a form's sheet is called, before whose it is."""

TITLES: dict[str, Words] = {
    "tasks": Words("今天要联系的客户", "Customers to contact today"),
    "calls": Words("今天要去拜访的，和还没答复的承诺", "Visits to make, and promises not answered yet"),
    "hints": Words(
        "本月客人没留电话：最多的原因，怎么说", "Visitors who left nothing this month: why, and what to say"
    ),
    "issues": Words("要改和要核实的", "To be put right or confirmed"),
    "yesterday": Words("昨日成绩", "Yesterday's results"),
    "wins": Words("昨日订单与交车", "Yesterday's orders and deliveries"),
    "work": Words("今日工作量", "Today's work"),
    "urgent": Words("今日重点客户", "Today's most urgent customers"),
    "results": Words("今日成绩", "Today's results"),
    "lost": Words("今日战败", "Losses applied for or decided today"),
    "missed_list": Words("到今天还没有回访", "Due and not contacted"),
    "plan": Words("明日计划", "Tomorrow's plan"),
    "summary": Words("当日总结", "Done today"),
    "foot": Words("本日止客户数", "Customers as of today"),
    "visits": Words("访问客户数（只算联系上的）", "Customers visited (only those reached)"),
    "owner": Words("车主", "Owner"),
    "car": Words("车辆与到期日", "Car and dates"),
    "orders": Words("订单", "Orders"),
    "cares": Words("关怀记录", "Care calls"),
    "prospect": Words("潜在顾客", "Prospect"),
    "need": Words("购车需求", "What is wanted"),
    "person": Words("了解到的情况", "What is known"),
    "contacts": Words("跟进记录", "Contacts"),
    "losses": Words("战败", "Losses"),
    "driver": Words("客户与车辆", "Customer and car"),
    "feedback": Words("试驾感受", "How it was"),
    "asks": Words("今天还要问的", "Still to ask today"),
    "ten": Words("首次十问", "The first ten questions"),
    "visits_planned": Words("拜访计划", "Planned"),
    "visits_made": Words("今天的拜访", "Made today"),
    "spot_check": Words("今天抽查的五次拜访", "Five visits to be checked today"),
}

GROUPS: dict[str, Words] = {
    **{grade: Words(f"{grade} 级", f"Grade {grade}") for grade in ("H", "A", "B", "C")},
    "O": Words("O 本月以前已订", "O, ordered before this month"),
}
"""The parts of a prospect grade sheet, in their order."""

KINDS: dict[str, Words] = {
    "overdue": Words("逾期", "overdue"),
    "due": Words("今日到期", "due"),
    "expected": Words("约定来店", "visit expected"),
    "delivery": Words("应交车", "car promised"),
    "care": Words("关怀", "care call"),
    "birthday": Words("生日", "birthday"),
    "ordered": Words("订单", "order"),
    "delivered": Words("交车", "delivery"),
    "rests": Words("休息", "day off"),
    "total": Words("合计", "total"),
    "stock": Words("本日止意向客户", "prospects today"),
    "carried": Words("上月留存", "carried over"),
    "new": Words("本月新增", "new this month"),
    "made_today": Words("本日访问", "visited today"),
    "made_month": Words("本月累计", "month to date"),
}

COLUMNS: dict[str, Words] = {
    "no": Words("序号", "No."),
    "event_day": Words("日期", "Day"),
    "subject": Words("客户", "Customer"),
    "found": Words("发现", "Found"),
    "to_do": Words("处理办法", "What to do"),
    "place": Words("位置", "Where"),
    "done": Words("完成", "Done"),
    "kind": Words("事项", "Why"),
    "grade": Words("级别", "Grade"),
    "name": Words("客户姓名", "Customer"),
    "customer_name": Words("顾客名称", "Customer"),
    "phone": Words("电话", "Phone"),
    "model": Words("车型", "Model"),
    "on": Words("计划日", "Planned"),
    "late": Words("逾期天数", "Days late"),
    "means": Words("方式", "By"),
    "last": Words("上次情况", "Last contact"),
    "outcome": Words("今日结果", "Outcome"),
    "consultant": Words("销售顾问", "Consultant"),
    "weather": Words("天气", "Weather"),
    "batches": Words("批次", "Parties"),
    "kept": Words("留档", "Kept"),
    "drives": Words("试驾", "Drives"),
    "orders": Words("订单", "Orders"),
    "deliveries": Words("交车", "Delivered"),
    "reached": Words("回访", "Reached"),
    "missed": Words("漏访", "Missed"),
    "losses": Words("战败申请", "Losses"),
    "planned": Words("明日计划", "Planned"),
    "what": Words("成果", "What"),
    "sum": Words("合计", "Total"),
    "exit": Words("类型", "Kind"),
    "reason": Words("原因", "Reason"),
    "rival": Words("竞品", "Rival"),
    "decision": Words("审批", "Decision"),
    "purpose": Words("目的", "Purpose"),
    "stay": Words("进店离去", "In, out"),
    "channel": Words("方式", "By"),
    "first": Words("次别", "Visit"),
    "visit_purpose": Words("目的", "For"),
    "gender": Words("性别", "Sex"),
    "people": Words("人数", "People"),
    "source": Words("来源", "Source"),
    "media": Words("渠道", "Media"),
    "drive": Words("试驾", "Drive"),
    "ordered": Words("订购", "Order"),
    "no_contact": Words("未留档原因", "No contact"),
    "note": Words("注释", "Note"),
    "before": Words("原级别", "Before"),
    "after": Words("现级别", "After"),
    "story": Words("经过", "What happened"),
    "result": Words("结果", "Result"),
    "next": Words("下次回访", "Next"),
    "remark": Words("主管批示", "Remarks"),
    "measure": Words("项目", "Item"),
    **{kind: KINDS[kind] for kind in ("overdue", "due", "expected", "delivery", "care", "birthday")},
    "H": Words("H", "H"),
    "A": Words("A", "A"),
    "B": Words("B", "B"),
    "C": Words("C", "C"),
    "open_orders": Words("已订未交", "Not delivered"),
    "sold": Words("促进成交", "Sold"),
    "owners": Words("保有客户", "Owners"),
    "p0": Words("接待", "Received"),
    "p1": Words("开拓", "First contact"),
    "p2": Words("促进", "Pursued"),
    "p3": Words("手续", "Paperwork"),
    "p4": Words("售后回访", "Care"),
    "opening": Words("前月级别", "Was"),
    "now": Words("促进结果", "Now"),
    **{f"d{day}": Words(str(day), str(day)) for day in range(1, 32)},
    "month": Words("月份", "Month"),
    "day": Words("日期", "Date"),
    "store": Words("经销店", "Store"),
    "customer": Words("客户编号", "Number"),
    "spare_phone": Words("备用电话", "Spare phone"),
    "person_or_company": Words("类型", "Kind"),
    "birthday": Words("生日", "Birthday"),
    "occupation": Words("职业/单位", "Occupation"),
    "address": Words("住址", "Address"),
    "vin": Words("VIN", "VIN"),
    "plate": Words("车牌", "Plate"),
    "use": Words("用途", "Use"),
    "bought_on": Words("购买日期", "Bought"),
    "delivered_on": Words("交车日期", "Delivered"),
    "first_service_on": Words("首保到期", "First service"),
    "insured_until": Words("保险到期", "Insured until"),
    "inspected_until": Words("年检到期", "Inspected until"),
    "last_seen_on": Words("最近进厂", "Last seen"),
    "number": Words("订单号", "Order"),
    "date": Words("订单日期", "Date"),
    "quantity": Words("数量", "Cars"),
    "amount": Words("金额", "Amount"),
    "payment": Words("付款状态", "Payment"),
    "received": Words("已收款", "Received"),
    "due_on": Words("预计交车", "Due"),
    "item": Words("关怀项目", "Item"),
    "planned_on": Words("计划日期", "Planned"),
    "done_on": Words("执行日期", "Done"),
    "state": Words("状态", "State"),
    "first_contact": Words("初洽日期", "First contact"),
    "carded_on": Words("建卡日期", "Carded"),
    "former_consultant": Words("前销售顾问", "Former consultant"),
    "purchase_kind": Words("购车类型", "Purchase"),
    "present_car": Words("现有车辆", "Present car"),
    "may_contact": Words("同意联系", "May contact"),
    "revised_on": Words("最近修订", "Revised"),
    "wanted": Words("拟购车型", "Model wanted"),
    "stage": Words("流程阶段", "Stage"),
    "test_drive_on": Words("试驾日期", "Test drive"),
    "expected_on": Words("预计购车日", "Expected"),
    "notes": Words("备注", "Notes"),
    "needs": Words("需求与预算", "Needs and budget"),
    "family": Words("家庭", "Family"),
    "living": Words("生活与爱好", "Living"),
    "character": Words("个性与忌讳", "Character"),
    "relations": Words("人际", "Relations"),
    "planned_means": Words("计划方式", "Planned by"),
    "planned_purpose": Words("计划目的", "Planned for"),
    "grade_before": Words("原级别", "Before"),
    "grade_after": Words("现级别", "After"),
    "next_on": Words("下次回访", "Next"),
    "grade_lost": Words("原级别", "Before"),
    "went_to": Words("去向竞品", "Went to"),
    "explained": Words("说明", "Remarks"),
    "applied_on": Words("申请日期", "Applied"),
    "decider": Words("审批人", "Decided by"),
    "decided_on": Words("审批日期", "Decided"),
    "to_ask": Words("还要问", "Still to ask"),
    "answers": Words("客户的回答", "Answers"),
    "education": Words("教育", "Education"),
    "career": Words("事业", "Career"),
    "spending": Words("消费", "Spending"),
    "budget": Words("预算与付款", "Budget and payment"),
    "decider_of": Words("决策人", "Who decides"),
    "known": Words("已知", "Known"),
    "licence": Words("驾驶证号", "Licence no."),
    "drive_model": Words("试驾车型", "Model driven"),
    "drive_day": Words("试驾日期", "Day"),
    "started": Words("出发时间", "Set out"),
    "ended": Words("返回时间", "Back"),
    "route": Words("路线", "Route"),
    "km_out": Words("出发里程", "Mileage out"),
    "km_back": Words("返回里程", "Mileage back"),
    "companions": Words("同车人数", "Companions"),
    "aspect": Words("方面", "Aspect"),
    "good": Words("满意", "Good"),
    "fair": Words("一般", "Fair"),
    "poor": Words("不满意", "Poor"),
    "felt": Words("客户感受", "In words"),
    "call_no": Words("编号", "No."),
    "agreed_on": Words("预约日期", "Agreed"),
    "promised": Words("上次承诺", "Promised"),
    "promises": Words("本次承诺", "Promises made"),
    "answered": Words("承诺答复", "Answered"),
    "persons": Words("见到的人", "Persons met"),
    "as_expected": Words("达到预期", "As expected"),
    "effect": Words("效果", "What came of it"),
    "checked": Words("抽查结果", "Checked"),
    "inspected_item": Words("项目", "Item"),
    "mark": Words("得分", "Mark"),
    "times": Words("批次", "Parties"),
    "hint": Words("话术", "What to say"),
}

SIGNED: dict[str, Words] = {
    "consultant": Words("销售顾问", "Consultant"),
    "supervisor": Words("销售主管", "Supervisor"),
    "manager": Words("销售经理", "Sales manager"),
    "reception": Words("前台", "Reception"),
    "recorder": Words("记录人", "Recorder"),
    "customer": Words("客户", "Customer"),
    "inspector": Words("检查人", "Inspector"),
}

ASPECTS = (
    Words("动力与加速", "Power"),
    Words("操控与转向", "Handling"),
    Words("乘坐舒适", "Comfort"),
    Words("空间", "Room"),
    Words("安静", "Quiet"),
    Words("配置与视野", "Equipment and view"),
)
"""What a customer is asked about after a test drive."""
INSPECTED = Words("按 {day} 的账：{cases} 项做了 {done} 项", "by the books of {day}: {done} of {cases} done")
"""What the books say of an item of 展厅检查."""
STATEMENTS: dict[str, tuple[Words, ...]] = {
    "inspection": (
        Words(
            "写着（5/0）的做到 5 分、没做 0 分；其余看程度 0–5 分。回来录入“展厅检查”，一项一行。",
            "Items with （5/0） have five points or none, the others 0 to 5 by degree. Enter them into 展厅检查, one row each.",
        ),
    ),
    "waiver": (
        Words(
            "1　本人持有与所驾车型相符的有效驾驶证，出发前已交销售顾问查验；没有驾驶证时只乘坐，不驾驶。",
            "1. I hold a valid licence for this kind of car and showed it before setting out; without one I am a passenger only.",
        ),
        Words(
            "2　按约定的路线和时间驾驶，系好安全带，遵守交通法规，听从陪同顾问的提醒；饮酒、服药或身体不适时不驾驶，也不把车交给别人驾驶。",
            "2. I keep to the route and time agreed, wear the belt, obey traffic law and the consultant beside me; I do not drive "
            "after drink or medicine or when unwell, and let nobody else drive.",
        ),
        Words(
            "3　因本人违章或操作不当造成的罚款、车辆损坏和他人损失，由本人依法承担；保险赔付的部分除外。",
            "3. Fines, damage to the car and loss of others through my fault are mine as the law has it, less what insurance pays.",
        ),
        Words(
            "4　本店保证试驾车证照齐全、已投保、车况良好；以上个人信息只用于本次试驾的登记和回访，不提供给别人。",
            "4. The shop provides a car that is registered, insured and in good order; these data serve the record of this drive "
            "and the call after it, and are given to nobody else.",
        ),
        Words("本人已阅读并同意以上各条。", "I have read and agree to the above."),
    ),
}
"""What a signature stands for, by the form."""


MARKS = Words(
    "* 计划回访；H A B C 回访后的级别（一天几次以最后一次为准）；× 未联系上；O 已订　D 已交车　F0 战败待审　F 战败　F2 冻结　L 失控",
    "* planned; H A B C: grade after the day's last contact; × not reached; O ordered, D delivered, F0 loss applied "
    "for, F lost, F2 frozen, L unreachable",
)
MORE: dict[str, Words] = {
    "list": Words("另有 {count} 位，见各顾问的清单。", "{count} more: see the consultants' lists."),
    "errors": Words("另有 {count} 行有错误未计入。", "{count} more rows have errors and are not counted."),
    "log": Words("更早的 {count} 条见工作簿。", "{count} earlier ones are in the workbook."),
}
"""What a table says of the rows left out."""
NOTICES: dict[str, Words] = {
    "as_of_now": Words(
        "补打：今日工作量和重点客户按 {day} 的工作簿，不是当天早上的。",
        "Printed later: the work and the urgent customers are those of {day}, not of that morning.",
    ),
}
"""What a form printed later says of itself."""
NONE = Words("无", "none")
PAGE = Words("第 &P 页，共 &N 页", "page &P of &N")
NAMES_INSIDE = Words("含客户姓名，只在店内使用", "Names of customers: keep it inside the shop")
KEEP_INSIDE = Words("含客户姓名和电话，只在店内使用", "Names and phones of customers: keep it inside the shop")
