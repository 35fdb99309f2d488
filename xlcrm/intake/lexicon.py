"""What the header of a column may mean: spellings of dealers, dealer systems and brands, in four languages.

A header is stripped of its noise (question numbers, （必填）, units, line breaks) and cut into the parts that may each be its
name (the Chinese half, the English half, what stands in brackets); the first pattern that matches a part whole decides.
Several meanings of one pattern are decided by the values of the column. Source: SPEC section 9 and practice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from xlcrm.forms.states import CareItem


class Means(Enum):
    """What a column may hold. The value is the word for people."""

    __hash__ = object.__hash__  # members are looked up for every cell, and that of Enum hashes the name each time
    NUMBER = "序号"
    WEEKDAY = "星期"
    CUSTOMER_NUMBER = "客户编号"
    LEAD_NUMBER = "线索编号"
    NAME = "客户姓名"
    NICKNAME = "昵称"
    GENDER = "性别"
    PHONE = "电话"
    SPARE_PHONE = "备用电话"
    OTHERS_PHONE = "别人的电话"
    DATE = "日期"
    MOMENT_OR_TIME = "时间"
    TIME_IN = "进店时间"
    TIME_OUT = "离去时间"
    STAY = "进店-离去时间"
    DURATION = "停留时长"
    CHANNEL = "来店/来电"
    FIRST = "首次/再次"
    SECOND = "是否二次到店"
    VISIT_PURPOSE = "来店目的"
    PEOPLE = "来店人数"
    MODEL = "车型"
    GRADE = "级别"
    INITIAL_GRADE = "初始级别"
    OPENING_GRADE = "月初级别"
    RESULT_GRADE = "月末结果"
    GRADE_BEFORE = "原级别"
    GRADE_AFTER = "现级别"
    SOURCE = "来源"
    MEDIA = "渠道"
    RIVAL = "竞品"
    DRIVE = "试乘试驾"
    DRIVE_DATE = "试驾日期"
    DRIVE_RECORD = "试驾记录"
    WAIVER = "试驾保证书"
    ORDERED = "现场订购"
    NO_CONTACT = "未留档原因"
    CONSULTANT = "销售顾问"
    FORMER_CONSULTANT = "前销售顾问"
    NOTE = "注释"
    STORY = "经过"
    FILED = "填写时间"
    REVIEWED = "经理审核"
    SECTION = "类别"
    PLANNED_ON = "计划日期"
    PLANNED_MEANS = "计划方式"
    PLANNED_PURPOSE = "计划目的"
    DONE_ON = "执行日期"
    PURPOSE = "目的"
    CONTACT_BY = "方式"
    RESULT = "结果"
    NEXT_ON = "下次回访"
    LAST_ON = "最近回访"
    INSTRUCTION = "主管批示"
    FIRST_CONTACT = "初洽日期"
    CARDED_ON = "建卡日期"
    GRADED_ON = "入级日期"
    EXPECTED_ON = "预计购车日"
    STAGE = "流程阶段"
    QUANTITY = "数量"
    ORDER_NUMBER = "订单号"
    ORDERED_ON = "订单日期"
    SMALL_DEPOSIT_ON = "小定日期"
    FIRM_ORDER_ON = "大定日期"
    LOCKED_ON = "锁单日期"
    AMOUNT = "金额"
    PAYMENT = "付款状态"
    RECEIVED = "已收款"
    DUE_ON = "预计交车"
    DELIVERED_ON = "交车日期"
    CANCELLED_ON = "退订日期"
    VIN = "VIN"
    PLATE = "车牌"
    BOUGHT_ON = "购买日期"
    USE = "用途"
    FIRST_SERVICE_ON = "首保到期"
    INSURED_UNTIL = "保险到期"
    INSPECTED_UNTIL = "年检到期"
    LAST_SEEN_ON = "最近进厂"
    BIRTHDAY = "生日"
    CARE_ITEM = "关怀项目"
    LOSS_KIND = "战败类型"
    LOSS_REASON = "战败原因"
    LOST_TO = "去向/竞品"
    APPLIED_ON = "申请日期"
    DECISION = "审批"
    DECIDER = "审批人"
    DECIDED_ON = "审批日期"
    STATE = "状态"
    LEAD_STATE = "线索状态"
    ANSWERED_AT = "首次跟进时间"
    INVITED_ON = "邀约到店日期"
    PERSON_KIND = "客户类型"
    MAY_CONTACT = "同意联系"
    OCCUPATION = "职业/单位"
    ADDRESS = "住址"
    PRESENT_CAR = "现有车辆"
    PURCHASE_KIND = "购车类型"
    NEEDS = "需求与预算"
    FAMILY = "家庭"
    LIVING = "生活与爱好"
    CHARACTER = "个性与忌讳"
    RELATIONS = "人际"
    REVISED_ON = "最近修订"
    STAFF = "员工资料"
    UNLABELLED = "没有栏名"
    """Noted on a card beside what has a label."""
    ASIDE = "其余"
    """Known, and no column of ours."""


M = Means

_WHO = (
    "客户|顾客|车主|潜客|潜在客户|用户|购车人|购车者|订车人|订车客户|订户|买受人|买方|来访者|来店者|来访人|来宾|访客|联系人|"
    "意向客户|保有客户|跟进客户|拜访客户|访问客户|接待客户|战败客户|流失客户|回访客户|被访者|有望客户|本人|客人"
)
_WHO_CALLS = "顾问|跟进人|员工|业务员|业代|销售员?|接待|负责人|归属|坐席|专员|担当|店员|经理"
_REFERRER = "介绍人|推荐人|转介绍|老客户|老车主|紹介者|소개자|referr"
_CONTACTED = "跟进|跟踪|回访|访问|拜访|联系|沟通|洽谈|接触|追踪|邀约"
_DAY = "(?:日期(?:[及和与]?时间)?|时间|日|年月日|时刻|月日|期)"
_PHONE = (
    "(?:电话|手机|联系方式|移动电话|电话号码|手机号码?|電話(?:番号)?|携帯(?:電話|番号)*|連絡先"
    "|연락처|전화(?:번호)?|휴대(?:폰|전화)(?:번호)?|핸드폰)"
)
_COMES_FROM = "(?:线索|信息|客户|客流)?(?:来源|渠道)"
OTHER_DESK = r"(?:dcc|网销|电销|邀约|直播|新媒体|客户)(?:专员|顾问|客服|人员)|dcc"
"""Who has a customer before a consultant does."""
_MODEL = "(?:车型|车系|车款|车种|车别|车类|車種|車型|車名|型号|车型配置|款型)"

_PATTERNS: tuple[tuple[str, tuple[Means, ...]], ...] = (
    (r"序号?|no|编号|番号|連番|項番|순번|번호|seq|item|行号|#|sn", (M.NUMBER,)),
    (r"星期|周几|weekday|曜日|요일|天气|天候", (M.WEEKDAY,)),
    (
        r"(?:客户|顾客|潜客|会员|档案|卡|卡片|customer|client|顧客|お客様)(?:编号|编码|id|号|no|番号|码|"
        r"number|号码)|卡号|고객(?:번호|id)",
        (M.CUSTOMER_NUMBER,),
    ),
    (r"(?:线索|商机|留资|lead|clue)(?:id|编号|号|编码|no)", (M.LEAD_NUMBER,)),
    (
        r"(?:(?:销售)?订单(?:流水)?|合同|协议|契约|订车单?|销售单|注文|契約|주문|계약|order|contract|booking)(?:编号|编码|号码?|id|no|"
        r"number|番号|번호)",
        (M.ORDER_NUMBER,),
    ),
    # phones: whose they are comes before what they are
    (rf".*(?:{_REFERRER}).*(?:{_PHONE}|phone|号码).*|(?:经销商|门店|店端|紧急).*{_PHONE}.*", (M.OTHERS_PHONE,)),
    (
        rf"(?:.*(?:{_WHO_CALLS}).*|(?:sales|sc|consultant|advisor).*)(?:{_PHONE}|号码|phone|mobile).*",
        (M.OTHERS_PHONE,),
    ),
    (
        r"(?:备用|其他|其它|另一?|家庭|家用|住宅|宅|办公|单位|固定|第二|备选|次要).*(?:电话|手机|联系方式|"
        r"号码)\d?|座机|固话|宅电|(?:alternate|home|office|second|other)(?:phone|tel|mobile).*|自宅電話|"
        r"勤務先電話",
        (M.SPARE_PHONE,),
    ),
    (
        rf"(?!是否|有无|无|未)(?:.*{_PHONE}(?:号码?|no)?\d?)(?!回访|跟进|邀约|接听|沟通|记录|次数)|"
        rf"tel(?:ephone)?(?:no|number)?|(?:customer|client|guest|contact)?(?:mobile|phone|cell)(?:phone)?(?:no|"
        rf"number|num)?|contact(?:no|number|info)?|電話番号?|微信电话",
        (M.PHONE,),
    ),
    (rf".*(?:{_REFERRER}).*", (M.ASIDE,)),
    # names
    (r"(?:用户|抖音|微信|网络|平台)?昵称|微信名|nickname", (M.NICKNAME,)),
    (
        rf"(?:{_WHO})(?:的?(?:姓名|名称|名字|名|称呼|全名|全称|尊称))?(?:及|和|与)?{_PHONE}?|(?:客户|顾客)(?:信息|"
        rf"资料)|姓名|称呼|尊姓大名|(?:姓名|名称|称呼)(?:及|和|与)?{_PHONE}",
        (M.NAME,),
    ),
    (
        r"(?:customer|client|guest|prospect|buyer|visitor|owner|contact|cust|account)s?(?:full)?(?:name)?|(?:full)?name",
        (M.NAME,),
    ),
    (
        r"(?:ご?(?:お客様|お客さま|来店者|契約者|使用者|所有者|顧客|来場者))(?:の)?(?:お名前|ご?氏名|名|様)?|"
        r"ご?氏名|お名前|ご芳名",
        (M.NAME,),
    ),
    (r"(?:고객|내방객|방문객|방문자|계약자|차주)?(?:성명|명|이름|성함)|고객", (M.NAME,)),
    (r"(?:客户|顾客)?(?:性别|称谓)|性別|성별|gender|sex|mf", (M.GENDER,)),
    # the visit
    (
        r"来店来电话?|来电来店|来店电话?|(?:来访|来店|到店|到访|客流|接待|进店|接触|来客)(?:方式|类别|类型|"
        r"形式|区分|種別|种类)|walkin.*(?:call|phone|tel).*|(?:visit|traffic|contact|enquiry|inquiry)?(?:type|"
        r"mode)|来店区分|(?:방문|내방|접수)(?:구분|유형|형태)",
        (M.CHANNEL, M.FIRST, M.LOSS_KIND, M.PERSON_KIND, M.SECTION),
    ),
    (r"是否(?:为)?(?:二次|再次|2次|多次)(?:到店|来店|进店|客流|来访)?|(?:二次|再次)(?:到店|来店|进店)", (M.SECOND,)),
    (
        r"首次再次|首次或再次|初次?再次?|首次?再|[新首初][老旧复再](?:客户?)?|(?:是否(?:为)?)?(?:首次|第一次|初次|"
        r"首)(?:来店|到店|来访|进店|客流|到访|接触)?(?:客户)?|(?:来店|到店|来访|进店|到访)(?:频率|次数|频次|"
        r"状态|批次)|次别|是否新客户?|(?:new|first|1st)(?:visit|time)?(?:or)?(?:returning|repeat|beback|again|"
        r"revisit|return|second|old).*|visit(?:no|times|count|status)|firstvisit.*|新規再来店?|新規リピート|"
        r"初回再来店?|来店回数|신규재방문|신규여부|방문(?:차수|횟수)|신규재내방",
        (M.FIRST, M.CHANNEL, M.FIRST_CONTACT),
    ),
    (r"(?:来店|来访|到访|到店)性质|客户性质", (M.FIRST, M.CHANNEL, M.PERSON_KIND)),
    (
        r"(?:来店|来访|到店|到访|进店)(?:目的|事由|意图|事项)|来意|来店用件|방문목적|purposeofvisit|visitpurpose",
        (M.VISIT_PURPOSE,),
    ),
    (
        r"(?:进店|来店|到店|入店)(?:至|到)?(?:离店|离去|离开)(?:时间|时段)?|进离店时间|在店时段|来店时间段|"
        r"来店时段|(?:接待|停留|在店|来店)(?:时间段|时段)|起止时间|timeinout|timeinandout|滞在時間帯|"
        r"来退店時[間刻]",
        (M.STAY,),
    ),
    (r"在店时间|接待时间|在店時間|停留时间|滞在時間|체류시간", (M.STAY, M.TIME_IN, M.DURATION, M.DATE)),
    (
        r"(?:停留|接触|接待|在店|洽谈|滞留|留店)(?:时长|分钟数?|时间分钟)(?:分钟)?|staytime|durationm?i?n?s?|"
        r"stayduration",
        (M.DURATION,),
    ),
    (
        r"(?:进店|来店|到店|入店|来访|到访|进厅|抵店|到达|入场|开始)(?:时间|时刻|時間|時刻|钟点|点)|进店|到店|几点(?:到|来|进)[店厅]?的?|"
        r"入店|来时|来店時[間刻]|入店時[間刻]|timein|intime|(?:arrival|arrive|checkin|start|entry|enter|"
        r"visit)(?:time)?|timeofarrival|(?:방문|입장|내방|도착|입점|입실)(?:시간|시각)|time",
        (M.TIME_IN, M.DATE),
    ),
    (
        r"(?:离店|离去|离开|出店|离厅|结束|送客|送离|退店|离场)(?:时间|时刻|時間|時刻|钟点)?|退店時[間刻]|几点(?:离开|离店|走)的?|"
        r"timeout|outtime|(?:departure|depart|leave|leaving|left|checkout|end|exit)(?:time)?|timeofdeparture|"
        r"(?:퇴장|퇴점|퇴실|출발|종료|퇴거)(?:시간|시각)",
        (M.TIME_OUT,),
    ),
    (r"时间|時間|時刻|시간|datetime|日期时间|日期及时间", (M.MOMENT_OR_TIME,)),
    (
        r"(?:来店|到店|随行|同行|来访|进店|客户|陪同)?人[数數员](?:位)?|(?:随行|同行)(?:人员)?|人数|(?:no|"
        r"number)?of?(?:people|persons?|visitors|guests)|partysize|pax|persons|people|인원수?|방문인원|"
        r"来店人員",
        (M.PEOPLE,),
    ),
    # cars
    (
        rf".*(?:竞品|竞争|对比|比较|竞车|競合|경쟁).*|(?:对手|竞)(?:{_MODEL}|品牌)?|competitor.*|rival.*|competing.*",
        (M.RIVAL,),
    ),
    (
        rf"(?:现有|现用|目前用|在用|在驾|保有|原有|旧|置换|现|自有|已有)(?:车辆?|{_MODEL}|用车|"
        rf"品牌车型)(?:年份)?(?:里程)?.*|现有车辆?|现车|目前车辆|currentcar|currentvehicle|presentcar|現有車|"
        rf"現在の車|下取車?|현재차량|보유차량",
        (M.PRESENT_CAR,),
    ),
    (r"试乘?试?驾?(?:日期|时间|日)|試乗日|시승일자?|testdrivedate|driveon", (M.DRIVE_DATE,)),
    (
        r"(?:驾驶证|驾照|驾证)(?:号码?|编号|档案号)?|陪驾.*|陪同试驾.*|(?:出发|返回|起始|结束)?里程数?|"
        r"试驾(?:路线|里程|车牌|专员|车辆?|车型|开始.*|结束.*)|试乘试驾(?:路线|里程|车辆|车型|专员)|免許証.*|"
        r"운전면허.*|license(?:no|number)|driverlicen[sc]e.*",
        (M.DRIVE_RECORD,),
    ),
    (r".*(?:保证书|协议书|承诺书|同意书).*", (M.WAIVER,)),
    (
        r"(?:是否|有无)?(?:试乘试驾|试驾|试乘|試乗|시승)(?:情况|与否|状况|여부|有無|是否|次数)?|"
        r"testdrives?(?:yn|done|taken)?|td",
        (M.DRIVE,),
    ),
    (
        r"(?:战败|流失|购买|所购|已购|选购|失控|最终购买)(?:竞品|对手)?(?:车型|品牌|车系|去向|对象|何车|的车)|"
        r"去向|购买何车|流向|lostto|boughtwhat",
        (M.LOST_TO, M.MODEL),
    ),
    (
        rf"(?:主要|首选)?(?:客户|顾客)?(?:意向|拟购|拟定|关注|検討|欲购|意欲|咨询|感兴趣|希望|主要意向|目标|预购|"
        rf"订购|购车|订车|成交|购入|询价|需求|所购|看车|留资|購入?希望|契約|購入|関心)?(?:的)?{_MODEL}(?:名称|"
        rf"系列)?|主要意向|(?:意向|想看|看|关注)的?车|(?:car|vehicle)?models?(?:ofinterest|interested|name)?|(?:interested|interest|"
        rf"desired)(?:in)?(?:model|vehicle|car)|(?:vehicle|car)(?:ofinterest|model|interested)?|(?:관심|희망|"
        rf"구매|계약|상담|희망)?(?:차종|모델|차량)(?:명)?|車種希望|(?:意向|关注)?产品|车系车型|品牌车系",
        (M.MODEL,),
    ),
    (
        r"(?:意向|车身|外观|内饰|车辆)*(?:颜色|车色|色彩|配色)|colou?rs?|(?:ボディ)?カラー|色|색상|外観色|"
        r"品牌|意向品牌|brand|配置|版本|trim|年款|选装|精品",
        (M.ASIDE,),
    ),
    # grades
    (
        r"(?:前月|上月|月初|期初|上期|前期|上个月)(?:末|底|结转)?的?(?:客户|意向)?(?:确认度|级别|等级|有望度)|"
        r"前月確度|전월등급|lastmonth(?:level|grade)",
        (M.OPENING_GRADE,),
    ),
    (
        r"(?:初始|首次|初次|原始|建卡|首洽|初期|登记)(?:意向|客户)?(?:级别|等级|确认度|有望度)|"
        r"initial(?:level|grade)|初回確度",
        (M.INITIAL_GRADE,),
    ),
    (
        r"(?:促进|月末|月底|当月|本月|期末|最终|跟进|推进)末?(?:客户)?(?:结果|级别|等级|确认度)|(?:月末|月底|"
        r"期末|最终)状态|月末確度|월말등급|monthendlevel",
        (M.RESULT_GRADE, M.GRADE, M.RESULT),
    ),
    (
        r"(?:战败|流失|失控|休眠|申请)前的?(?:意向|客户)?(?:级别|等级|确认度)|(?:原|访前|跟进前|促进前|促前|"
        r"回访前|拜访前|之前|变更前|洽谈前|联系前|调整前|前)(?:客户|意向)?(?:级别|等级|确认度|有望度)|原有|"
        r"原来|原意向|访前|之前|level?before|gradebefore|before|変更前(?:確度)?|이전등급",
        (M.GRADE_BEFORE,),
    ),
    (
        r"(?:现|访后|跟进后|促进后|促后|回访后|拜访后|之后|变更后|洽谈后|联系后|调整后|后)(?:客户|"
        r"意向)?(?:级别|等级|确认度|有望度)|(?:级别|等级)(?:变化|变动|调整)|现在|访后|之后|levelafter|gradeafter|after|変更後(?:確度)?|"
        r"변경등급|이후등급",
        (M.GRADE_AFTER,),
    ),
    (
        r"(?:客户|顾客|潜客|线索)?(?:当前|目前|最新|现在|本次|二次|第二次)?(?:意向|购车|购买|成交)?(?:级别|"
        r"等级|分级|评级|有望度|确认度|确度|强度)(?:确认|habc)?|意向度?|(?:客户|购车)意向(?:级别|等级|度|"
        r"程度)?|habc级?|hab[c]?|(?:客户)?热度|(?:prospect|customer|lead|current|interest|purchase|client|"
        r"buying)?(?:level|grade|rating|rank|temperature|heat)|hotwarmcold|(?:見込(?:み)?(?:客)?|"
        r"購入)?(?:確度|有望度|ランク|見込度|見込みランク|見込ランク)|見込(?:み)?度?|(?:가망|고객|관심|"
        r"구매)?(?:등급|가능성)|가망도",
        (M.GRADE, M.LOSS_KIND),
    ),
    # where they come from
    (
        r"(?:线索|商机|来源|留资|互动|线索来源|订单|咨询)(?:类型|场景|触点|页面)",
        (M.ASIDE, M.CHANNEL, M.LOSS_KIND, M.PERSON_KIND, M.PURCHASE_KIND, M.SECTION),
    ),
    (
        rf"{_COMES_FROM}(?:大类|一级|1级)(?:分类)?|(?:一级|1级){_COMES_FROM}",
        (M.SOURCE, M.MEDIA),
    ),
    (
        rf"{_COMES_FROM}(?:小类|[二三]级|[23]级)(?:分类)?|(?:[二三]级|[23]级){_COMES_FROM}",
        (M.MEDIA, M.SOURCE),
    ),
    (
        r"(?:客户|客流|信息|线索|顾客|潜客|集客|意向|购车)?的?(?:来源|信源|客源)(?:分析|渠道|类别|途径|分类)?|集客方式|"
        r"来店(?:契机|动机|缘由|途径|原因|渠道)|(?:lead|customer|traffic|enquiry|inquiry)?(?:source|origin)(?:oflead|"
        r"ofcustomer|oftraffic)?|情報源|来店(?:動機|きっかけ|経緯|経路)|きっかけ|流入経路|集客(?:経路|媒体)|"
        r"(?:유입|방문|내방)(?:경로|동기|매체|채널)|howdid.*|"
        r"是?(?:从|由|通过)?(?:何处|哪里|哪儿|(?:什么|何种|哪种)(?:渠道|途径|方式)|如何|怎么|怎样)(?:得知|了解|知道|获知|听说).*",
        (M.SOURCE, M.MEDIA),
    ),
    (
        r"(?:信息|来源|客户|首触|获知|知晓|集客|宣传|广告|媒体|媒介|线索|推广|了解|得知|认知)?(?:渠道|媒体|媒介|"
        r"途径)(?:细分|来源|名称)?|media(?:source)?|channel|媒体|認知経路|매체|광고매체",
        (M.MEDIA, M.SOURCE),
    ),
    (
        r"(?:未|不|没)(?:留|建)(?:档|资|电话|联系方式|卡)?(?:的)?(?:原因|理由)?|无联系方式原因|未留存原因|"
        r"reasonfornocontact|nocontactreason",
        (M.NO_CONTACT,),
    ),
    (
        r"(?:是否|现场|当场|当日|当天|本次)*(?:订购|下订|订车|下定|交定|成交|签单|购车|签约)(?:与否|情况|否|"
        r"是否)?|订单|order(?:ed)?|sold|booked|booking|受注|成約|계약여부|계약|출고여부",
        (M.ORDERED,),
    ),
    # people of the shop
    (r"(?:前任?|原|上任)(?:销售)?(?:顾问|负责人|归属人)", (M.FORMER_CONSULTANT,)),
    (
        r"(?:销售|置业|业务|产品|汽车|值班|接待|跟进|归属|所属|负责|服务|专属|洽谈|申请)*(?:顾问|业务员|"
        r"业务代表|销售员|销售人员|销售代表|营业员|营销员|客户经理)(?:姓名|名称|名)?|(?:接待|跟进|跟踪|负责|"
        r"归属|责任|洽谈|销售|经办|对接|所属|分配|申请|跟单|拜访|访问|回访|营业|业务|战败)(?:人|人员|员工|者|"
        r"销售)|申请人|业代|担当(?:者|営業)?(?:名|者名)?|営業(?:担当)?(?:者|マン|スタッフ)?(?:名)?|(?:영업|"
        r"담당|상담|판매)(?:영업)?(?:사원|자|직원|원|담당|딜러)?(?:명)?|담당영업사원|(?:sales|"
        r"product)?(?:consultant|advisor|adviser|executive|salesperson|representative|salesman|rep)(?:name)?|"
        r"sales(?:person|staff|man|rep|name|associate|exec)?|sc|servedby|attendedby|handledby|归属销售|"
        r"所属销售|销售|销顾|建档人|接待员|product(?:expert|genius)|assignedto|(?:lead|opportunity|deal)owner",
        (M.CONSULTANT,),
    ),
    (r"接待", (M.CHANNEL, M.CONSULTANT)),
    (OTHER_DESK, (M.CONSULTANT,)),
    (
        r"职务|职位|岗位|部门|工号|入职.*|离职.*|出勤.*|考勤.*|身份证号?码?|学历|工龄|jobtitle|position|"
        r"department|employee.*|役職|部署|부서|직급",
        (M.STAFF, M.ASIDE),
    ),
    # what was done
    (
        rf"(?:计划|预定|预约|应|拟)(?:{_CONTACTED})?(?:的)?{_DAY}|(?:拜访|访问|回访)预定|予定日|예정일|"
        rf"planned?(?:date|on)|plandate",
        (M.PLANNED_ON,),
    ),
    (rf"(?:计划|预定|预约)(?:{_CONTACTED})?(?:方式|手段|形式)", (M.PLANNED_MEANS,)),
    (rf"(?:计划|预定)(?:{_CONTACTED})?(?:目的|内容|事项)", (M.PLANNED_PURPOSE,)),
    (
        rf"下一?次(?:{_CONTACTED})?(?:计划|安排|打算)|next(?:action|step|appointment)(?:date|on)?|次回アポ",
        (M.NEXT_ON, M.STORY),
    ),
    (rf"待(?:{_CONTACTED}){_DAY}|재방문(?:예정)?일자?", (M.NEXT_ON,)),
    (
        rf"(?:预约)?(?:下一?次|下回|再次|次回|다음|next)(?:预约|预计|计划|预定)?(?:{_CONTACTED}|回访|visit|"
        rf"followup|contact|call|来店|상담|방문|연락)?(?:客户)?(?:{_DAY}|date|on|予定日?|일자?|예정일)?|"
        rf"次回.*日|下次",
        (M.NEXT_ON,),
    ),
    (
        rf"(?:最近|上次|最后|末次|最新)(?:一次)?(?:{_CONTACTED})(?:{_DAY})?|last(?:contact|activity|followup|call).*|最終(?:接触|商談)日",
        (M.LAST_ON,),
    ),
    (rf"(?:{_CONTACTED}|电访)次数|联系频次", (M.ASIDE,)),
    (
        r"(?:活动|访问|拜访|跟进|联系|回访|拜访预定|接触|面谈)?目的|(?:活动|访问)类型|purpose|訪問目的|目的",
        (M.PURPOSE,),
    ),
    (
        rf"(?:{_CONTACTED}|执行|实际|访问状况|访问情况)?(?:方式|方法|手段|形式)|means|(?:contact)?method|"
        rf"(?:接触|連絡)方法|방법",
        (M.CONTACT_BY,),
    ),
    (rf"(?:{_CONTACTED}|处理|执行|接待)(?:的)?结果|结果|result|結果|결과", (M.RESULT,)),
    (
        r"(?:主管|领导|店长|总监)(?:的)?(?:批示|指示|意见|批注|点评|指导)(?:事项)?|(?:经理)(?:批示|指示|批注|"
        r"点评)(?:事项)?|批示|指示事项|上司コメント",
        (M.INSTRUCTION,),
    ),
    (
        r"(?:活动|记录|总结)?(?:类别|区分|分类)|section|category",
        (M.SECTION, M.LOSS_KIND, M.PERSON_KIND, M.SOURCE, M.CHANNEL),
    ),
    # days of a customer's life
    (rf"小定.*{_DAY}|小订.*{_DAY}|意向金.*{_DAY}|盲订.*{_DAY}", (M.SMALL_DEPOSIT_ON,)),
    (rf"大定.*{_DAY}?|大订.*{_DAY}?", (M.FIRM_ORDER_ON,)),
    (rf"(?:锁单|锁定订单).*{_DAY}?", (M.LOCKED_ON,)),
    (rf"(?:退订|退单|退定|取消|解约|退车){_DAY}|cancel(?:led|lation)?(?:date|on)|解約日|취소일", (M.CANCELLED_ON,)),
    (
        rf"(?:预计|计划|约定|预约|合同|承诺|预估|应)(?:的)?(?:交车|提车|交付|出库|上牌)(?:{_DAY})?|(?:expected|"
        rf"planned)delivery.*|納車予定日?|출고예정일",
        (M.DUE_ON,),
    ),
    (
        rf"(?:实际)?(?:交车|提车|交付|出库|交货)(?:{_DAY})|(?:实际|已)?交车|实际(?:提车|交付)|实提|delivered(?:on)?|delivery(?:date)?|納車日|"
        rf"출고일자?|인도일자?",
        (M.DELIVERED_ON,),
    ),
    (
        rf"(?:订单|订车|下订|下定|签约|签订|成交|合同|订购|签单|签署|受注|契約|定车|订金|交定|下单|계약|"
        rf"주문)(?:签订|签署)?(?:{_DAY}|일자?)|(?:order|contract|signing|booking)(?:date|on)|受注日|契約日|成約日",
        (M.ORDERED_ON, M.FIRST_CONTACT),
    ),
    (
        rf"(?:购车|购买|购置|开票|发票|上牌|购入|登録){_DAY}|purchasedate|invoicedate|購入日|구매일",
        (M.BOUGHT_ON, M.EXPECTED_ON),
    ),
    (
        rf"(?:预计|预期|计划|拟|打算|意向|预估|预定)(?:客户)?(?:购车|购买|成交|订车|购|下订|签单)(?:{_DAY}|"
        rf"时段|时期|周期|月份)?|购车(?:周期|计划时间|时段)|購入(?:予定|希望)(?:日|時期)?|구매(?:예정|희망)(?:일|"
        rf"시기)?|expectedpurchase.*|purchase(?:timeframe|plan)",
        (M.EXPECTED_ON,),
    ),
    (
        rf"(?:首保|首次保养|一保)(?:到期|提醒|计划|预计|应做)?(?:{_DAY})?|firstservice.*|初回点検日?",
        (M.FIRST_SERVICE_ON,),
    ),
    (
        rf"(?:保险|交强险|商业险|车险|续保|保險)(?:到期|截止|有效期|止期|终止)+(?:{_DAY})?|保险{_DAY}|"
        rf"insurance(?:expiry|until|due).*|保険満期日?|보험만기일?",
        (M.INSURED_UNTIL,),
    ),
    (
        rf"(?:年检|年审|验车|检车|审车)(?:到期|有效期|截止)?(?:{_DAY})?|inspection(?:due|expiry|until).*|"
        rf"車検満了日?|車検",
        (M.INSPECTED_UNTIL,),
    ),
    (
        rf"(?:最近|上次|最后|末次)(?:一次)?(?:进厂|回厂|入厂|保养|维修|来厂)(?:{_DAY})?|lastservice.*|最終入庫日",
        (M.LAST_SEEN_ON,),
    ),
    (
        r"(?:出生|生)(?:日期?|年月日?|年月)|生日|birthday|dateofbirth|dob|birthdate|生年月日|생년월일|생일",
        (M.BIRTHDAY,),
    ),
    (rf"(?:建卡|建档|立卡|录档|制卡){_DAY}", (M.CARDED_ON,)),
    (rf"(?:首次|第一次|首)(?:跟进|响应|外呼){_DAY}", (M.ANSWERED_AT,)),
    (rf"(?:邀约|预约)(?:到店|来店|进店){_DAY}", (M.INVITED_ON,)),
    (rf"(?:入级|定级|评级|升级|级别变更|级别调整){_DAY}", (M.GRADED_ON,)),
    (
        rf"(?:首洽|初洽|首次|初次|第一次|首访|初访|首接|首触|首|初回)(?:接触|接洽|洽谈|来店|到店|联系|访问|登记|留档|"
        rf"商談|接待|进店|来电|来访)?{_DAY}|接触{_DAY}|(?:线索|商机|留资|下单|咨询|询价|获取|分配|下发|派发|"
        rf"注册|客户|潜客)(?:创建|下发|生成|获取|分配|接收|产生|提交|录入|接入|留资)?{_DAY}|(?:留资|线索产生|"
        rf"线索)时间|初回(?:来店|接触|商談)日|최초(?:방문|상담|접촉)일자?|first(?:contact|visit)date|firstcontact|"
        rf"leadcreated.*|created(?:at|on|date|time)|createtime",
        (M.FIRST_CONTACT,),
    ),
    (rf"(?:申请|战败|流失|失控|休眠|放弃|无效|确认战败|lost){_DAY}|lostdate|失注日|실패일", (M.APPLIED_ON,)),
    (rf"(?:审批|审核|批准|批复|裁决){_DAY}", (M.DECIDED_ON,)),
    (
        r"(?:填写|录入|填表|填报|填单|提交答卷|答卷提交|提交|入力|更新|修改)(?:时间|日期|日時)|timestamp|"
        r"登録日時|등록일시|submittime",
        (M.FILED,),
    ),
    (
        rf"(?:执行|实际|本次|{_CONTACTED})(?:{_CONTACTED}|执行)?{_DAY}|(?:contact|followup|call)(?:date|on)|"
        rf"接触日|商談日|訪問日|상담일자?|통화일",
        (M.DONE_ON, M.DATE),
    ),
    (
        rf"日期|年月日|日付|年月日|날짜|일자|date|(?:来店|到店|来访|来電|来店来电|登记|接待|进店|到访|报告|"
        rf"工作|客流|报表|创建|visit|traffic|walkin|来場|방문|내방|접수|등록){_DAY}|(?:visit|traffic|log|entry|"
        rf"report)date|dateofvisit|来店日|来場日|受付日|来店日時|ご来店日|방문일[자시]?|내방일[자시]?|접수일|"
        rf"등록일|(?:enquiry|inquiry)(?:date|on)",
        (M.DATE, M.TIME_IN),
    ),
    # orders and owners
    (
        r"(?:成交|合同|订单|车辆|销售|裸车|开票|实际成交|总|成约|购车|整车|车|签约|落地)*(?:价格|价|金额|总价|"
        r"车款|总额|价款|车价)|(?:实际)?售价|指导价|amount|(?:total|selling|sale|deal|contract)?price|金額|契約金額|"
        r"販売価格|금액|계약금액|판매가",
        (M.AMOUNT,),
    ),
    (
        r"(?:已收|已付|实收|已交|预付|首付|收取|已付|支付)?(?:定金|订金|意向金|预付款|诚意金)(?:金额)?|"
        r"(?:已收|已付|实收|已交)(?:款项?|金额|车款)|收款(?:金额)?|(?:小定|大定)金额?|deposit(?:paid|amount)?|bookingamount|"
        r"downpayment|申込金|内金|手付金|계약금|선금",
        (M.RECEIVED,),
    ),
    (r"付款(?:状态|进度)|paymentstatus", (M.PAYMENT,)),
    (
        r"(?:付款|支付|购车|结算|购买)(?:方式|形式)|是否(?:按揭|贷款|置换)|按揭.*|贷款.*|保险公司|上牌.*|"
        r"发动机号?码?|engine.*|城市|所在城市|地区|省份|city|area",
        (M.ASIDE, M.PURCHASE_KIND),
    ),
    (r"(?:订购|订车|购车|销售)?(?:数量|台数|辆数|台|辆)|qty|quantity|units?|수량|대수", (M.QUANTITY,)),
    (r"(?:销售|流程|商谈|跟进|购买)?(?:流程)?阶段|stage", (M.STAGE,)),
    (r"vin.*|车架号?码?|底盘号|车辆识别.*|大架号|車台番号|차대번호|chassis.*", (M.VIN,)),
    (
        r"车牌号?码?|牌照号?码?|牌号|号牌|车号|plate(?:no|number)?|reg(?:istration)?(?:no|number)|licen[sc]eplate.*|carplate.*|登録番号|"
        r"차량번호|차번호",
        (M.PLATE,),
    ),
    (r"(?:车辆)?(?:用途|使用性质)|use|使用目的|용도", (M.USE,)),
    (r"(?:关怀|回访|电访|服务)(?:项目|类型|名称|类别|节点)", (M.CARE_ITEM, M.PURPOSE)),
    # losses
    (
        r"(?:战败|失控|流失|休眠|申请|战败失控|失控战败)(?:的)?(?:类型|类别|性质|分类|状态)|类型|类别|"
        r"losttype|失注区分",
        (M.LOSS_KIND, M.PERSON_KIND, M.CHANNEL, M.SECTION, M.PURCHASE_KIND),
    ),
    (
        r"(?:[一二12]级)?(?:战败|失控|流失|放弃|休眠|未成交|未购|败因|失败|无效|不购买|退订|lost)(?:的|主要|具体)?"
        r"(?:原因|理由|分析|说明)?(?:分析|说明|分类|大类|小类|[一二12]级)?|原因|理由|败因|(?:loss|lost|fail(?:ed|ure)?)?reason.*|失注(?:理由|"
        r"原因)|실패사유|사유",
        (M.LOSS_REASON,),
    ),
    (
        r"(?:经理|主管|领导|店长|销售经理|部门)?的?(?:审批|意见|审批意见|审核意见|审批结果|审核结果|审批状态|"
        r"审核状态|批准|是否同意|批复)",
        (M.DECISION, M.INSTRUCTION, M.REVIEWED),
    ),
    (r"(?:经理|主管|领导|销售经理)?(?:审核|审阅|确认|签字|签名|检查)", (M.REVIEWED, M.DECISION)),
    (r"(?:审批|审核|批准|裁决)(?:人|者|经理)", (M.DECIDER,)),
    # states
    (r"(?:线索|处理|商机|邀约|下发|有效|跟进)(?:的)?(?:状态|有效性)|是否有效|无效原因|leadstatus", (M.LEAD_STATE,)),
    (r"(?:prospect|customer|client)status", (M.STATE, M.LEAD_STATE, M.GRADE, M.RESULT)),
    (r"(?:客户|当前|目前)?(?:状态|状况)|status|state|상태|ステータス", (M.STATE, M.LEAD_STATE, M.GRADE, M.RESULT)),
    # the card
    (r"(?:是否)?(?:同意|愿意|允许|接受)(?:被)?(?:联系|回访)", (M.MAY_CONTACT,)),
    (r"客户类型|客户类别|客户性质|(?:个人|私人)(?:单位|公司|企业)|customertype|個人法人", (M.PERSON_KIND,)),
    (
        r"(?:客户|顾客)?(?:职业|行业|工作|职业单位|职业及单位|工作单位|单位|公司|单位名称|工作性质|从事行业|"
        r"公司名称)(?:及职务)?|occupation|company|job|勤務先|職業|직업|직장",
        (M.OCCUPATION,),
    ),
    (
        r"(?:家庭|现|联系|通讯|通信|居住|客户|详细|常住)?(?:住址|地址|住所|居住地|居住区域|区域|小区|"
        r"家庭地址)|address|住所|주소",
        (M.ADDRESS,),
    ),
    (r"(?:购车|购买)(?:类型|性质|类别|次数)|首购.*|新购.*|(?:增购|换购|置换)(?:类型|与否|情况)?", (M.PURCHASE_KIND,)),
    (
        r"(?:客户|购车|用车|主要|购买|关注)?(?:需求|预算|用途|关注点|重点|因素|用车需求|使用需求|"
        r"预算金额)(?:与预算|及预算|分析|范围)?|budget|needs?|requirements?|予算|ニーズ|예산",
        (M.NEEDS,),
    ),
    (r"(?:家庭|婚姻|子女|配偶|家人)(?:情况|状况|成员|人口|结构)?|family|家族構成?|가족", (M.FAMILY,)),
    (r"(?:兴趣|业余|个人|生活)?(?:爱好|习惯|兴趣)|生活(?:与爱好|情况)|hobb(?:y|ies)|趣味|취미", (M.LIVING,)),
    (r"(?:个性|性格)(?:与忌讳|特征|特点)?|忌讳|personality", (M.CHARACTER,)),
    (r"人际(?:关系)?|社会关系|决策人", (M.RELATIONS,)),
    (rf"(?:最近|最后)?(?:修订|更新|修改)(?:{_DAY})?", (M.REVISED_ON,)),
    # words about it all: the widest patterns come last
    (
        r"(?:备注|注|注释|说明|备考|附注)(?:说明|栏|信息)?\d?|備考欄?|비고란?|특이사항|remarks?|memo|notes?|notesandremarks",
        (M.NOTE,),
    ),
    (
        rf"(?:{_CONTACTED}|接待)备注|(?:{_CONTACTED}|接待|客户|会谈|商谈|谈判|执行|工作|促进|来访|战败|情况|营业|处理)*(?:的)?(?:经过|内容|"
        rf"情况|情形|记录|描述|过程|详情|纪要|要点|摘要|概况|状况|特征|进展|反馈)(?:情形|说明|记录|描述|简述|概要)?|"
        rf"(?:商談|対応|接客)(?:内容|経過|状況)|(?:상담|면담|통화)(?:내용|결과|메모)|메모|コメント|comments?|"
        rf"description|feedback|details?|conversation|discussion|followupnotes?",
        (M.STORY,),
    ),
)
_COMPILED = tuple((re.compile(pattern), meanings) for pattern, meanings in _PATTERNS)

_NUMBERING = re.compile(
    r"^[*★☆●\s]*(?:第?\d{1,2}\s*[、.．:)]\s*(?!\d)|[(（]\d{1,2}[)）]|q\d{1,2}\s*[.、:]?|"
    r"[一二三四五六七八九十]{1,3}、)\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:请问)?(?:您|你|贵方)的?(?=.)")
"""How a questionnaire speaks to who fills it in: 您的姓名."""
_BRACKETS = re.compile(r"[(（\[【<《]([^()（）\[\]【】<>《》]*)[)）\]】>》]")
_NOISE = re.compile(
    r"必填|选填|单选题?|多选题?|填空题?|下拉|例如?.*|格式.*|请.*填.*|单位.*|万?元|¥|rmb|分钟|min|台|天|"
    r"required|optional|如有|可选|yyyy.*|hh.*|yn",
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[^\w#]+|_")
_HAN = r"㐀-鿿々〆ヵヶぁ-ゟ゠-ヿ"
_RUNS = re.compile(rf"[{_HAN}0-9/、]+|[가-힣0-9/ ]+|[A-Za-z0-9/&.' -]+")


_SIMPLER = str.maketrans(
    "進時間電話級別車種顧問聯絡銷員訂單號價額戶來離開備註購預計業務競試駕稱類數實際後結談記錄說處場區動機經歷間責",
    "进时间电话级别车种顾问联络销员订单号价额户来离开备注购预计业务竞试驾称类数实际后结谈记录说处场区动机经历间责",
)
"""Characters of Taiwan and Hong Kong in the words of headers."""


def squeezed(text: str) -> str:
    """A text by its letters and digits alone: folded in width and case, without blanks and signs."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def readings(header: str) -> Iterator[str]:
    """The texts that may each be the header's name, the likeliest first, squeezed."""
    text = unicodedata.normalize("NFKC", header).strip().strip("*:：★ ")
    bare = _ADDRESS.sub("", _NUMBERING.sub("", text))
    asides = [aside for aside in _BRACKETS.findall(bare) if not _NOISE.fullmatch(aside.strip())]
    without = _BRACKETS.sub(" ", bare).strip()
    found = [squeezed(bare), squeezed(without)]
    pieces = [*bare.splitlines(), *re.split(r"[/|／]", without), *_RUNS.findall(without), *asides]
    found += [squeezed(piece) for piece in pieces]
    found += [piece.translate(_SIMPLER) for piece in found]
    yield from dict.fromkeys(piece for piece in found if piece)


@lru_cache(maxsize=8192)
def meanings_of(header: str) -> tuple[Means, ...]:
    """What a header may mean, the likeliest first; empty where nobody knows."""
    for reading in readings(header):
        for pattern, meanings in _COMPILED:
            if pattern.fullmatch(reading):
                return meanings
    return ()


_ROUND = re.compile(
    rf"(?:第([一二三四五六七八九十\d]{{1,2}})次?|([一二三四五六七八九十\d]{{1,2}})次)(?:{_CONTACTED}|电访|"
    rf"促进)(?:记录|情况)?(.*)"
    rf"|([一二三四五六七八九十])访(.*)|(?:{_CONTACTED})([一二三四五六七八九十\d]{{1,2}})(?!\d)(.*)"
)
_CARE = re.compile(
    r"(?:交车|购车|提车|售后)?后?([一三七357]|一?个?月|十五|15|30|三十)(?:日|天|周|个月|月)?(?:内|"
    r"后)?(?:回访|关怀|电访|电话回访|客户关怀|dc|満足度|フォロー)(.*)"
)
_CARE_ITEMS = dict.fromkeys("三3", CareItem.THIRD_DAY) | dict.fromkeys("七7", CareItem.SEVENTH_DAY)
_HAN_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)}


def round_of(header: str) -> tuple[int, str] | None:
    """第二次跟进 → (2, ""), 三次回访日期 → (3, "日期"): one of several follow-ups beside each other, and what is said of it."""
    found = None if care_of(header) else _ROUND.fullmatch(_bare(header))
    if found is None:
        return None
    number = found[1] or found[2] or found[4] or found[6]
    told = found[3] or found[5] or found[7] or ""
    return (_HAN_DIGITS.get(number) or (int(number) if number.isdigit() else 1)), told


def _bare(header: str) -> str:
    return squeezed(_NUMBERING.sub("", unicodedata.normalize("NFKC", header).strip()))


def care_of(header: str) -> tuple[str, str] | None:
    """七日回访结果 → ("七日", "结果"): a care call beside the car that was handed over, and what is said of it."""
    text = _bare(header)
    if text.startswith("一周回访"):
        return CareItem.SEVENTH_DAY, text.removeprefix("一周回访")
    found = _CARE.fullmatch(text)
    item = _CARE_ITEMS.get(found[1]) if found else None
    return (item, found[2]) if found and item and ("日" in text or "天" in text) else None
