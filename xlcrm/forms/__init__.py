"""Every form, code list and setting, declared once."""
