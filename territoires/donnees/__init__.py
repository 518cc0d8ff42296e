"""The geography the platform starts with, and the script that builds it without Django."""
