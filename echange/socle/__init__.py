"""Word-neutral infrastructure: knows nothing of the domain, every app may import it."""
