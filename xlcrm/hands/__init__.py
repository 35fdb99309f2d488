"""Many hands keep one book: what each consultant gets in the morning, and how it comes back."""
