"""Recommendation: what each profile finds on its home screen, and why."""
