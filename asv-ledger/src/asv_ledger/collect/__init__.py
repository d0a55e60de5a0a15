"""What runs a project's own code: readings of commits, in scratch folders."""
