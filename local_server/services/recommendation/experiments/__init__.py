"""Experiments of a home: which way of choosing titles its few viewers like better."""
