"""The project's commands: what the Makefile calls."""
