"""What shows a document: terminal, Markdown, Atom and HTML."""
