"""What each word after ``xlcrm`` does. ``xlcrm.cli`` calls it."""
