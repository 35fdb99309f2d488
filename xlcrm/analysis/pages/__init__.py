"""The pages of the month: one module per page of SPEC section 7."""
