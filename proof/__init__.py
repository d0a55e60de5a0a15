"""Proof: commits planted in a scratch history, and whether they were named."""
