"""Tests of territoires."""
