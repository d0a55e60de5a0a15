"""The errors of the bridge: each says what it was given and what is allowed."""


class BridgeError(Exception):
    """The base of every error that the bridge raises; a call that raises one changes nothing.

    ``actual`` is the refused value, and ``allowed`` says in words what the bridge accepts instead.
    """

    def __init__(self, subject: str, *, actual: object, allowed: str) -> None:
        super().__init__(f"{subject} is {abbreviate(actual)}; allowed: {allowed}")
        self.actual = actual
        self.allowed = allowed

    def __str__(self) -> str:
        # KeyError, a base of one subclass, would show the repr of the message.
        return str(self.args[0])

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are pickled by their positional arguments; ours are keywords.
        return _restore, (type(self), self.args, self.__dict__)


class InvalidTypeError(BridgeError, TypeError):
    """A value of the wrong type."""


class InvalidValueError(BridgeError, ValueError):
    """A value of the right type outside its allowed range."""


class TooLongError(InvalidValueError):
    """A text or name longer than its limit."""


class UnknownRoleError(InvalidValueError):
    """A role that is none of those in Role."""


class SessionNotFoundError(BridgeError, KeyError):
    """A user who has no session."""


class BridgeFullError(BridgeError):
    """A new session on a bridge that holds as many as it may and refuses more."""


def abbreviate(value: object) -> str:
    """Return the repr of a value, shortened to at most 60 characters.

    An error must not be as long as the input that it refuses.
    """
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__} whose repr fails"
    return text if len(text) <= 60 else f"{text[:56]} ..."


def _restore(
    kind: type[BridgeError], args: tuple[object, ...], state: dict[str, object]
) -> BridgeError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
