"""Tests of messagerie."""
