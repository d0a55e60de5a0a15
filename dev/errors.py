"""The error of a command that cannot do its work."""


class DevError(Exception):
    """The command has changed nothing; the message is one line and says why and what to do."""
