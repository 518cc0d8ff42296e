"""What the screens show, computed before the templates: they loop and print, they never decide or query."""
