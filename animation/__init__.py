"""Animation: Wagtail pages, moderation, the animator's console."""
