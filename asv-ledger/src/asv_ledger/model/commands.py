"""Commands: what a reader of a message types."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commands:
    """What a project's users type to accept the metrics of a working tree.

    ``accept_with`` does it with a version of Python, such as "python3.12": that is what {python}
    stands for in it.
    """

    accept: str = "asv-ledger accept"
    accept_with: str = "asv-ledger accept"

    def accept_by(self, version: str) -> str:
        """Return what accepts the metrics of a version of Python, such as "3.12"."""
        return self.accept_with.replace("{python}", f"python{version}")
