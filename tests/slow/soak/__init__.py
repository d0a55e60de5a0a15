"""A bridge under load, for long: ``make load``, or ``python -m tests.slow.soak``."""
