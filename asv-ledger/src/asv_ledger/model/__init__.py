"""What the metrics say, as pure values: no text, no process, no file."""
