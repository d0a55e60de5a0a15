"""Detection evaluation: commits injected in a scratch history, and whether they are named."""
