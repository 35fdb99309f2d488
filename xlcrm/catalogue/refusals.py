"""What the program says when it declines: what is wrong, where, what to do. The caller adds that nothing was changed."""

from __future__ import annotations

from xlcrm.catalogue import Lang, Words
from xlcrm.errors import Refusal

UNCHANGED = Words("没有改动任何内容。", "Nothing was changed.")

REFUSALS: dict[str, Words] = {
    "day.bad": Words("“{day}”不是日期，请写成 2026-10-31 这样。", "“{day}” is not a date; write it like 2026-10-31."),
    "month.bad": Words("“{month}”不是月份，请写成 2026-10 这样。", "“{month}” is not a month; write it like 2026-10."),
    "close.not_open": Words(
        "{month} 不能结转：当前未结的月份是 {open}。", "{month} cannot be closed: the open month is {open}."
    ),
    "close.early": Words("{month} 还没过完，{end} 起才能结转。", "{month} is not over; close it on {end} or later."),
    "close.not_rolled": Words(
        "{month} 的日志还没有全部推进（如 {where}），请先做级别推进，再结转。",
        "Not all logs of {month} are rolled yet ({where} would change): roll first.",
    ),
    "close.errors": Words(
        "{month} 的登记、日报、订单、战败还有 {count} 处错误，第一处在 {where}：先校验日志，按检查结果改正，再结转。",
        "The logs, orders and losses of {month} still have {count} errors, the first at {where}: validate, correct them, then close.",
    ),
    "close.stuck": Words(
        "{month} 还有 {count} 位客户的行移不走。请先做级别推进，按问题清单里的 G06 处理，再结转。",
        "The rows of {count} customers cannot be moved yet. Roll, settle G06 in 问题清单, then close {month}.",
    ),
    "close.held": Words(
        "{month} 还有 {count} 位客户的记录删了或有错误，不能计入留存，第一位是 {who}：先做交叉核对，补回或改正，再结转。",
        "The log entries of {count} customers are wrong or deleted, first those of {who}: cross-check, correct them, then close "
        "{month}.",
    ),
    "close.unbalanced": Words(
        "{month} 的存量不平，先看 {where}：做交叉核对，按处理办法改正，再结转。",
        "The balance of {month} does not close, see {where}: cross-check and correct it first.",
    ),
    "reopen.none": Words("还没有封账的月份，不用反结账。", "No month is closed; there is none to reopen."),
    "reopen.not_last": Words(
        "{month} 不能反结账：只能反结最后封账的月份 {last}。",
        "{month} cannot be reopened: only the last closed month, {last}.",
    ),
    "erase.unknown": Words(
        "找不到客户“{who}”。请写客户编号（如 C00012）或完整的电话。",
        "There is no customer “{who}”. Give a 客户编号 (C00012) or a whole phone number.",
    ),
    "erase.several": Words(
        "“{who}”是几位客户共用的号码：{found}。请写其中一位的客户编号；还没有编号的，先做级别推进建卡。",
        "“{who}” is the number of several customers: {found}. Give the 客户编号 of one of them; a roll makes a card for those "
        "who have none yet.",
    ),
    "erase.structured": Words(
        "“{who}”的电话、车牌或 VIN 也填在别的客户的这些栏目里：{places}。请先人工核对改好这几格，再删除。",
        "A phone, plate or VIN of “{who}” is also in these cells of other customers: {places}. Check and correct these cells "
        "first, then erase.",
    ),
    "handover.unknown": Words(
        "“顾问”表里没有“{name}”，他名下也没有客户。表里有：{names}。",
        "“{name}” is not in the sheet 顾问 and has no customers. The sheet has: {names}.",
    ),
    "handover.no_heir": Words(
        "“顾问”表里没有“{name}”，不能把客户交给他。表里有：{names}。",
        "“{name}” is not in the sheet 顾问 and cannot take customers. The sheet has: {names}.",
    ),
    "handover.gone": Words("{name} 已离职，不能接客户。", "{name} has left the shop and cannot take customers."),
    "handover.same": Words("{name} 的客户不能再交给他自己。", "{name} cannot hand over to himself."),
    "handover.nobody": Words(
        "除 {name} 外没有在岗的顾问，客户交不出去。请先在“顾问”表填写在岗的顾问。",
        "Nobody except {name} is on duty to take the customers. Enter who is on duty in the sheet 顾问 first.",
    ),
    "undo.nothing": Words("没有可以撤销的操作。", "There is nothing to undo."),
    "redo.nothing": Words("没有可以重做的操作。", "There is nothing to redo."),
    "undo.damaged": Words(
        "操作日志里第 {number} 号操作的记录不完整，不能撤销。",
        "The record of operation {number} in the journal is incomplete, so it cannot be undone.",
    ),
    "plan.closed": Words(
        "{month} 已经封账，日报不能再添。下月第一天再生成明日计划。",
        "{month} is sealed, so no rows can be added to its reports. Plan on the first day of the next month.",
    ),
    "print.no_consultant": Words(
        "“顾问”表里没有在岗的“{name}”。", "No consultant “{name}” is on duty in the sheet 顾问."
    ),
    "print.no_customer": Words(
        "客户卡里没有编号或电话是“{customer}”的客户。", "No card has the number or phone “{customer}”."
    ),
    "print.card_of_whom": Words(
        "要打印谁的客户卡？请写 --customer 加客户编号或电话。", "Whose card? Give --customer a number or a phone."
    ),
    "form.columns_missing": Words(
        "工作表“{sheet}”缺少这些列：{headers}。请从空白的 CRM.xlsm 抄回表头。",
        "Sheet “{sheet}” lacks columns: {headers}. Copy the headers from a blank CRM.xlsm.",
    ),
    "form.headers_changed": Words(
        "工作表“{sheet}”的表头里没有：{headers}，却有不认识的：{shown}。标题若被打错或清空了，请在原处把缺少的名字打回去，保存后重试。",
        "The header row of “{sheet}” lacks {headers} and has unknown ones: {shown}. If a header was overwritten or cleared, "
        "type the missing name into it again, save, and retry.",
    ),
    "new.exists": Words("{path} 已经存在，请换个名字或先移走它。", "{path} exists already; choose another name."),
    "new.no_folder": Words("找不到文件夹 {path}。", "There is no folder {path}."),
    "new.no_sheets": Words(
        "{path} 里没有一张认得的表（文件名应为 来店登记.csv、日报.csv 等）。",
        "{path} holds no known sheet (name files 来店登记.csv, 日报.csv …).",
    ),
    "new.unknown_sheet": Words(
        "{path} 不是本系统的工作表；文件名应为：{sheets}。",
        "{path} is not a sheet of this book; the names are: {sheets}.",
    ),
    "new.no_header": Words(
        "{path} 里找不到“{sheet}”的表头（如 {headers}）。", "{path} has no header row of “{sheet}” (such as {headers})."
    ),
    "new.unreadable": Words(
        "打不开 {path}。请关闭正在使用它的程序，并确认它是一个文件、您有读取权限。",
        "{path} cannot be opened. Close the program that uses it, and check that it is a file you may read.",
    ),
    "new.too_large": Words(
        "{path} 超过 {limit} MB，不像是一张表。请只留需要的行，再载入。",
        "{path} is larger than {limit} MB. Keep only the rows that are needed, and load it again.",
    ),
    "handover.no_leaver": Words(
        "没有要移交的：“顾问”表里离职的人名下都没有客户。请先把要走的人在“顾问”表改成离职，再点“移交”。",
        "Nobody who has left still has customers. Set the leaving consultant to 离职 in the sheet 顾问 first, then hand over.",
    ),
    "inbox.empty": Words(
        "工作簿旁边的文件夹“{folder}”里没有文件。请把文件放进去，再点一次“{label}”。",
        "There are no files in the folder “{folder}” beside the book. Put them there and press “{label}” again.",
    ),
    "handout.nobody": Words(
        "“顾问”表里没有在岗的顾问，没有人可分发。",
        "Nobody in the sheet 顾问 is on duty: there is nobody to hand out to.",
    ),
    "collect.no_sheet": Words(
        "“{name}”没有“冲突”或“读入结果”这张表，它是以前的版本做的。请先把这一本升级，再回收。",
        "“{name}” has no sheet 冲突 or 读入结果: it was made by an older version. Upgrade the book first, then collect.",
    ),
    "collect.foreign": Words(
        "“{name}”不是分发出去的文件，里面没有分发时的底稿。别的表请用“读入旧表”。",
        "“{name}” was not handed out by xlcrm: the hidden base is missing. Use “import” for other sheets.",
    ),
    "collect.base_damaged": Words(
        "“{name}”里隐藏的底稿被改过或不完整，认不出各行。请让顾问把分发的原文件再填一次，或用“读入旧表”读这份。",
        "The hidden base in “{name}” was changed or is incomplete. Ask for the file that was handed out, or “import” this one.",
    ),
    "collect.other_store": Words(
        "“{name}”是“{store}”分发的，这本工作簿是“{own}”的。",
        "“{name}” was handed out by “{store}”; this book is of “{own}”.",
    ),
    "collect.unknown_consultant": Words(
        "“{name}”是分发给“{consultant}”的，“顾问”表里没有这个人。",
        "“{name}” was handed out to “{consultant}”, who is not in the sheet 顾问.",
    ),
    "collect.password": Words("“{name}”打不开：密码不对。", "“{name}” cannot be opened: the password is wrong."),
    "import.no_sheet": Words(
        '“{name}”没有“读入结果”这张表，它是以前的版本做的。请先升级：xlcrm upgrade "{name}"，或把它拖到 升级.cmd 上。',
        '“{name}” has no sheet 读入结果: it was made by an older version. Upgrade it first: xlcrm upgrade "{name}".',
    ),
    "upgrade.newer": Words(
        "“{name}”的布局（{found}）比这个程序（{wanted}）新。请换用新版的 xlcrm。",
        "“{name}” has a newer layout ({found}) than this program ({wanted}). Use the newer xlcrm.",
    ),
    "upgrade.sheet_taken": Words(
        "“{name}”里已有一张叫“{sheet}”的表，但不是工具的表。请给它改名，再升级。",
        "“{name}” has a sheet “{sheet}” of its own, which the new version needs. Rename yours, then upgrade.",
    ),
    "upgrade.no_room": Words(
        "“{name}”的“{sheet}”最右边已经有内容，插不进新列。请清掉最右边的列，再升级。",
        "Sheet {sheet} of “{name}” is filled to its last column; a new one does not fit. Clear the last columns, then upgrade.",
    ),
    "upgrade.notes": Words(
        "“{name}”的“{sheet}”上有您自己的批注，换新版式时保不住。请把批注抄到别的表并删掉，再升级。",
        "Sheet {sheet} of “{name}” has comments of your own, which a new layout cannot keep. Move them elsewhere, then upgrade.",
    ),
    "upgrade.locked": Words(
        "“{name}”的工作簿结构有保护，加不了新表。请在 审阅 → 保护工作簿 里取消，再升级。",
        "The structure of “{name}” is protected; new sheets cannot be added. Unprotect it (Review → Protect Workbook), then upgrade.",
    ),
    "upgrade.forms": Words(
        "“{name}”里有您自己的 VBA 窗体（{forms}），换新程序时带不过去。请先导出并删掉，升级后再导入。",
        "“{name}” has VBA forms of your own ({forms}), which cannot be carried over. Export and remove them; import them after.",
    ),
    "upgrade.macros": Words(
        "读不懂“{name}”里的宏，不知道哪些是您自己的。请用 Excel 打开，另存为 .xlsm，再升级。",
        "The macros of “{name}” cannot be read. Open it in Excel, save it as .xlsm, then upgrade.",
    ),
    "import.unknown_target": Words(
        "“改为”里写的 {names} 不是本簿的栏目。请写成 来店登记.电话 这样，不要的列写 不用，整张表写 来店登记、日报、级别表、客户卡、订单等。",
        "{names}, entered under 改为, is not a column of this book. Write e.g. 来店登记.电话, or 不用 for a column to leave out.",
    ),
    "import.no_mapping": Words(
        "“{name}”不是读入对照。它的第一行应是：{headers}。给 --map 一个还没有的文件名，就会写一份出来。",
        "“{name}” is not a mapping: its first row must be {headers}. Give --map the name of a new file to have one written.",
    ),
    "import.no_files": Words(
        "{folder} 里没有可以读的旧表。请把旧表（.xlsx .xls .csv 等）放进去，再点一次“读入旧表”。",
        "{folder} has no files to read. Put the old sheets (.xlsx, .xls, .csv …) there and press again.",
    ),
    "source.empty": Words(
        "“{name}”是空的，一个字节也没有：多半没有传完。请重新要一份。",
        "“{name}” is empty, without a single byte: it was probably not sent in full. Ask for it again.",
    ),
    "source.unknown": Words(
        "“{name}”不是表格文件。能读 Excel 工作簿（.xlsx .xlsm .xls .xlsb .ods）和文本表格（.csv .txt，逗号、分号或制表符分隔）。",
        "“{name}” is not a table. Workbooks (.xlsx .xlsm .xls .xlsb .ods) and text tables (.csv .txt) can be read.",
    ),
    "source.encoding": Words(
        "“{name}”不是 UTF-8、UTF-16 或 GBK 编码的文本，也不是工作簿。请用 Excel 打开，另存为 .xlsx。",
        "“{name}” is neither text in UTF-8, UTF-16 or GBK nor a workbook. Open it in Excel and save it as .xlsx.",
    ),
    "source.bad_csv": Words(
        "“{name}”到第 {line} 行为止不是完整的 CSV：可能有一个引号没有配对。请用 Excel 打开核对，另存为 .xlsx。",
        "“{name}” is not complete CSV up to line {line}: a quotation mark may not be closed. Check it in Excel and save it as "
        ".xlsx.",
    ),
    "source.too_large": Words(
        "“{name}”超过 256 MB，一次读不下。请分成几个文件，例如一个月一个。",
        "“{name}” is larger than 256 MB. Split it, for example by month.",
    ),
    "source.many_rows": Words(
        "读到“{name}”，要读的已经超过 {most} 行，一次读不下。请分成几次读，例如一年一次。",
        "With “{name}” there are more than {most} rows to read together. Read them one part after another, for example by year.",
    ),
    "demo.no_folder": Words(
        "无法建立文件夹 {path}：那里已有同名文件，或不允许写入。请换一个文件夹。",
        "The folder {path} cannot be created: a file has that name, or you may not write there. Choose another folder.",
    ),
    "output.suffix": Words(
        "“{name}”的扩展名应为 {suffix}，否则 Excel 打不开它。请改一下文件名。",
        "“{name}” must end in {suffix}, or Excel will not open it. Change the name.",
    ),
    "output.same": Words(
        "“{name}”要写两样东西，后写的会盖掉先写的。请给 -o 和 --json 各起一个与工作簿不同的文件名。",
        "Two results would be written to “{name}”, one over the other. Give -o and --json different names.",
    ),
    "output.is_book": Words(
        "-o 指的就是工作簿“{name}”本身。要直接改它，请去掉 -o；要另存，请换一个文件名或文件夹。",
        "-o names the book “{name}” itself. Leave -o out to change the book, or give another name or folder.",
    ),
    "output.no_stdout": Words(
        "标准输出已经关闭，JSON 没有地方写。请在 --json 后面写一个文件名。",
        "Standard output is closed, so the JSON cannot be written. Name a file after --json.",
    ),
    "output.stream": Words(
        "该写的文件已经写好，JSON 却没能写到{name}（{reason}）。",
        "Everything else is written, but the JSON could not be written to {name} ({reason}).",
    ),
    "output.unwritable": Words(
        "无法写入“{name}”（{reason}）。它可能正开着，或文件夹“{folder}”不允许写入。请关闭它，或换一个文件夹。",
        "“{name}” cannot be written ({reason}): it may be open, or the folder “{folder}” may not be written to. "
        "Close it, or choose another folder.",
    ),
    "output.late": Words(
        "工作簿已经写好，“{name}”却放不进文件夹“{folder}”（{reason}），它可能正开着。请关闭它，再做一次。",
        "The book is written, but “{name}” could not be put into “{folder}” ({reason}): it may be open. Close it and try "
        "again.",
    ),
    "setup.store_python": Words(
        "{python} 是 Microsoft Store 的 Python：它写的文件别的程序看不到，按钮用不了。请从 python.org 安装，或用免安装的 Windows 包。",
        "{python} is the Microsoft Store's Python: other programs cannot see what it writes, so no button works. Install Python "
        "from python.org, or use the Windows zip.",
    ),
    "setup.no_pip": Words(
        "{python} 没有 pip，装不了包。请先运行 python -m ensurepip。",
        "{python} has no pip. Run python -m ensurepip first.",
    ),
    "setup.env_occupied": Words(
        "{path} 已有别的文件，不能用来放环境。请用 --env 换一个空文件夹。",
        "{path} contains other files. Name an empty folder with --env.",
    ),
    "mail.address": Words(
        "“设置”{cell} 的{setting}不是邮件地址。请只写地址本身，如 name@example.com，多个用、隔开。",
        "{setting} in {cell} of 设置 is not a mail address. Write only the address, like name@example.com; separate several with 、.",
    ),
    "password.short": Words(
        "密码太短，至少 {least} 个字符。请重新操作，换一个长些的。",
        "The password is too short: use at least {least} characters.",
    ),
    "password.long": Words(
        "密码太长，Excel 最多认 {most} 个字符。", "The password is too long: Excel takes {most} characters."
    ),
    "password.plain": Words(
        "密码太容易猜到。请用数字、字母、汉字或符号中的至少两种，不要用连续或重复的字符。",
        "The password is too easy to guess. Mix letters with digits or other characters, without sequences or repetitions.",
    ),
    "password.differs": Words("两次输入的密码不一样。请重新操作。", "The two passwords differ. Try again."),
    "password.no_terminal": Words(
        "完整附件要设密码，只能在命令行窗口里输入。请在命令行运行 xlcrm mail --full。",
        "A full copy needs a password typed at a terminal: run xlcrm mail --full in a console.",
    ),
    "pdf.no_program": Words(
        "这台电脑上没有 Excel，也没有 LibreOffice，做不出 PDF。请装其中一个，或去掉 --pdf，用别的程序打开分析文件另存为 PDF。",
        "A PDF needs Excel or LibreOffice, and neither is on this computer. Install one, or leave --pdf out.",
    ),
    "pdf.failed": Words(
        "没有做成 PDF：打印程序没有完成。请关闭它的其他窗口后重试，或去掉 --pdf。",
        "The PDF was not made: the printing program did not finish. Close its windows and retry, or leave --pdf out.",
    ),
    "month.empty": Words(
        "{month} 没有任何日志，无法分析。请检查月份，或先登记来店和日报。",
        "There are no logs for {month}. Check the month, or enter visits and reports first.",
    ),
    "book.missing": Words(
        "找不到文件“{name}”。请检查文件名和文件夹。", "There is no file “{name}”. Check its name and folder."
    ),
    "book.unreadable": Words(
        "打不开文件“{name}”（{reason}）。请关闭占用它的程序，并确认您有读取权限，再重试。",
        "“{name}” cannot be opened ({reason}). Close the program that is using it, check that you may read it, and try again.",
    ),
    "book.is_folder": Words(
        "“{name}”是一个文件夹。请写出里面的工作簿（例如 {example}）。",
        "“{name}” is a folder. Name the workbook in it (such as {example}).",
    ),
    "book.not_a_file": Words(
        "“{name}”不是普通文件，而是管道、设备之类，读不了。请选择工作簿文件。",
        "“{name}” is not an ordinary file but a pipe, a device or the like. Choose a workbook.",
    ),
    "book.too_large": Words(
        "“{name}”超过 {limit} MB，不可能是工作簿，已拒绝打开。请选择正确的文件。",
        "“{name}” is larger than {limit} MB and cannot be a workbook. Choose another file.",
    ),
    "book.not_workbook": Words(
        "“{name}”不是 Excel 工作簿（.xlsx 或 .xlsm）。请选择正确的文件，或在 Excel 中另存为 .xlsx。",
        "“{name}” is not an Excel workbook (.xlsx or .xlsm). Choose another file, or save it as .xlsx in Excel.",
    ),
    "book.old_format": Words(
        "“{name}”是旧的 .xls 格式。请在 Excel 中另存为 .xlsx 或 .xlsm 后再用。",
        "“{name}” is in the old .xls format. Save it as .xlsx or .xlsm in Excel first.",
    ),
    "book.binary": Words(
        "“{name}”是二进制工作簿（.xlsb 格式），改扩展名不会改变格式。请用 Excel 打开它，“另存为”时选“Excel 启用宏的工作簿（.xlsm）”。",
        "“{name}” is a binary workbook (the .xlsb format), whatever its name ends in. Open it in Excel and save it as a "
        "macro-enabled workbook (.xlsm).",
    ),
    "book.signed": Words(
        "“{name}”有数字签名，写入后签名就失效了，所以没有写。请在 Excel 的“文件 → 信息 → 查看签名”里删除签名，保存后重试；改完可以重新签名。",
        "“{name}” carries a digital signature that any change would void. Remove it in Excel (File → Info → View Signatures), "
        "save and retry; sign it again when done.",
    ),
    "book.encrypted": Words(
        "“{name}”设有打开密码。请在 Excel 中取消打开密码（文件 → 信息 → 保护工作簿）后再用。",
        "“{name}” is protected by a password. Remove it in Excel (File → Info → Protect Workbook) first.",
    ),
    "book.damaged": Words(
        "“{name}”不完整或已损坏。请重新复制一份，或用 Excel 打开修复后另存；.xlcrm-backup 文件夹里可能有备份。",
        "“{name}” is incomplete or damaged. Copy it again, or let Excel repair it; see .xlcrm-backup for backups.",
    ),
    "book.part_damaged": Words(
        "“{name}”里的 {part} 不是完整的 XML，可能被别的软件写坏了。请用 Excel 打开它，让 Excel 修复并保存，再重试。",
        "{part} inside “{name}” is not complete XML; another program may have damaged it. Let Excel open, repair and save the book.",
    ),
    "book.bomb": Words(
        "“{name}”解压后大得不正常，可能是恶意文件，已拒绝打开。请向发送人确认。",
        "“{name}” is abnormally large when unpacked and may be malicious. Ask whoever sent it.",
    ),
    "book.resave": Words(
        "“{name}”由其他软件生成，格式无法直接改写。请用 Excel 打开它，保存一次后重试。",
        "“{name}” was written by another program in a form that cannot be edited here. Open and save it in Excel, then retry.",
    ),
    "book.encoding": Words(
        "“{name}”由其他软件生成：其中的 {part} 不是用 UTF-8 编码写的，无法直接读写。请用 Excel 打开它，保存一次后重试。",
        "“{name}” was written by another program: its {part} is not in UTF-8 and cannot be read or edited here. Open and save "
        "it in Excel, then retry.",
    ),
    "book.not_crm": Words(
        "“{name}”不是三表一卡工作簿，缺少：{missing}。请打开正确的工作簿后重试。",
        "“{name}” is not a CRM workbook; it lacks: {missing}. Open the right workbook and try again.",
    ),
    "book.sheet_full": Words(
        "工作表“{sheet}”写不下了：Excel 的一张表只有 {last} 行。请删除表格下面多余的内容，或把表格的范围改小后重试。",
        "The sheet “{sheet}” is full: Excel has {last} rows. Delete unneeded content below the table, or make the table smaller.",
    ),
    "book.sheet_missing": Words(
        '“{name}”里没有工作表“{sheet}”。请检查是否被删除或改名；是旧版工作簿就先升级：xlcrm upgrade "{name}"。',
        '“{name}” has no sheet “{sheet}”. Check whether it was deleted or renamed; upgrade an older book: xlcrm upgrade "{name}".',
    ),
    "book.sheet_renamed": Words(
        "“{name}”的工作表“{sheet}”被改名为“{found}”。请改回“{sheet}”后重试。",
        "In “{name}” the sheet “{sheet}” was renamed to “{found}”. Name it “{sheet}” again and retry.",
    ),
    "book.table_missing": Words(
        "“{name}”的工作表“{sheet}”里找不到表格。请选中表头和数据，用“插入 → 表格”重新建立。",
        "The sheet “{sheet}” of “{name}” has no table. Select header and data and choose Insert → Table.",
    ),
    "book.header_hidden": Words(
        "“{name}”的工作表“{sheet}”隐藏了表格的标题行。请在“表设计”中勾选“标题行”。",
        "The table on “{sheet}” of “{name}” hides its header row. Tick Header Row under Table Design.",
    ),
    "book.stray_cell": Words(
        "“{name}”的工作表“{sheet}”在 {cell} 有一个远离表格的内容。请清除它并保存后重试。",
        "The sheet “{sheet}” of “{name}” has a cell far from its table, {cell}. Clear it, save, and try again.",
    ),
    "book.cell_unreadable": Words(
        "“{name}”的工作表“{sheet}”里 {cell} 的内容读不出来，例如时长格式的格子里写了电话、日期格式的格子里是很大的负数。"
        "请把它清空，或改成“文本”格式后重新填写，保存后重试。",
        "{cell} on the sheet “{sheet}” of “{name}” cannot be read: a phone number in a cell formatted as a duration, say, or "
        "a large negative number in one formatted as a date. Clear it, or format it as text and type it again; save and retry.",
    ),
    "book.changed_meanwhile": Words(
        "“{name}”在处理期间被别人改过。请重新操作一次。",
        "“{name}” was changed by someone else in the meantime. Please try again.",
    ),
    "book.open_elsewhere": Words(
        "“{name}”正由 {person} 打开。请让对方保存并关闭后重试；若其实没有人打开，请删除旁边以“~$”或“.~lock.”开头的同名文件。",
        "{person} has “{name}” open. Ask them to save and close it; if nobody has it open, delete the file of the same "
        "name beside it that begins with “~$” or “.~lock.”.",
    ),
    "book.open_somewhere": Words(
        "“{name}”正被打开。请保存并关闭后重试；若其实没有人打开，请删除旁边以“~$”或“.~lock.”开头的同名文件。",
        "“{name}” is open somewhere. Save and close it; if nobody has it open, delete the file of the same name beside it "
        "that begins with “~$” or “.~lock.”.",
    ),
    "book.saving": Words(
        "“{name}”正由另一个窗口或另一台电脑保存。请稍等片刻后重新操作一次。",
        "“{name}” is being saved from another window or computer. Wait a moment and try again.",
    ),
    "book.read_only": Words(
        "“{name}”是只读的，或文件夹“{folder}”不允许写入。请取消文件属性里的“只读”，或换一个文件夹。",
        "“{name}” is read-only, or the folder “{folder}” may not be written to. Clear Read-only or use another folder.",
    ),
    "book.beside_refused": Words(
        "“{name}”旁边的“{file}”打不开或写不进去（{reason}），所以没有保存。它可能属于另一个账号，或那个账号正在保存：请稍等片刻重试；"
        "若一直这样，请让管理员检查“{folder}”里“{file}”的权限。",
        "“{name}” was not saved because “{file}” beside it cannot be opened or written ({reason}). It may belong to another "
        "account, or that account may be saving. Wait a moment and retry; if it goes on, have the permissions of “{file}” in "
        "“{folder}” checked.",
    ),
    "book.held": Words(
        "“{name}”被其他程序占用（如杀毒、网盘同步或 Excel）。请稍等片刻或关闭该程序后重试。",
        "“{name}” is in use by another program (virus scanner, cloud sync or Excel). Wait a moment or close it, then retry.",
    ),
    "book.disk_full": Words(
        "磁盘空间不足，无法保存“{name}”。请清理“{folder}”所在的磁盘后重试。",
        "There is no space left to save “{name}”. Free some space on the disk of “{folder}” and try again.",
    ),
    "book.folder_missing": Words(
        "找不到文件夹“{folder}”，无法保存“{name}”。请检查路径或网络连接。",
        "The folder “{folder}” for “{name}” does not exist. Check the path or the network connection.",
    ),
    "book.not_written": Words(
        "无法保存“{name}”（{reason}）。请检查“{folder}”所在的磁盘或网络后重试。",
        "“{name}” could not be saved ({reason}). Check the disk or network of “{folder}” and try again.",
    ),
    "book.not_verified": Words(
        "“{name}”写好后核对时发现 {place} 与应写内容不一致，已放弃保存。请用 Excel 打开该文件保存一次后重试。",
        "“{name}” was not saved, because {place} did not read back as written. Open and save it in Excel, then try again.",
    ),
    "book.column_missing": Words(
        "工作表“{sheet}”的表格里没有“{header}”这一列。请补上这一列的标题后重试；是旧版工作簿就先用 xlcrm upgrade 升级。",
        "The table on “{sheet}” has no column “{header}”. Add a column with this header; upgrade an older book with xlcrm upgrade.",
    ),
    "book.header_in_formulas": Words(
        "工作表“{sheet}”{cell} 的标题被改动，而且有公式用到改动后的标题。请在 Excel 里把 {cell} 改回“{header}”，保存后重试。",
        "The header at {cell} on “{sheet}” was overwritten, and formulas use the new name. Type “{header}” "
        "into {cell} in Excel, save, and try again.",
    ),
    "book.text_too_long": Words(
        "要写入“{sheet}”{cell} 的文字超过 {limit} 个字符，Excel 单元格放不下。请把内容写短一些。",
        "The text for {cell} on “{sheet}” is longer than the {limit} characters a cell can hold. Shorten it.",
    ),
    "book.beside_table": Words(
        "工作表“{sheet}”的 {cell} 在表格旁边写有内容，移走这一行会丢失它。请先把它移到表格上方，或写进备注。",
        "{cell} beside the table on “{sheet}” has content that would be lost with its row. Move it above the table first.",
    ),
    "book.comment_on_row": Words(
        "工作表“{sheet}”的 {cell} 有批注，移走这一行会丢失它。请先把批注内容写进备注，再删除批注。",
        "{cell} on “{sheet}” has a comment that would be lost with its row. Put it into the remarks and delete the comment.",
    ),
    "book.two_tables": Words(
        "工作表“{sheet}”上还有别的表格，增减行会打乱它。请把另一个表格移到单独的工作表。",
        "The sheet “{sheet}” has another table, which adding or removing rows would break. Move it to its own sheet.",
    ),
    "live.busy": Words(
        "Excel 正忙：可能正在编辑单元格，或开着一个对话框。请按回车结束编辑、关闭对话框后重试。",
        "Excel is busy: a cell is being edited or a dialog is open. Press Enter, close the dialog, and try again.",
    ),
    "live.protected": Words(
        "工作表“{sheet}”受保护，无法写入。请点“审阅 → 撤消工作表保护”后重试。",
        "The sheet “{sheet}” is protected. Choose Review → Unprotect Sheet and try again.",
    ),
    "live.filter": Words(
        "工作表“{sheet}”正在筛选，此时写入会错行。请点“数据 → 清除”显示全部行后重试。",
        "The sheet “{sheet}” is filtered: rows would be mixed up. Choose Data → Clear to show all rows, then try again.",
    ),
    "live.merged": Words(
        "工作表“{sheet}”的表格里有合并单元格。请选中表格，取消“合并后居中”后重试。",
        "The table on “{sheet}” has merged cells. Select it, unmerge the cells, and try again.",
    ),
    "live.totals": Words(
        "工作表“{sheet}”的表格有汇总行，无法增减行。请在“表设计”中取消“汇总行”后重试。",
        "The table on “{sheet}” has a total row. Untick Total Row under Table Design and try again.",
    ),
    "live.formula": Words(
        "工作表“{sheet}”的 {cell} 是公式，写入会破坏它。请把它改成数值（复制 → 选择性粘贴 → 数值）后重试。",
        "{cell} on “{sheet}” is a formula that would be destroyed. Turn it into a value (Paste Special → Values) and retry.",
    ),
    "live.error": Words(
        "工作表“{sheet}”的 {cell} 是错误值（如 #N/A）或单元格里的图片，写入会改坏它。错误值请改正；图片请改用命令行 xlcrm，它会跟着走。",
        "{cell} on “{sheet}” is an error value (like #N/A) or a picture, which would be lost. Correct an error; for a "
        "picture use the command line.",
    ),
    "live.date1904": Words(
        "“{name}”用的是 1904 日期系统，这里的按钮会写错日期。请关闭它，改用命令行，例如 xlcrm validate {name}",
        "“{name}” uses the 1904 date system, and the buttons would write wrong dates. Close it and use the command line, "
        "e.g. xlcrm validate {name}",
    ),
    "live.below": Words(
        "工作表“{sheet}”的表格下面 {cell} 写有内容，新的行放不下。请把它移到表格上方或别处后重试。",
        "{cell} below the table on “{sheet}” is where new rows have to go. Move it above the table and try again.",
    ),
    "live.beneath": Words(
        "工作表“{sheet}”的表格下面 {cell} 还有别的表格或数据透视表，行无法移动。请把它移到旁边或别的工作表后重试。",
        "Another table or a pivot table at {cell} lies below the table on “{sheet}”, so no rows can be moved. Move it aside.",
    ),
    "live.comment": Words(
        "工作表“{sheet}”的 {cell} 有批注，移动行后它会落到别人那一行。请先把批注内容写进备注，再删除批注。",
        "{cell} on “{sheet}” has a comment that would end up on another row. Put it into the remarks and delete the comment.",
    ),
    "live.changed": Words(
        "按下按钮之后，工作表“{sheet}”又改动过（改了内容、插了行或排了序）。为免写错行，请再按一次按钮。",
        "The sheet “{sheet}” was changed after the button was pressed. Press it again, so that no rows are mixed up.",
    ),
    "live.link": Words(
        "工作表“{sheet}”的 {cell} 里有超链接，或只给几个字设了格式，移动行后会落到别人那一行。请先取消它，或改用命令行 xlcrm。",
        "{cell} on “{sheet}” has a hyperlink or formats inside a text, which would end up on another row. Remove it, or use the "
        "command line.",
    ),
    "live.lying": Words(
        "工作表“{sheet}”的 {cell} 上面有图片、形状或控件，移动行后它会落到别人那一行。请把它移到表头以上，再重试。",
        "A picture, shape or control lies on {cell} of “{sheet}” and would end up on another row. Move it above the header.",
    ),
    "live.shape": Words(
        "工作表“{sheet}”的“{shape}”压在要移动的行上，移动后它会落到别人那一行。请把它移到表头以上，再重试。",
        "“{shape}” on “{sheet}” lies on rows that will be moved. Move it above the header and try again.",
    ),
    "live.picture": Words(
        "工作表“{sheet}”的 {cell} 是单元格里的图片，写入会弄丢它。请改用命令行 xlcrm，图片会跟着走。",
        "{cell} on “{sheet}” is a picture in a cell that would be lost. Use the command line, which takes it along.",
    ),
    "frames.no_sheet": Words(
        "没有这样的工作表：{sheets}。可读的工作表见 docs/data.md。",
        "No such sheet: {sheets}. docs/data.md lists those that can be read.",
    ),
    "data.missing": Words(
        '这台电脑没有装数据分析用的程序包。请在装有 xlcrm 的 Python 里运行：pip install "xlcrm[data]"，再重试。',
        'The packages for data are not installed here. Run pip install "xlcrm[data]" in xlcrm\'s Python and try again.',
    ),
    "export.not_empty": Words(
        "“{folder}”里已经有东西。请换一个空文件夹，或先把里面的文件移走。",
        "“{folder}” is not empty. Name an empty folder, or move its files first.",
    ),
    "group.no_books": Words(
        "{places} 里没有工作簿（.xlsm 或 .xlsx）。", "There is no workbook (.xlsm or .xlsx) in {places}."
    ),
    "group.no_scheduler": Words(
        "{address} 没有 Dask 调度器应答。请先启动它，再重试。",
        "No Dask scheduler answers at {address}. Start it and try again.",
    ),
    "group.facts": Words(
        "集群写不了“{place}”。请用 --facts 写明一个各台都够得着的位置。",
        "The cluster cannot write to “{place}”. Name a place that all workers reach with --facts.",
    ),
    "group.regions": Words(
        "“{name}”里没有写店名的列。第一行请写：店名、区域、品牌。",
        "“{name}” has no column for the store. The first row must be: store, region, brand.",
    ),
    "newyear.not_closed": Words(
        "{month} 之前的月份还没有结账。请先做月末结转，再换册。",
        "The months before {month} are not closed. Close them first.",
    ),
    "newyear.conflicts": Words(
        "“冲突”里还有 {count} 处没有处理。请先处理完并回收，再换册。",
        "{count} rows of 冲突 are undecided. Decide them and collect again first.",
    ),
    "newyear.differs": Words(
        "新册里有 {count} 位客户与旧册不同：{who}。新册没有写出，旧册没有动。请把这句话发给支持人员。",
        "{count} customers would differ in the new book: {who}. It was not written, the old one is unchanged. Send this to support.",
    ),
    "reopen.other_book": Words(
        "{month} 的登记和日报在上一册里，请在那一册反结账。",
        "The logs of {month} are in the book before this one: reopen it there.",
    ),
    "live.no_folder": Words(
        "工作簿“{name}”还没有存在这台电脑的文件夹里，做好的文件没有地方放。请先“另存为”到本机文件夹。",
        "“{name}” is not saved in a folder of this computer, so the result has nowhere to go. Save it there first.",
    ),
}


UNEXPECTED = Words(
    "程序在这本工作簿上出错。请单独打开它做一次 xlcrm selfcheck。",
    "The program failed on this book. Run xlcrm selfcheck on it.",
)
_TOO_LATE = ("output.late", "output.stream")
"""Refusals after something was written."""


def why(refusal: Refusal, lang: Lang) -> str:
    """The refusal in the user's words."""
    about = {key: given.say(lang) if isinstance(given, Words) else given for key, given in refusal.about.items()}
    return REFUSALS[refusal.key].say(lang, **about)


def explain(refusal: Refusal, lang: Lang) -> str:
    """The refusal in the user's words, ending with the assurance that nothing was changed, where nothing was."""
    said = why(refusal, lang)
    if refusal.key in _TOO_LATE:
        return said
    between = "" if lang == "zh" else " "
    return said + between + UNCHANGED.say(lang)
