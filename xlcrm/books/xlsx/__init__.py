"""A book as a file: its package read and edited part by part, never round-tripped."""
