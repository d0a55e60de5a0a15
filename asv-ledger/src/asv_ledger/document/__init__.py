"""The document that every page is made of."""
