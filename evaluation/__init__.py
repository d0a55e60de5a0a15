"""Detection evaluation: commits injected in a scratch history, and whether they are named."""

import dev  # noqa: F401 - it puts the ledger beside it first on sys.path
