"""Tests of socle."""
