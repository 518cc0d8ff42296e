"""Template tags of messagerie."""
