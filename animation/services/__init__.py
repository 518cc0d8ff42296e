"""Writes of animation: the site's pages, the teams, moderation."""
