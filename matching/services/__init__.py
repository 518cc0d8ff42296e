"""Writes of matching: one module for listings, one for échanges."""
