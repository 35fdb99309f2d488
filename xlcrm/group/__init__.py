"""Many stores: their books as data files, and one workbook for a dealer group. SPEC section 12."""
