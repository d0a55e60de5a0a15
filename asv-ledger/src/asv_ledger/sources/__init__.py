"""What git and asv know of a project: read, and never run."""
