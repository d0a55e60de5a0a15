"""What makes asv's own pages work with no network, and from a file."""
