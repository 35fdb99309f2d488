"""The life of every customer, replayed from the logs."""
