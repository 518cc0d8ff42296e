"""Answering a conversation by mail, from the address to the message (docs/messagerie.md)."""
