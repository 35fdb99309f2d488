"""The forms to be printed."""
