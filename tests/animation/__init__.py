"""Tests of animation."""
