"""The ribbon: part ``customUI/customUI.xml``, made from the list of buttons.

The 2006 schema has everything the buttons need and is read by every Excel since 2007 and by WPS.
"""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree

from xlcrm.template.buttons import BUTTONS

PART = "customUI/customUI.xml"
NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"
RELATIONSHIP = (
    '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"'
    f' Target="{PART}"/>'
)
"""Stands in ``_rels/.rels``; its type goes with the namespace."""
ACTION = "CrmRibbonAction"
"""The VBA callback of every button, given the verb by the button's tag."""


def ribbon() -> bytes:
    """The ribbon's XML: one tab, a group for each run of buttons."""
    root = ElementTree.Element("customUI", xmlns=NAMESPACE)
    tabs = ElementTree.SubElement(ElementTree.SubElement(root, "ribbon"), "tabs")
    tab = ElementTree.SubElement(tabs, "tab", id="crmTab", label="客户管理", keytip="K", insertAfterMso="TabHome")
    for number, (name, buttons) in enumerate(groupby(BUTTONS, key=lambda button: button.group), start=1):
        group = ElementTree.SubElement(tab, "group", id=f"crmGroup{number}", label=name)
        for button in buttons:
            attributes = {
                "id": f"crm{button.verb.title()}",
                "tag": button.verb,
                "label": button.label,
                "size": button.size,
                "imageMso": button.image,
                "keytip": button.key_tip,
                "screentip": button.screen_tip,
                "supertip": button.super_tip,
                "onAction": ACTION,
            }
            ElementTree.SubElement(group, "button", attributes)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml
