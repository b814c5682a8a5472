"""The app's source: files, saves, stubs, problems, and the process that knows Python."""
