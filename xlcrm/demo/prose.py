"""What consultants write: 注释 and 经过, varied enough that nobody seems to copy."""

from __future__ import annotations

import random
from collections.abc import Callable

_OPENINGS = {
    "首次到店": (
        "初次到店",
        "路过进店",
        "看到广告到店",
        "和家人一起到店",
        "下班后到店",
        "经朋友介绍到店",
        "逛街时进店",
    ),
    "来店": ("再次到店", "按约到店", "带家人到店", "下班后又来", "周末再来", "带朋友到店", "约好来看现车"),
    "来电": ("来电", "打来电话", "看到广告来电", "来电咨询", "网上看到后来电"),
    "电话": (
        "致电回访",
        "电话联系",
        "去电问候",
        "按计划去电",
        "午间通话",
        "电话里聊了几分钟",
        "回拨未接来电",
        "通话五分钟",
    ),
    "微信": ("微信联系", "微信语音沟通", "微信发去资料", "微信回复提问", "微信发了试驾视频", "朋友圈互动后私信"),
    "短信": ("发短信邀约", "短信发去优惠", "短信提醒活动"),
    "拜访": ("上门拜访", "到单位拜访", "送资料上门"),
}
_TOPICS = (
    "谈了{car}的贷款方案",
    "算了{car}的落地价",
    "介绍了{car}的智能座舱",
    "比较了{car}和{rival}",
    "说到{car}的后排空间",
    "说明了{car}的保养周期",
    "问起{car}的现车颜色",
    "关心{car}的油耗",
    "问{car}的置换补贴",
    "想知道{car}的交车时间",
    "讲解了{car}的安全配置",
    "聊到{car}上月的优惠",
    "讲了{car}各配置的差别",
    "核对了{car}的保险报价",
    "问{car}能否按揭三年",
)
_SIGHTS = (
    "看了{car}的后排空间",
    "试坐了{car}的第二排",
    "对照配置表看了{car}",
    "在{car}旁谈了很久",
    "试了{car}的车机和音响",
    "量了{car}的后备厢",
)
_REACTIONS = (
    "首付还差一点",
    "要和家里商量",
    "觉得价格还能谈",
    "对颜色比较满意",
    "更在意空间",
    "嫌等车时间长",
    "父母也想来看看",
    "旧车还没卖掉",
    "年底奖金发了再定",
    "已看过{rival}",
    "认可品牌口碑",
    "希望送装潢",
    "驾照下月才拿到",
    "想等周末活动",
    "预算有些紧",
    "单位报销手续在办",
    "孩子开学后有空",
    "想先试驾再定",
    "想要高配",
    "担心保值率",
)
_CLOSES = (
    "约周末再来",
    "下次带家人来",
    "发了报价单",
    "加了微信",
    "答应再问一次优惠",
    "留意现车到店",
    "约了试驾",
    "等对方回话",
    "已报主管",
    "把竞品对比表发去",
)
_LEAVING = (
    "看了一圈{car}没坐下",
    "只问了{car}的价格",
    "陪朋友来看{car}",
    "拿了{car}的单页就走",
    "赶时间，看过{car}先走",
    "觉得{car}超出预算",
    "说还早，随便看看{car}",
    "在等孩子下课，顺便看{car}",
)
_UNWILLING = ("不愿留电话", "电话下次再留", "婉拒留联系方式", "说有需要会再来", "只肯看资料")
_UNREACHED = ("响铃无人接听", "提示关机", "对方正在通话", "接通后挂断", "信号不好听不清", "转到语音信箱")
_RETRIES = ("改发短信说明来意", "晚些再打", "已加微信待通过", "留言请回电", "明早再联系", "发了活动海报")
_WRONG = ("接听者称打错了", "号码似乎换了机主", "对方说不认识本人")
_ERRANDS = {
    "维修": ("来做保养，引到售后前台", "车窗异响，转售后检查", "来补漆，交给维修接待", "换机油，顺路看新车"),
    "手续": ("来取发票复印件", "补办临时牌照", "来签按揭补充资料", "取车辆合格证"),
    "其他": ("送快递到展厅", "保险公司来谈合作", "来找同事", "借用卫生间和充电"),
}
_HANDOVER = ("交车", "交付新车", "完成交车", "按约交车")
_HANDOVER_DETAILS = (
    "讲解了{car}的功能",
    "一起验了车身和轮胎",
    "拍了交车合影",
    "办妥保险和临牌",
    "送了脚垫和行车记录仪",
)
_HANDOVER_MOODS = ("客户很满意", "家人都来了", "提醒首保时间", "约好加车友群", "客户当场发了朋友圈")
_CARE = {
    "交车当日": ("问候是否平安到家", "确认车辆一切正常", "提醒磨合期注意事项"),
    "三日": ("询问三天来用车感受", "解答车机连接问题", "问起空调使用"),
    "七日": ("一周回访，问驾驶习惯", "提醒查看胎压", "邀请加入车友群"),
    "首保": ("提醒首保里程将到", "预约首保时间", "说明首保免费项目"),
    "生日": ("祝生日快乐，送洗车券", "送上生日祝福", "生日问候并寄贺卡"),
    "保险": ("提醒续保日期", "报了续保价格", "说明续保礼包"),
    "年检": ("提醒年检日期", "说明代办年检服务", "核对年检材料"),
    "定期": ("例行问候，用车正常", "询问近期用车情况", "介绍换季检查活动"),
}
_OWNER_MOODS = ("客户表示满意", "客户说一切都好", "客户有空会来", "客户表示感谢", "客户提了停车异响", "愿意介绍朋友来")
_LOST = ("明确表示不再考虑", "客气回绝了", "请我们不必再联系", "说买车计划取消", "说另有选择", "态度已很冷淡")
_ORDERED = ("谈妥价格下订", "当场交了定金", "签了合同", "家里同意，决定订车", "接受交车时间，下订")
_JUMPS = {True: "，情况有变，近期就想定下来", False: "，情况有变，购车计划要推后不少"}

_TRIES = 20


class Prose:
    """A day's sheet of paper: no story is written twice on it."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._told: set[str] = set()

    def new_day(self) -> None:
        self._told.clear()

    def contact(self, means: str, car: str, rival: str | None, result: str) -> str:
        """A talk with a prospect; ``means`` is a 方式, or 首次到店 or 来电 for the first one, ``result`` the 结果."""
        topics = _TOPICS + _SIGHTS if means in ("首次到店", "来店") else _TOPICS
        closes = {"已订": _ORDERED, "战败申请": _LOST}.get(result, _CLOSES)

        def tell() -> str:
            parts = (self._pick(words) for words in (_OPENINGS[means], topics, _REACTIONS, closes))
            return "，".join(parts).format(car=car, rival=rival or "别家车")

        return self._fresh(tell)

    def unreached(self) -> str:
        return self._fresh(lambda: f"{self._pick(_UNREACHED)}，{self._pick(_RETRIES)}")

    def wrong_number(self) -> str:
        return self._fresh(lambda: f"{self._pick(_WRONG)}，{self._pick(_RETRIES)}")

    def leaving(self, car: str) -> str:
        """A party that leaves no contact."""
        return self._fresh(lambda: f"{self._pick(_LEAVING)}，{self._pick(_UNWILLING)}".format(car=car))

    def errand(self, purpose: str) -> str:
        return self._fresh(lambda: self._pick(_ERRANDS[purpose]))

    def handover(self, car: str) -> str:
        def tell() -> str:
            text = f"{self._pick(_HANDOVER)}，{self._pick(_HANDOVER_DETAILS)}，{self._pick(_HANDOVER_MOODS)}"
            return text.format(car=car)

        return self._fresh(tell)

    def care(self, item: str) -> str:
        return self._fresh(lambda: f"{self._pick(_CARE[item])}，{self._pick(_OWNER_MOODS)}")

    def jump(self, story: str, warmer: bool) -> str:
        """The same story with the reason for a jump of two grades or more."""
        return story + _JUMPS[warmer]

    def _pick(self, texts: tuple[str, ...]) -> str:
        return self._rng.choice(texts)

    def _fresh(self, tell: Callable[[], str]) -> str:
        """A text not yet used today; when words run out the minute is noted too."""
        text = tell()
        for _ in range(_TRIES):
            if text not in self._told:
                break
            text = tell()
        while text in self._told:
            text = f"{text}（{self._rng.randrange(9, 18)}:{self._rng.randrange(60):02d}）"
        self._told.add(text)
        return text
