"""Tests of profils."""
