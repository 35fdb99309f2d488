"""A book open in Excel, through xlwings."""
