"""Billing: which plan the household is on and what it allows."""
