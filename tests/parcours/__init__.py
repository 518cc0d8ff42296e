"""Tests of parcours."""
