"""The shared inbox: list, thread, commands, files, search and the live stream."""
