"""Measurements, run by hand: ``python -m bench.NAME``.

Each prints what it does and what it found, and as its last line ``{"figures": {...}}``.
"""
