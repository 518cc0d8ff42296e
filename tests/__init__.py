"""Tests mirror the code; stories played in a real browser live in `tests/parcours/`."""
