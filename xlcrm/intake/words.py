"""What shops write where our code lists stand: other words, other languages, letters of a maker's own.

Read more widely than in a book, where a person is asked to use the list: what a word surely means is taken, and what the
shop wrote is kept beside it. Source: SPEC section 9 and practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from xlcrm.forms.codes import CODES, CodeList
from xlcrm.intake.lexicon import Means, squeezed


@dataclass(frozen=True)
class Words:
    """The values of a list with everything else they are called. ``parts`` are words that decide wherever they stand."""

    codes: CodeList
    also: Mapping[str, str]
    parts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _known(self) -> dict[str, str]:
        known = {squeezed(word): value for word, value in self.also.items()}
        known |= {squeezed(word): value for word, value in self.codes.spellings.items()}
        return known | {squeezed(value): value for value in self.codes.values}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(pattern), value) for pattern, value in self.parts]

    def read(self, text: str) -> str | None:
        """The value a text stands for; ``None`` for one of the shop's own."""
        if text in self.codes.values:
            return text
        word = squeezed(text)
        if word in self._known:
            return self._known[word]
        return next((value for pattern, value in self._patterns if pattern.search(word)), None) if word else None

    def knows(self, text: str) -> bool:
        return self.read(text) is not None


def _all(**values: str) -> dict[str, str]:
    """来店="到店 walk-in" → {"到店": "来店", "walk-in": "来店"}."""
    return {word: value for value, words in values.items() for word in words.split()}


def _of(name: str, also: Mapping[str, str] = {}, parts: Iterable[tuple[str, str]] = ()) -> Words:
    return Words(CODES[name], also, tuple(parts))


_YES_NO = _all(是="y yes true 有 √ 愿意 o ○ 예", 否="n no false 无 × 不愿意 x 아니오")

WORDS: dict[Means, Words] = {
    Means.CHANNEL: _of(
        "来店来电",
        _all(
            来店=(
                "来访 到访 进店 展厅 展厅来访 上门 自然到店 自然进店 邀约到店 walk-in walkin walk 店头 "
                "来場 来店客 내방 방문 内访 visit showroom"
            ),
            来电=(
                "电访 电话咨询 热线 来电咨询 call-in callin phone-in phonein call phone telephone tel 電話 "
                "電話問合せ 전화 전화문의"
            ),
        ),
    ),
    Means.FIRST: _of(
        "首次再次",
        _all(
            首次=(
                "首 初 初次 新 新客户 新客 第一次 首访 首次来店 首次到店 首次进店 一次 new first 1st "
                "firstvisit firsttime newcustomer 新規 初回 신규 최초 f"
            ),
            再次=(
                "再 再访 二次 二访 多次 老 老客户 老客 复访 再次来店 再次到店 二次来店 二次到店 三次 "
                "returning repeat return beback be-back again revisit second 2nd old existing 再来 再来店 "
                "リピート 재방문 재내방 s"
            ),
        ),
        (("^第?[二三四五2-9]次", "再次"),),
    ),
    Means.SECOND: Words(CODES["是否"], _YES_NO),
    Means.VISIT_PURPOSE: _of(
        "来店目的",
        _all(
            看车="看车 购车 咨询新车 了解车型 买车 试驾 新车咨询 二次看车",
            提车="提车 交车 预约提车",
            手续="手续 办手续 上牌 交款 签合同 付款 开票",
            维修="维修 保养 售后 维修保养 事故",
            其他="其他 其它 问路 参观 退订 找人 借厕所",
        ),
    ),
    Means.GENDER: _of(
        "性别", _all(男="先生 m male man 男性 男士 남 남성 남자", 女="女士 小姐 f female woman 女性 女士 여 여성 여자")
    ),
    Means.GRADE: _of("意向级别", {}, (("^意向?([h])级?", "H"),)),
    Means.SOURCE: _of(
        "来源",
        _all(
            **{
                "VIP购车/介绍": (
                    "介绍 转介绍 朋友介绍 老客户介绍 老客户转介绍 客户介绍 保客推荐 推荐 vip 熟人介绍 朋友推荐 "
                    "老客户推荐 保客介绍 亲友介绍 r referral friend"
                ),
                "基盘": "基盘客户 老客户 保客 保有客户 保客增购 增购 换购 置换 老客户增购 b 基盘增换购 existing",
                "来店/电": (
                    "来店 来电 到店 展厅 自然进店 自然到店 自然来店 自然客流 店头 路过 偶然 偶然路过 walk-in "
                    "walkin 进店 展厅顾客 来店顾客 来电顾客 首次来店 热线 s t s/t 飛込み 来場 내방"
                ),
                "内部购车": "员工 员工购车 内部 内部情报 内部推荐 同事 i e i/e 员工推荐 staff",
                "潜在开发": (
                    "开发 外拓 陌拜 陌生拜访 电销 电话营销 网销 网络 网电 线上 电商 dcc dcc转入 线索 垂媒 "
                    "互联网 陌生开发 主动开发 k 二网 官网 直播 新媒体 internet online web"
                ),
                "展示会": ("车展 巡展 展会 外展 活动 团购 团购会 定展 静展 商超展 店头活动 p event autoshow motorshow"),
            }
        ),
        (
            ("介绍|推荐|转介", "VIP购车/介绍"),
            ("车展|巡展|展会|外展|团购|静展", "展示会"),
            ("基盘|保客|保有", "基盘"),
            ("自然|展厅|店头|路过", "来店/电"),
        ),
    ),
    Means.MEDIA: _of(
        "渠道",
        _all(
            户外="户外广告 广告牌 公交 公交车广告 公交广告 路牌 高炮 墙体 楼宇 电梯广告 billboard outdoor",
            巡展="车展 外展 展会 定展 静展",
            报纸="报纸广告 报刊 杂志 newspaper",
            电台="电台广告 广播 交通台 收音机 radio",
            电视="电视广告 电视台 tv",
            互联网=(
                "网络 网站 地方网站 官网 百度 搜索 太平洋汽车网 太平洋 爱卡 网络广告 微博 internet online website web"
            ),
            汽车之家="之家 autohome",
            懂车帝="懂车弟 dongchedi",
            易车="易车网 bitauto yiche",
            抖音="抖音直播 抖音来客 巨量 douyin tiktok",
            短信="短信群发 sms",
            店头="店头促销 展厅 店面 门头",
            传单="街头传单 dm 单页 宣传单 leaflet",
            朋友介绍="介绍 熟人介绍 老客户转介绍 老客户介绍 转介绍 朋友推荐 亲友介绍 referral friend",
            拜访="销售员拜访 外拓 陌拜",
            偶然="路过 路过看到 偶然光顾 偶然路过 顺路 passingby passby",
            竞品拦截="拦截",
            其他="其它 other others",
        ),
    ),
    Means.PURPOSE: _of(
        "活动目的",
        _all(
            接待="来店接待 展厅接待 接待客户",
            开拓="新客户开发 开发 首次接触 潜客开发",
            促进="跟进 促进成交 推进 追踪 跟踪 意向促进 邀约",
            手续="手续办理 手续管理 订单 交车 提车 办手续 上牌",
            售后回访="回访 售后 关怀 客户关怀 保客回访",
        ),
    ),
    Means.CONTACT_BY: _of(
        "接触方式",
        _all(
            来店="到店 展厅 展厅接待 展厅现场接待 店面洽谈 来店接待 showroom visit",
            电话="电访 去电 回电 致电 t tel phone call 打电话 電話 전화",
            微信="l wechat wx 微信沟通 企微 企业微信 line 微信聊天",
            短信="短信问候 dm 信函 邮寄 邮件 e-mail email sms e m",
            拜访="亲访 上门 外拜 上门拜访 家访 登门 v 방문 訪問",
        ),
        (
            ("电话|去电|来电", "电话"),
            ("微信", "微信"),
            ("短信", "短信"),
            ("拜访|上门|亲访", "拜访"),
            ("到店|来店|展厅", "来店"),
        ),
    ),
    Means.RESULT: _of(
        "接触结果",
        _all(
            继续跟进="跟进 继续 跟进中 有意向 考虑中 已邀约 保持联系 维护客户信息 待跟进",
            已订="已下订 成交 已成交 已订车 下订 签订合同 订车",
            战败申请="战败 申请战败 无意向 客户无意向 已购其它品牌 放弃",
            未接通="未接 无人接听 占线 关机 停机 拒接 未打通 执行失败 不接",
            信息不准="空号 错号 非机主 号码错误 打错",
        ),
    ),
    Means.SECTION: _of("日报类别", _all(当日总结="总结 今日 当日 实绩 已完成", 明日计划="计划 明日 次日")),
    Means.LOSS_KIND: _of(
        "战败类型",
        _all(
            战败="f f1 已战败 战败客户 已购竞品 流失 lost",
            冻结="休眠 冷冻 f2 暂缓 暂不购车 暂停 dormant",
            失控="l 失联 联系不上 无法联系 uncontactable",
            无效="无效客户 无效线索 假信息 空号 invalid",
            重复="重复客户 重复登记 duplicate",
        ),
    ),
    Means.DECISION: _of(
        "审批",
        _all(
            同意="通过 批准 可以 属实 准 已审批 同意战败 ok approved y √",
            驳回="拒绝 不同意 不通过 再跟 再跟一次 继续跟进 继续跟踪 再跟进 退回 rejected n",
            待审="待审批 未审批 审核中 待定 pending",
        ),
        (("继续|再跟|再联系|不同意|驳回", "驳回"), ("^同意|通过", "同意")),
    ),
    Means.STATE: _of(
        "状态",
        _all(
            在跟="跟进中 意向 意向客户 潜客 有效 继续跟进 在跟进 活跃",
            已订="已下订 订单客户 已订车 o 待交车",
            已交车="d 已交付 保有 已成交 已提车 成交",
            战败="f1 已战败 流失",
            冻结="休眠 冷冻",
            失控="失联",
            无效="无效客户",
        ),
    ),
    Means.LEAD_STATE: _of(
        "状态",
        _all(
            在跟=(
                "待跟进 已跟进 跟进中 未跟进 有效 已联系 待分配 已分配 已下发 新线索 待处理 处理中 已邀约 "
                "已到店 未联系 待联系 new open pending contacted following active"
            ),
            无效="无效 无效线索 空号 已关闭 假线索 重复线索 无意向 invalid closed junk",
            战败="战败 已战败 lost",
            已订="已成交 成交 已下订 won sold ordered",
        ),
    ),
    Means.PERSON_KIND: _of(
        "客户类型", _all(个人="私人 个人客户 家用 私户 personal", 单位="公司 企业 单位客户 集团 对公 机关 corporate")
    ),
    Means.MAY_CONTACT: Words(CODES["是否"], _YES_NO),
    Means.PURCHASE_KIND: _of(
        "购车类型", _all(首购="首次购车 新购 首次 首购客户", 换购="置换 换车 二手车置换", 增购="增购 再购 加购")
    ),
    Means.STAGE: _of(
        "流程阶段",
        _all(
            初次接触="接触",
            需求="需求分析",
            展示="新车介绍 产品介绍 新车展示",
            试车="试乘试驾 试驾",
            报价成交="报价 议价 成交 签约",
            交车="交付 递交新车",
        ),
    ),
    Means.CARE_ITEM: _of(
        "关怀项目",
        _all(
            交车当日="交车当天 当日 到家",
            三日="三日回访 3日回访 3天回访 三天回访 3dc",
            七日="七日回访 7日回访 7天回访 七天回访 一周回访 7dc",
            首保="首保提醒 首次保养",
            二保="二次保养",
            生日="生日关怀 生日祝福",
            保险="续保 保险到期 续保提醒",
            年检="年审 年检提醒",
            定期="定期回访 常规回访 三个月回访",
            其他="其它 节日关怀",
        ),
    ),
    Means.NO_CONTACT: _of(
        "未留档原因",
        {},
        (
            ("环境", "公司-环境"),
            ("管理", "公司-管理"),
            ("公司形象|店面形象", "公司-形象"),
            ("价格|太贵|预算", "产品-价格"),
            ("品质|质量", "产品-品质"),
            ("落差|失望", "产品-落差"),
            ("闲逛|随便看|看看|路过", "客户-闲逛"),
            ("时机|不急|以后再|暂不", "客户-时机未到"),
            ("已定|已订|认定|他牌|别的牌", "客户-已定品牌"),
            ("不愉快|投诉", "客户-不愉快经历"),
            ("态度", "顾问-态度"),
            ("不专业|专业", "顾问-专业"),
            ("技巧", "顾问-技巧"),
        ),
    ),
    Means.LOSS_REASON: _of(
        "战败原因",
        {},
        (
            ("(?:同城|他店|别店|别的店|其他店|外店|同品牌).*(?:便宜|价|优惠|低)", "他店同品牌-价格"),
            ("没?(?:现车|无车|缺货|没车|等不及|库存)", "他店同品牌-缺货"),
            ("他店|别店|其他店|同品牌", "他店同品牌-促销"),
            ("喜欢|品牌|牌子|竞品(?!价)", "他品牌-喜好"),
            ("配置|空间|动力|油耗", "他品牌-配置"),
            ("口碑|质量|负面", "他品牌-口碑"),
            ("价格|太贵|贵|优惠|降价|便宜|预算", "他品牌-价格"),
            ("态度|服务", "本店原因-态度"),
            ("跟进|回访不", "本店原因-跟进不及时"),
            ("失信|承诺", "本店原因-失信"),
            ("专业", "本店原因-专业"),
            ("不买|放弃|取消|暂缓|不考虑|推迟|没钱|资金", "放弃购买"),
        ),
    ),
    Means.PAYMENT: _of(
        "付款状态",
        _all(
            O1="未付 未付订金 未交定金",
            O2="已付定金 已付订金 定金 订金",
            O3="全款 已付全款 付清 全款未到车",
            O4="全款车到 车到 全款待交",
        ),
    ),
}
WORDS[Means.PLANNED_MEANS] = WORDS[Means.CONTACT_BY]
WORDS[Means.PLANNED_PURPOSE] = WORDS[Means.PURPOSE]
"""Words by what a column means."""

_LEGEND = re.compile(
    r"([A-Z]{1,2}\d?|\d{1,2})\s*[:：\-—–=.、]?\s*([^\s；;，,、。:：]{2,14}?(?:[/／][^\s；;，,、。]{1,10})?)(?=[\s；;，,、。]|$)"
)


def legend_of(texts: Iterable[str]) -> dict[str, str]:
    """What letters mean by the notes of a sheet: "A:报纸广告；B:电台广告" → {"A": "报纸广告", …}; the first meaning of each."""
    found: dict[str, str] = {}
    for text in texts:
        for letter, meaning in _LEGEND.findall(text):
            found.setdefault(letter, meaning)
    return found


def legends_of(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """The legends of a sheet by the word before them: "渠道：A:报纸广告…" → {"渠道": {"A": …}}; "" for those before any."""
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        for head, body in _headed(text):
            legend = legend_of([body])
            if legend:
                found.setdefault(head, {}).update(legend)
    return found


_HEADED = re.compile(r"([\u4e00-\u9fff]{2,6})\s*[:：]\s*(?=[A-Z\d])")


def _headed(text: str) -> Iterable[tuple[str, str]]:
    places = list(_HEADED.finditer(text))
    yield "", text[: places[0].start()] if places else text
    for place, after in zip(places, [*places[1:], None], strict=False):
        yield place[1], text[place.end() : after.start() if after else len(text)]
