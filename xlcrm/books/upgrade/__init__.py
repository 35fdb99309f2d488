"""Bringing a book of an earlier version up to date, part by part.

Three books are compared: the shop's, the template as it was released with the shop's version, and today's. What stands in
the shop's book as it was released is ours and is renewed; everything else is the shop's and stays.
"""
