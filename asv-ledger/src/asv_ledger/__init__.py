"""What the metrics say: which commit changed what, and by how much. For any asv project."""

__version__ = "0.1.0"
