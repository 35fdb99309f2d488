"""What is due: follow-ups, plans, care calls, the list of the day."""
