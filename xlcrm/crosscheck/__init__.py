"""The relations between the forms (SPEC section 6), in both directions."""
