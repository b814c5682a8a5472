"""The app's processes: starting, watching, reloading, stopping them; what they print."""
