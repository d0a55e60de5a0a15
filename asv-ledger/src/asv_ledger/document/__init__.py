"""The documents that all that is shown is made of."""
