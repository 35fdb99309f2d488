"""What 自检 finds on a computer, and what setup says while it works and when it is done."""

from __future__ import annotations

from xlcrm.catalogue import Words

FINE = Words(
    "自检：一切正常。Python {version}，xlcrm {xlcrm}。", "Self-check: all is well. Python {version}, xlcrm {xlcrm}."
)
FOUND = Words("自检：{count} 处要处理。", "Self-check: {count} to fix.")

TROUBLES: dict[str, Words] = {
    "python.none": Words(
        '工作簿还没有指定 Python。请运行 xlcrm setup --book "{name}"，或把它拖到 接好-拖到这里.cmd 上。',
        'The workbook names no Python yet. Run xlcrm setup --book "{name}", or drop it on 接好-拖到这里.cmd.',
    ),
    "python.gone": Words(
        '工作簿指定的 Python 不在这台电脑上：{path}。请运行 xlcrm setup --book "{name}"。',
        'The Python the workbook names is not on this computer: {path}. Run xlcrm setup --book "{name}".',
    ),
    "python.silent": Words(
        "Python 启动不了：{path}。可能装坏了，或被安全软件拦住。请运行 xlcrm setup 重装，或请管理员放行。",
        "This Python does not start: {path}. Run xlcrm setup again, or have it allowed by your administrator.",
    ),
    "python.old": Words(
        "{path} 是 Python {version}，需要 {wanted} 以上。请从 python.org 安装新版，再运行 xlcrm setup。",
        "{path} is Python {version}; {wanted} or newer is needed. Install it from python.org, then run xlcrm setup.",
    ),
    "package.missing": Words(
        'Python 里缺少 {packages}。请运行 xlcrm setup --book "{name}"。',
        'Python lacks {packages}. Run xlcrm setup --book "{name}".',
    ),
    "package.wrong": Words(
        '{package} 的版本是 {version}，需要 {wanted}。请运行 xlcrm setup --book "{name}"。',
        '{package} is {version}; {wanted} is needed. Run xlcrm setup --book "{name}".',
    ),
    "book.broken": Words(
        "“{name}”里有部分内容不是完整的 XML，可能被别的软件写坏了：{parts}。请用 Excel 打开它，让 Excel 修复并保存；"
        "文件夹“{folder}”里的 .xlcrm-backup 可能有完好的备份。",
        "Parts of “{name}” are not complete XML; another program may have damaged them: {parts}. Let Excel open, repair and "
        "save it; .xlcrm-backup in “{folder}” may have an intact backup.",
    ),
    "book.marked": Words(
        "“{name}”来自网络或邮件，Excel 会用受保护的视图打开并禁止宏。请关闭它，右键该文件 → 属性 → 勾选“解除锁定” → 确定。",
        "“{name}” came from the internet or a mail: Excel opens it in Protected View and blocks its macros. Close it, "
        "right-click the file → Properties → Unblock.",
    ),
    "book.passing": Words(
        "“{name}”是从邮件或压缩包里直接打开的，在受保护的视图里，改了也会丢。请先另存到本机的文件夹再打开。",
        "“{name}” was opened directly from a mail or a zip file: it is in Protected View, and changes would be lost. "
        "Save it to a folder first.",
    ),
    "book.share_read_only": Words(
        "“{name}”在共享文件夹“{folder}”里，您没有写入权限。请管理员开放写入，或复制到本机再用。",
        "“{name}” is on the share “{folder}”, where you may not write. Ask for permission, or copy it to this computer.",
    ),
    "book.read_only": Words(
        "“{name}”是只读的，或文件夹“{folder}”不允许写入。请取消“只读”，或换一个文件夹。",
        "“{name}” is read-only, or the folder “{folder}” may not be written to. Clear Read-only or use another folder.",
    ),
    "book.old": Words(
        '“{name}”是旧版布局（{found}，现在是 {wanted}），该升级了。请关闭它，拖到 升级.cmd 上，或运行 xlcrm upgrade "{name}"。',
        '“{name}” has an older layout ({found}, now {wanted}). Close it and drop it on 升级.cmd, or run xlcrm upgrade "{name}".',
    ),
    "book.new": Words(
        '“{name}”的布局（{found}）比这台电脑上的 xlcrm 新（{wanted}）。请换用新版的程序，再运行 xlcrm setup --book "{name}"。',
        "“{name}” has a newer layout ({found}) than this xlcrm knows ({wanted}). Get the newer program, then run xlcrm setup.",
    ),
    "book.unversioned": Words(
        '“{name}”没有 xlcrm 的版本标记，按钮和图表可能被别的软件另存时去掉了。请关闭它，拖到 升级.cmd 上，或运行 xlcrm upgrade "{name}"。',
        '“{name}” has no xlcrm version mark: another program may have removed it. Close it and run xlcrm upgrade "{name}".',
    ),
    "macros.off": Words(
        "Excel 禁止所有宏，而且不提示。请在 Excel 里打开 文件 → 选项 → 信任中心 → 宏设置，选“禁用宏，并发出通知”。",
        "Excel disables all macros without asking. Choose File → Options → Trust Center → Macro Settings → with notification.",
    ),
    "macros.signed": Words(
        "Excel 只允许有数字签名的宏。请在信任中心把文件夹“{folder}”加为受信任位置，或请管理员放行。",
        "Excel allows signed macros only. Add “{folder}” to the trusted locations, or ask your administrator.",
    ),
}
"""What must be corrected before the buttons work: what is wrong, and what to do."""

NOTES: dict[str, Words] = {
    "staff.left": Words(
        "{person} 已离职，名下还有 {count} 位客户没有人跟：请点“移交”，或运行 xlcrm handover。",
        "{person} has left and has {count} customers whom nobody follows up: press 移交, or run xlcrm handover.",
    ),
    "book.open": Words(
        "“{name}”正由 {person} 打开：命令行此时不能写它，请用那边窗口里的按钮，或先关闭。",
        "{person} has “{name}” open: commands cannot write it now. Use the buttons there, or close it.",
    ),
    "book.open_somewhere": Words(
        "“{name}”正被打开：命令行此时不能写它，请用打开的窗口里的按钮，或先关闭。",
        "“{name}” is open somewhere: commands cannot write it now. Use the buttons there, or close it.",
    ),
    "python.unnamed": Words(
        '工作簿没有指定 Python，按钮用的是 {path}。建议运行 xlcrm setup --book "{name}"。',
        'The workbook names no Python; its buttons use {path}. It is better to run xlcrm setup --book "{name}".',
    ),
    "xlcrm.other": Words(
        "工作簿的按钮用 xlcrm {version}，命令行是 {here}。想一致请再运行一次 xlcrm setup。",
        "The buttons use xlcrm {version}, the command line {here}. Run xlcrm setup again to make them the same.",
    ),
    "wps": Words(
        '这台电脑用 WPS 打开 .xlsm：需要带 VBA 的 WPS，请用首页上的按钮；没有 VBA 时用命令行，例如 xlcrm validate "{name}"。',
        "WPS opens .xlsm here: it needs WPS with VBA, and the buttons on the first sheet; without VBA use the command line, "
        'such as xlcrm validate "{name}".',
    ),
    "libreoffice": Words(
        "在 LibreOffice 里：按钮可用，功能区没有。存盘请保持 .xlsm；表格样式会丢，正本请用 Excel 或 WPS 保管。",
        "In LibreOffice the buttons work and there is no ribbon. Keep .xlsm when saving; table styles are lost.",
    ),
}
"""Good to know; the buttons work all the same."""

STEPS: dict[str, Words] = {
    "venv": Words("建立独立环境 {env}", "making the environment {env}"),
    "packages": Words("安装按钮要用的包", "installing what the buttons need"),
    "xlcrm": Words("安装 xlcrm {version}", "installing xlcrm {version}"),
    "applescript": Words("让 Excel 可以启动 Python", "allowing Excel to start Python"),
    "compile": Words("预编译，让第一次点按钮也快", "compiling, so that the first click is fast too"),
    "import": Words("试着加载按钮的程序", "trying to load the macros"),
}
FAILED = Words("没有成功：{step}。程序的回答：\n{answer}", "This step failed: {step}. The answer was:\n{answer}")
PLACED = Words("已放好工作簿 {book}，按钮用 {interpreter}", "{book} is in place; its buttons use {interpreter}")
CONNECTED = Words(
    "已接好工作簿 {book}，只改了它用的 Python（{interpreter}），旧版在 .xlcrm-backup",
    "{book} now uses the Python {interpreter}; nothing else was changed, the former version is in .xlcrm-backup",
)
NO_BOOK = Words(
    "环境已装好。放一本工作簿：xlcrm setup --book 文件名.xlsm",
    "The environment is ready. For a workbook: xlcrm setup --book NAME.xlsm",
)
REMAINING: dict[str, Words] = {
    "Windows": Words(
        "还要您亲手点三下：\n"
        "1. 关着工作簿，右键它 → 属性 → 勾选“解除锁定” → 确定（没有这一项就跳过）。\n"
        "2. 在 Excel 里：文件 → 选项 → 信任中心 → 信任中心设置 → 受信任位置 → 添加新位置 → {folder}。\n"
        "3. 打开工作簿，窗口上方出现“启用内容”就点它，再点首页的“自检”。",
        "Three steps remain that only you can take:\n"
        "1. With the workbook closed, right-click it → Properties → Unblock → OK (skip it where there is none).\n"
        "2. In Excel: File → Options → Trust Center → Trust Center Settings → Trusted Locations → Add → {folder}.\n"
        "3. Open the workbook, click Enable Content where it is offered, then 自检 on the first sheet.",
    ),
    "Darwin": Words(
        "还要您亲手点三下：\n"
        "1. 打开 {folder} 里的工作簿，问到宏时点“启用宏”。\n"
        "2. 问到“Excel 想要访问文件”时点“授权”。\n"
        "3. 点首页的“自检”；第一次问到“想要控制 Microsoft Excel”时点“好”。",
        "Three steps remain that only you can take:\n"
        "1. Open the workbook in {folder} and choose Enable Macros.\n"
        "2. Choose Grant Access where Excel asks for files.\n"
        "3. Click 自检 on the first sheet, and OK where it asks to control Microsoft Excel.",
    ),
}
REMAINING_ELSEWHERE = Words(
    "还要您亲手点三下：\n"
    "1. 在 LibreOffice 里：工具 → 选项 → LibreOffice → 安全 → 宏安全性 → 可信来源 → 添加 {folder}。\n"
    "2. 打开工作簿，问到宏时点“启用宏”。\n"
    "3. 点首页的“自检”。",
    "Three steps remain that only you can take:\n"
    "1. In LibreOffice: Tools → Options → Security → Macro Security → Trusted Sources → Add {folder}.\n"
    "2. Open the workbook and choose Enable Macros.\n"
    "3. Click 自检 on the first sheet.",
)
