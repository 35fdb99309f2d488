"""The rows of a book as records, and how cells are read."""
