"""What keeps a shop's data safe: journal, undo, seals, privacy."""
