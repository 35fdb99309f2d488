"""What the analysis looks like: the sheet 月度分析 inside the book, and the workbook to mail."""
