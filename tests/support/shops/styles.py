"""Every style by its name, and how hard it is: plain, dirty or nasty."""

from __future__ import annotations

from collections.abc import Callable

from shops import following, ledgers, registers
from shops.paper import File

STYLES: dict[str, tuple[str, Callable[[int], list[File]]]] = {
    "register plain": ("plain", registers.plain),
    "register titled": ("dirty", registers.titled),
    "register doubled": ("dirty", registers.doubled),
    "register banded": ("nasty", registers.banded),
    "register by hand": ("nasty", registers.by_hand),
    "register bilingual": ("dirty", registers.bilingual),
    "register english": ("dirty", registers.english),
    "register japanese": ("dirty", registers.japanese),
    "register korean": ("dirty", registers.korean),
    "register dms": ("dirty", registers.dms_page),
    "register survey": ("dirty", registers.survey),
    "register twice": ("dirty", registers.twice),
    "register hidden": ("dirty", registers.hidden),
    "register two tables": ("nasty", registers.two_tables),
    "report head": ("nasty", following.report_head),
    "report flat": ("nasty", following.report_flat),
    "report in one cell": ("nasty", following.report_in_one_cell),
    "grade grid": ("nasty", following.grid),
    "grade blocks": ("nasty", following.grid_blocks),
    "grade rounds": ("nasty", following.rounds),
    "grade months": ("dirty", following.months),
    "grade other scale": ("dirty", following.other_grades),
    "card blocks": ("nasty", following.card_blocks),
    "card list": ("dirty", following.card_list),
    "contacts": ("plain", following.contacts),
    "order ledger": ("dirty", ledgers.order_ledger),
    "owner list": ("dirty", ledgers.owner_list),
    "owners again": ("dirty", ledgers.owners_again),
    "loss list": ("dirty", ledgers.loss_list),
    "lead export": ("dirty", ledgers.lead_export),
    "nobody": ("dirty", ledgers.nobody),
    "test drives": ("dirty", ledgers.test_drives),
    "register and sheet": ("plain", ledgers.register_and_sheet),
}
