"""The closed words of the method: grades, and the states a customer is in. SPEC section 2."""

from __future__ import annotations

GRADES = ("H", "A", "B", "C")
"""Grades of a tracked prospect, hottest first. [S]"""
TRACKED = ("在跟", "战败待审")
"""States in which a customer stands in a grade sheet."""
STOCK = (*TRACKED, "已订")
"""States of a customer who is not out of the books: those that 月初留存 freezes."""
EXITS = ("战败", "冻结", "失控", "无效", "重复")
"""States a decided loss leads to, by its 类型."""
REVIVED = ("战败", "冻结", "失控")
"""States that a contact with a grade ends; wrong and double data stay what they are. Our decision."""
UNCOUNTED = ("无效", "重复")
"""States of a card outside every statistic."""
FAILED = ("未接通", "信息不准")
"""Results of a contact that did not reach the customer. [S]"""
