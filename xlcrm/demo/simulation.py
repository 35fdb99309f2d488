"""A store, day by day.

A day has its order: the manager decides on losses and orders are cancelled; parties come and call; consultants make the
follow-ups due; owners get their care calls; losses of the day are decided; in the evening every consultant files a
report with tomorrow's plan. Everything typed and everything true comes from these steps.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

from xlcrm.demo import behaviour, market, typed
from xlcrm.demo.behaviour import Outcome
from xlcrm.demo.customers import GRADES, Application, CareCall, Deal, Prospect
from xlcrm.demo.figures import Figures
from xlcrm.demo.opening import own, stock_up
from xlcrm.demo.people import People
from xlcrm.demo.prose import Prose
from xlcrm.demo.showroom import Arrival, Day, Showroom
from xlcrm.demo.staff import Seller, days, departed, hire
from xlcrm.demo.store import Row, Sheets, Store, Truth
from xlcrm.forms.schema import Cell

TYPED = (
    "来店登记",
    "日报",
    "H级",
    "A级",
    "B级",
    "C级",
    "客户卡",
    "跟进记录",
    "订单",
    "保有客户",
    "关怀记录",
    "战败",
    "顾问",
    "目标",
    "设置",
)
"""The sheets staff type, in the order of the workbook's tabs."""

_FORMER_FROM = 8
"""A store of this many consultants has also seen one leave."""
_DRIVES_FIRST, _DRIVES_AGAIN = 0.30, 0.38
_DELIVERY_CARE = ((0, "交车当日"), (3, "三日"), (7, "七日"), (90, "定期"), (110, "首保"))
"""Days after the delivery; what comes later than the first service lies beyond a simulation."""

_NO_REPORT, _NO_NEXT_DAY, _NO_PLAN, _NO_CALL, _NO_CARE, _UNASKED = 0.20, 0.30, 0.20, 0.45, 0.40, 0.02
"""What one without any diligence forgets of each (and, last, how often he calls a customer out of turn)."""
_TWO_CARS_EVERY = 12
"""Every so many orders, one is for two cars."""
_MADE_UP = 0.2
"""Chance a day that what was forgotten is made up for."""


def simulate(
    seed: int,
    *,
    start: dt.date,
    end: dt.date,
    consultants: int = 8,
    visits_a_month: int = 300,
    opening: int = 95,
    diligent: bool = False,
) -> Store:
    """A believable store from ``start`` to ``end``, both included; the same arguments always give the same store.

    ``visits_a_month`` are register rows in an average month, ``opening`` the prospects on the books at ``start``. A
    ``diligent`` store is spotless: no rule has anything to find in it. Otherwise people are people: each forgets a plan, a
    report or an entry now and then, as often as suits them. Made for some months, not for years: care later than the first
    service of a car delivered inside is left out.

    Raises ``ValueError`` when there is no day or no consultant.
    """
    if end < start or consultants < 1:
        raise ValueError("a simulation needs at least one day and one consultant")
    return _Simulation(random.Random(seed), start, end, consultants, visits_a_month, opening, diligent).run()


class _Simulation:
    def __init__(
        self,
        rng: random.Random,
        start: dt.date,
        end: dt.date,
        consultants: int,
        visits: int,
        stock: int,
        diligent: bool,
    ) -> None:
        self.rng, self.start, self.end, self.visits = rng, start, end, visits
        self.people, self.prose, self.figures = People(rng), Prose(rng), Figures()
        self.sheets: Sheets = {sheet: [] for sheet in TYPED}
        self.sellers = hire(rng, self.people, consultants, start, diligent)
        former = departed(rng, self.people, start) if consultants >= _FORMER_FROM else None
        self.sheets["顾问"] += [typed.consultant(seller) for seller in (*self.sellers, former) if seller]
        self.sheets["设置"] += [{"键": "店名", "值": "远行汽车示范店", "说明": "打印在首页、月度分析和邮件上"}]
        self.prospects = stock_up(rng, self.people, self.sellers, former, start, stock, self.sheets)
        self.owners, self.care = own(rng, self.people, self.sellers, self.prose, start, end, stock + 1, self.sheets)
        self.showroom = Showroom(rng, visits, end, self.sheets["来店登记"])
        self.deals: list[Deal] = []
        self.applications: list[Application] = []

    def run(self) -> Store:
        for date in days(self.start, self.end):
            self.open_month(f"{date:%Y-%m}")
            self.live(Day(date, [seller for seller in self.sellers if seller.works(date)]))
            self.figures.close(date, self.prospects)
        closing = {p.phone: p.standing() for p in self.prospects} | {o.phone: o.standing() for o in self.owners}
        return Store(self.sheets, Truth(self.end, closing, self.figures.by_month()))

    def open_month(self, month: str) -> None:
        """A new month: the stock is counted and the targets are set."""
        if self.figures.opened(month):
            return
        self.figures.open(month, self.prospects)
        for seller in self.sellers:
            kept = self.visits / len(self.sellers) * self.rng.uniform(0.5, 0.7)
            self.sheets["目标"].append(typed.target(month, seller, max(1, round(kept * 0.13)), round(kept)))

    def live(self, day: Day) -> None:
        self.prose.new_day()
        self.decide_losses(day, of_today=False)
        self.cancel_orders(day)
        for arrival in self.showroom.arrivals(day, self.prospects, self.deals):
            self.receive(day, arrival)
        self.follow_up(day)
        self.call_owners(day)
        self.decide_losses(day, of_today=True)
        self.file_reports(day)

    # ------------------------------------------------------------ visits

    def receive(self, day: Day, arrival: Arrival) -> None:
        if arrival.deal is not None:
            self.hand_over(day, arrival, arrival.deal)
        elif arrival.purpose != "看车":
            self.run_errand(day, arrival)
        elif arrival.prospect is not None:
            self.receive_again(day, arrival, arrival.prospect)
        else:
            self.receive_first(day, arrival)

    def receive_first(self, day: Day, arrival: Arrival) -> None:
        seller = day.free_seller(arrival.minute)
        origin = market.ORIGINS.spin(self.rng)
        if self.rng.random() < origin.leaves * min(1.0, 0.9 + seller.skill / 10):
            self.receive_prospect(day, arrival, seller, origin)
        else:
            self.receive_stranger(day, arrival, seller, origin)

    def receive_prospect(self, day: Day, arrival: Arrival, seller: Seller, origin: market.Origin) -> None:
        """A first visit that leaves a phone: a prospect from now on. Without a report he is called the next day."""
        p = behaviour.newcomer(self.rng, self.people, seller, origin, day.date)
        self.prospects.append(p)
        drove = not arrival.by_call and self.rng.random() < _DRIVES_FIRST
        outcome = behaviour.first_talk(self.rng, p, drove)
        p.grade = outcome.grade
        story = self.story(p, "来电" if arrival.by_call else "首次到店", outcome)
        self.register(day, arrival, p, "首次", outcome, drove, story)
        self.figures.count(day.date, "batches", "first_visits", "first_visits_with_phone", "new_cards")
        if outcome.result == "继续跟进" and seller.slips(self.rng, _NO_REPORT):
            p.plan = seller.next_workday(day.date)
        else:
            self.contact(day, p, "接待", arrival.means, None, outcome, story)

    def receive_stranger(self, day: Day, arrival: Arrival, seller: Seller, origin: market.Origin) -> None:
        """A first visit that leaves no contact."""
        person = day.title(self.rng)
        car = market.CARS.spin(self.rng).model
        story = self.prose.leaving(car)
        about = {
            "拟购车型": car,
            "来源": origin.source,
            "渠道": self.rng.choice(origin.media),
            "未留档原因": market.NO_CONTACT_REASONS.spin(self.rng),
        }
        minutes = self.rng.randint(3, 8) if arrival.by_call else self.rng.randint(5, 35)
        self.showroom.register(day, arrival, seller, "首次", person, minutes, story, about)
        self.figures.count(day.date, "batches", "first_visits")
        if not seller.slips(self.rng, _NO_REPORT):
            row = typed.summary(seller, day.date, person[0], "接待", arrival.means, story, car=car)
            day.reported[seller.name].append(row)

    def receive_again(self, day: Day, arrival: Arrival, p: Prospect) -> None:
        """A later visit, invited or not. Without its 接待 row in the report only the register mentions it: what was said is
        lost, and the follow-up due by then has been made.
        """
        p.registered = True
        drove = self.rng.random() < _DRIVES_AGAIN
        outcome = behaviour.talk(self.rng, p, drove)
        forgotten = outcome.result == "继续跟进" and p.seller.slips(self.rng, _NO_REPORT)
        if forgotten:
            outcome = Outcome(p.grade, "继续跟进")
        story = self.story(p, "来店", outcome)
        self.register(day, arrival, p, "再次", outcome, drove, story)
        self.figures.count(day.date, "batches", "repeat_visits")
        if forgotten:
            p.quiet_until = day.date
            if p.plan is not None and p.plan <= day.date:
                p.plan = p.seller.due(day.date, p.grade)
        else:
            self.contact(day, p, "接待", "来店", p.grade, outcome, story)

    def register(
        self, day: Day, arrival: Arrival, p: Prospect, first: str, outcome: Outcome, drove: bool, story: str
    ) -> None:
        """The register row of a visit that leaves a phone."""
        about: dict[str, Cell] = {
            "电话": p.phone,
            "拟购车型": p.car.model,
            "意向级别": outcome.grade,
            "来源": p.origin.source,
            "渠道": p.media,
            "竞品": p.rival,
            "试乘试驾": typed.tick(drove),
            "试驾保证书": typed.tick(drove),
            "现场订购": typed.tick(outcome.result == "已订"),
        }
        minutes = self.rng.randint(4, 14) if arrival.by_call else self.rng.randint(25, 100) + 25 * drove
        self.showroom.register(day, arrival, p.seller, first, (p.name, p.gender), minutes, story, about)
        if drove:
            self.figures.count(day.date, "test_drives")

    def run_errand(self, day: Day, arrival: Arrival) -> None:
        """Traffic that is not a prospect: service, paperwork, anything else."""
        seller = day.free_seller(arrival.minute)
        first = self.rng.choice(("首次", "再次", "再次"))
        story = self.prose.errand(arrival.purpose)
        minutes = self.rng.randint(5, 40)
        self.showroom.register(day, arrival, seller, first, day.title(self.rng), minutes, story, {})

    # ------------------------------------------------------------ contacts

    def story(self, p: Prospect, means: str, outcome: Outcome) -> str:
        """The story of a contact that takes ``p`` from his grade to the outcome's."""
        if outcome.result == "未接通" or outcome.exit == "失控":
            return self.prose.unreached()
        if outcome.result == "信息不准":
            return self.prose.wrong_number()
        text = self.prose.contact(means, p.car.model, p.rival, outcome.result)
        if outcome.result == "继续跟进" and behaviour.is_jump(p.grade, outcome.grade):
            return self.prose.jump(text, warmer=GRADES.index(outcome.grade) < GRADES.index(p.grade))
        return text

    def contact(
        self, day: Day, p: Prospect, purpose: str, means: str, before: str | None, outcome: Outcome, story: str
    ) -> None:
        """A contact reported in 当日总结, with what follows from it."""
        next_on = None
        p.grade, p.quiet_until = outcome.grade, day.date
        if outcome.result == "已订":
            self.place_order(day, p)
        elif outcome.result == "战败申请":
            self.apply_for_loss(day, p, outcome.exit, story)
        elif p.seller.slips(self.rng, _NO_NEXT_DAY):
            p.plan = p.seller.due(day.date, p.grade)
        else:
            p.plan = next_on = behaviour.next_contact(self.rng, p.seller, day.date, p.grade)
        row = typed.summary(
            p.seller,
            day.date,
            p.name,
            purpose,
            means,
            story,
            phone=p.phone,
            car=p.car.model,
            before=before,
            after=outcome.grade,
            result=outcome.result,
            next_on=next_on,
        )
        day.reported[p.seller.name].append(row)

    def follow_up(self, day: Day) -> None:
        """Every follow-up due today; the forgetful leave some, make up for others later, and call some out of turn."""
        for p in self.prospects:
            if p.plan is not None and p.can_talk(day.date) and self.is_called(p.seller, p.plan, day.date):
                means = behaviour.means_of_call(self.rng)
                outcome = behaviour.call(self.rng, p, means)
                self.contact(day, p, "促进", means, p.grade, outcome, self.story(p, means, outcome))

    def is_called(self, seller: Seller, plan: dt.date, today: dt.date) -> bool:
        if plan == today:
            return not seller.slips(self.rng, _NO_CALL)
        return self.rng.random() < _MADE_UP if plan < today else seller.slips(self.rng, _UNASKED)

    # ------------------------------------------------------------ orders

    def place_order(self, day: Day, p: Prospect) -> None:
        p.leave("已订")
        deliver_on, cancel_on = behaviour.fate_of_order(self.rng, p.seller, day.date)
        number = len(self.deals) + 1
        cars = 1 if number % _TWO_CARS_EVERY else 2
        amount = behaviour.discounted(self.rng, p.car.price) * cars
        payment = behaviour.payment(self.rng, amount)
        due_on = deliver_on or day.date + dt.timedelta(days=10)
        row = typed.order(number, p, day.date, cars, amount, payment, due_on)
        self.sheets["订单"].append(row)
        self.deals.append(Deal(p, cars, row, deliver_on, cancel_on))
        self.figures.order(day.date, p.seller.name, cars)

    def cancel_orders(self, day: Day) -> None:
        for deal in self.deals:
            if deal.cancel_on == day.date:
                deal.row["退订日期"] = day.date
                deal.prospect.come_back("A", day.date)
                self.figures.count(day.date, "cancellations")

    def hand_over(self, day: Day, arrival: Arrival, deal: Deal) -> None:
        """The customer comes for the car: an owner from now on, with care to come."""
        p = deal.prospect
        p.leave("已交车")
        story = self.prose.handover(p.car.model)
        about = {"电话": p.phone, "拟购车型": p.car.model}
        minutes = self.rng.randint(50, 120)
        self.showroom.register(day, arrival, p.seller, "再次", (p.name, p.gender), minutes, story, about)
        row = typed.summary(p.seller, day.date, p.name, "手续", "来店", story, phone=p.phone, car=p.car.model)
        day.reported[p.seller.name].append(row)
        deal.row |= {"交车日期": day.date, "付款状态": "O4", "已收款": deal.row["金额"]}
        self.figures.cars(day.date, "deliveries", deal.cars)
        for after, item in _DELIVERY_CARE:
            planned = p.seller.on_or_after(day.date + dt.timedelta(days=after))
            self.care.append(CareCall(p.name, p.phone, p.car, p.seller, item, planned))

    # ------------------------------------------------------------ losses

    def apply_for_loss(self, day: Day, p: Prospect, kind: str, story: str) -> None:
        reason = market.LOSS_REASONS.spin(self.rng) if kind == "战败" else "放弃购买"
        row = typed.loss(p, day.date, kind, reason, story)
        self.sheets["战败"].append(row)
        decide_on, returned = behaviour.decision(self.rng, day.date, p.grade)
        self.applications.append(Application(p, row, day.date, decide_on, returned))
        p.leave("战败待审")
        if kind == "战败":
            self.figures.count(day.date, "losses_applied")

    def decide_losses(self, day: Day, *, of_today: bool) -> None:
        """The manager's decisions, in the morning on earlier applications and in the evening on those of today."""
        for application in self.applications:
            if application.decide_on == day.date and (application.applied_on == day.date) == of_today:
                self.decide(application, day.date)

    def decide(self, application: Application, date: dt.date) -> None:
        row, p = application.row, application.prospect
        row |= {"审批": "驳回" if application.returned else "同意", "审批人": typed.MANAGER, "审批日期": date}
        if application.returned:
            row["驳回后级别"] = application.returned
            p.come_back(application.returned, date)
            return
        p.leave(str(row["类型"]))
        if p.state == "战败":
            self.figures.count(date, "losses_approved")

    # ------------------------------------------------------------ owners

    def call_owners(self, day: Day) -> None:
        for call in self.care:
            if call.is_due(day.date) and self.is_cared_for(call, day.date):
                call.done = True
                story, car = self.prose.care(call.item), call.car.model
                row = typed.summary(
                    call.seller, day.date, call.name, "售后回访", "电话", story, phone=call.phone, car=car
                )
                day.reported[call.seller.name].append(row)

    def is_cared_for(self, call: CareCall, today: dt.date) -> bool:
        if call.planned == today:
            return not call.seller.slips(self.rng, _NO_CARE)
        return self.rng.random() < _MADE_UP

    # ------------------------------------------------------------ the evening

    def file_reports(self, day: Day) -> None:
        """Every consultant's report: today's doings, then tomorrow's plan."""
        plans = self.plans(day)
        for seller in day.on_duty:
            self.sheets["日报"] += [*day.reported[seller.name], *plans[seller.name]]

    def plans(self, day: Day) -> dict[str, list[Row]]:
        """明日计划 by consultant: follow-ups, then care calls, those of tomorrow's deliveries among them."""
        tomorrow = {seller.name: seller.next_workday(day.date) for seller in day.on_duty}
        plans: dict[str, list[Row]] = defaultdict(list)

        def plan(who: Prospect | CareCall, on: dt.date | None, purpose: str, grade: str) -> None:
            if on is not None and on == tomorrow.get(who.seller.name) and not who.seller.slips(self.rng, _NO_PLAN):
                plans[who.seller.name].append(typed.plan(who, day.date, on, purpose, grade))

        for p in self.prospects:
            plan(p, p.plan, "促进", p.grade)
        for call in self.care:
            plan(call, call.planned, "售后回访", "")
        for deal in self.deals:
            if deal.deliver_on is not None and deal.deliver_on <= self.end:
                plan(deal.prospect, deal.deliver_on, "售后回访", "")
        return plans
