"""Tests of the commands of `bin/`."""
