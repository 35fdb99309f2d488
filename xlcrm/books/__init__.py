"""Books: the workbooks people keep, read as blocks and changed through ``Changes``, one module for each kind of access."""
