"""The engine: pure Python, no Django; records in, records out (import-linter proves it)."""
