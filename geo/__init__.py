"""Wangge: the lines of a town, who and what is inside them, as a library."""
