"""Adaptive bitrate: which representation of the next segment to fetch, and why.

Everything here is pure: no I/O, no clock, no randomness, no threads. A caller measures the
network, describes the moment in a :class:`~abr.context.DecisionContext` and receives a
:class:`~abr.decision.Decision`. The same code runs in the player and in the simulator.
"""
