"""Conversations: messages, live sockets, notifications."""
