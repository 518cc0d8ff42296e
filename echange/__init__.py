"""Échange — « 1 besoin, 1 savoir-faire »: the Django project package."""
