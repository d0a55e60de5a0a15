"""Commits: what names one in a document."""

from asv_ledger.document import schema
from asv_ledger.model.commits import Commit


def describe_commit(commit: Commit) -> schema.Commit:
    """Return hash, subject and author's date of a commit."""
    return {
        "commit": commit.hash,
        "subject": commit.subject,
        "date": commit.date.isoformat(),
    }
