"""Tells people which rules break: what is new, what goes on, and what has recovered."""
