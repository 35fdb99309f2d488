"""The command line's own words: headings of the help, what each command and option does, examples, mistakes."""

from __future__ import annotations

from xlcrm.catalogue import Words

ABOUT = Words(
    "三表一卡：校验、推进、核对、月报。", "Prospect books for a car dealership: validate, roll, cross-check, analyse."
)
USAGE = Words("用法", "usage")
HEADINGS = {
    "positionals": Words("参数", "arguments"),
    "options": Words("选项", "options"),
    "verbs": Words("命令", "commands"),
}
HELP = Words("显示这段说明", "show this help and exit")
VERSION = Words("显示版本", "show the version and exit")
LANGUAGE = Words(
    "说中文还是英文：zh 或 en，写在命令前后都行；也可设环境变量 XLCRM_LANG",
    "zh or en, before or after the command; or XLCRM_LANG",
)
EXAMPLES = Words("例如", "examples")
CODES = Words(
    "退出码：0 没有错误；1 发现错误；2 拒绝执行（说明原因，没有改动）或程序出错（说明日志在哪里）。",
    "exit codes: 0 no errors; 1 errors found; 2 refused (nothing was changed) or failed (the log file is named).",
)
MORE = Words("每个命令的说明：xlcrm 命令 -h", "help on one command: xlcrm COMMAND -h")
NEAR = Words("没有“{given}”这个命令，是不是 {near}？", "There is no command “{given}”; did you mean {near}?")
UNKNOWN = Words("没有“{given}”这个命令。看看有哪些：xlcrm -h", "There is no command “{given}”; see xlcrm -h")
BAD_LANGUAGE = Words("--lang 只能是 zh 或 en，不是“{given}”。", "--lang is zh or en, not “{given}”.")
MISTAKEN = Words("命令写得不对：{why}", "Invalid command: {why}")
MISSING = Words("还缺 {names}。每项是什么：{command} -h", "Missing: {names}. See {command} -h for what each is.")
NEAR_OPTION = Words("没有“{given}”这个选项，是不是 {near}？", "There is no option “{given}”; did you mean {near}?")
TOO_MUCH = Words("这里不能写“{given}”。能写什么：{command} -h", "“{given}” has no place here; see {command} -h")
NO_CHOICE = Words("{name} 不能是“{given}”，只能是：{choices}", "{name} cannot be “{given}”; choose from: {choices}")
NO_VALUE = Words("{name} 后面还缺内容。", "{name} needs a value.")
NEEDS_NONE = Words("{name} 后面不用写“{given}”。", "{name} takes no value, not “{given}”.")
NO_NUMBER = Words("{name} 要写数字，不是“{given}”。", "{name} takes a number, not “{given}”.")
AMBIGUOUS = Words("“{given}”可能是 {choices}，请写全。", "“{given}” could be {choices}; write it out.")
WORKING = Words("还在做…已 {seconds} 秒", "still working… {seconds} s")

COMMANDS: dict[str, Words] = {
    "demo": Words("做一个示范店，并走完一个月", "make a demonstration shop and run through its month"),
    "new": Words(
        "新建工作簿，可载入一个 CSV 文件夹", "make a new workbook, optionally filled from a folder of CSV files"
    ),
    "setup": Words(
        "给这台电脑的按钮装好 Python，放好或接好一本工作簿",
        "install Python for the buttons, and put a workbook in place",
    ),
    "upgrade": Words("把旧版的工作簿升级到这一版", "bring a workbook of an earlier version up to date"),
    "newyear": Words("换册：从结了账的工作簿开一本新的，旧册不动", "start the next year's workbook from a closed one"),
    "export": Words("把一本或一批工作簿导出成数据文件", "export workbooks as data files"),
    "group": Words("把各店的月份汇总成一本集团月报", "consolidate the months of many shops"),
}
"""Commands that no button has; the others are called as their buttons are (``verbs.LABELS``)."""

OPTIONS: dict[str, Words] = {
    "book": Words("工作簿", "the workbook"),
    "month": Words("哪个月份；不写由命令决定", "which month; chosen by the command if omitted"),
    "today": Words("当作今天的日期；不写就是今天", "the date to treat as today; today if omitted"),
    "output": Words("结果写到另一个文件，原来的不动", "write to another file and leave the book as it is"),
    "json": Words("把结果写成 JSON；- 为标准输出", "write the result as JSON; - is standard output"),
    "dry_run": Words("只说会做什么，不写文件", "only say what would be done, write nothing"),
    "folder": Words("放在哪个文件夹", "which folder to write to"),
    "books": Words("工作簿，或放着它们的文件夹", "workbooks, or folders with them"),
    "source": Words("载入这个文件夹里的 CSV，每张表一个", "a folder with one CSV for each sheet"),
    "env": Words("环境放在哪里", "where to put the environment"),
    "new": Words("新的一册", "the new workbook"),
    "parquet": Words("写成 Parquet，不写就是 CSV", "Parquet instead of CSV"),
    "full": Words(
        "写明客户姓名和电话；附件用当场输入的密码加密",
        "with names and phones; an attachment is encrypted with a password you type",
    ),
    "regions": Words("各店的名单：店名、区域、品牌", "a CSV of shops with region and brand"),
    "quick": Words(
        "已结账的月份只读历月指标，不查封账是否完好",
        "read only the kept figures of closed months, without checking their seals",
    ),
    "workers": Words("几个进程；不写就是每个核一个", "how many processes; one per core if omitted"),
    "scheduler": Words("交给这个 Dask 集群", "the Dask cluster to use"),
    "facts": Words(
        "集群把各店的数写到哪里，各台都要够得着；不写就在结果旁边",
        "where the cluster writes the figures of the stores, within reach of all workers; beside the result if omitted",
    ),
    "files": Words("文件，或放着它们的文件夹", "files, or folders with them"),
    "mapping": Words(
        "各列读作什么：有这个文件就照它读，没有就写一份出来供修改",
        "what each column means: read if the file exists, otherwise written for editing",
    ),
    "password": Words("文件设了密码，当场输入", "the files have a password, which you type"),
    "customer": Words("哪位客户", "which customer"),
    "consultant": Words("只要这位顾问的", "only this consultant's"),
    "former": Words("谁的客户；不写就是已离职、还有客户的人", "whose customers; if omitted, of those who left"),
    "to": Words("交给谁；不写就给其他所有在岗的顾问", "to whom; all others on duty if omitted"),
    "by": Words(
        "都按人数平分：总数 evenly，每个车型 model，每个级别 grade", "shared evenly in total, by model, or by grade"
    ),
    "form": Words("只印一种表；不写就印当天的全部", "only one form; all of the day's if omitted"),
    "pdf": Words("再把分析印成 PDF，与分析文件同名", "also make a PDF of the analysis"),
    "redo": Words("恢复上一次撤销拿走的", "restore what the last undo removed"),
}
"""What an option or argument is for, by its name in the program; where a command's own words say more, those are shown."""

SAMPLES: dict[str, tuple[str, str, str]] = {
    "demo": ("demo 示范店", "demo D:\\示范店", "demo shop --lang en"),
    "new": ("new CRM.xlsm", "new CRM.xlsm --from 旧店", "new D:\\店\\CRM.xlsm"),
    "setup": ("setup --book CRM.xlsm", "setup", "setup --env D:\\py --book CRM.xlsm"),
    "upgrade": ("upgrade CRM.xlsm", "upgrade CRM.xlsm --dry-run", "upgrade 旧.xlsm -o 新.xlsm"),
    "newyear": (
        "newyear 2026.xlsm 2027.xlsm",
        "newyear CRM.xlsm CRM-2027.xlsm --today 2027-01-02",
        "newyear old.xlsm new.xlsm --lang en",
    ),
    "export": ("export CRM.xlsm 数据", "export 各店 数据 --parquet", "export CRM.xlsm 数据 --full"),
    "group": (
        "group 各店 -o 集团.xlsx",
        "group 各店 -o 集团.xlsx --month 2026-10",
        "group a.xlsm b.xlsm -o all.xlsx --json -",
    ),
    "validate": ("validate CRM.xlsm", "validate CRM.xlsm --json -", "validate CRM.xlsm --dry-run"),
    "plan": ("plan CRM.xlsm", "plan CRM.xlsm --today 2026-10-31", "plan CRM.xlsm --dry-run"),
    "roll": ("roll CRM.xlsm", "roll CRM.xlsm --dry-run", "roll CRM.xlsm -o 推进后.xlsm"),
    "check": ("check CRM.xlsm", "check CRM.xlsm --month 2026-10", "check CRM.xlsm --json 核对.json"),
    "month": ("month CRM.xlsm", "month CRM.xlsm --month 2026-10 --pdf", "month CRM.xlsm -o 月报.xlsx"),
    "close": ("close CRM.xlsm", "close CRM.xlsm --dry-run", "close CRM.xlsm --month 2026-10"),
    "reopen": ("reopen CRM.xlsm", "reopen CRM.xlsm --dry-run", "reopen CRM.xlsm --month 2026-10"),
    "tidy": ("tidy CRM.xlsm", "tidy CRM.xlsm --dry-run", "tidy CRM.xlsm -o 整理后.xlsm"),
    "undo": ("undo CRM.xlsm", "undo CRM.xlsm --redo", "undo CRM.xlsm --dry-run"),
    "collect": ("collect CRM.xlsm 交回", "collect CRM.xlsm 张敏.xlsx", "collect CRM.xlsm 交回 --dry-run"),
    "erase": (
        "erase CRM.xlsm --customer C00012 --dry-run",
        "erase CRM.xlsm --customer C00012",
        "erase CRM.xlsm --customer 19900000000",
    ),
    "handout": ("handout CRM.xlsm 分发", "handout CRM.xlsm 分发 --password", "handout CRM.xlsm 分发 --dry-run"),
    "handover": (
        "handover CRM.xlsm --from 张敏",
        "handover CRM.xlsm --from 张敏 --to 李强",
        "handover CRM.xlsm --from 张敏 --by grade --dry-run",
    ),
    "import": ("import CRM.xlsm 旧表", "import CRM.xlsm 登记.xlsx --dry-run", "import CRM.xlsm 旧表 --map 对照.csv"),
    "mail": ("mail CRM.xlsm", "mail CRM.xlsm --full", "mail CRM.xlsm -o 月报.eml"),
    "print": ("print CRM.xlsm", "print CRM.xlsm --form morning", "print CRM.xlsm --customer C00012"),
    "selfcheck": ("selfcheck CRM.xlsm", "selfcheck", "selfcheck CRM.xlsm --json -"),
}
"""Three ways to use each command."""
