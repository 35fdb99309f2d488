"""Rolling prospects between the grade sheets, and closing a month (SPEC section 5)."""
