"""What the figures say, as pure values: no text, no process, no file."""
