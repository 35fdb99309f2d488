"""What a shop already has: cells → understood tables → rows with one outcome each. Pure; nothing is read or written here."""
