"""Tell people what happens: on the site at once, by mail when they want it. See docs/notifications.md."""
