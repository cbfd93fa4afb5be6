"""Proposals: lawful ways to draw the lines, searched for within a budget."""
