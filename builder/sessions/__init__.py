"""Browsers that use the app: their sessions, sockets and messages."""
