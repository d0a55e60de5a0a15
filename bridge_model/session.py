"""Session: what the bridge holds for one user, as it gives it out."""

from dataclasses import dataclass

from bridge_model import packed
from bridge_model.crisis import CALM, CrisisState
from bridge_model.history import History


@dataclass
class Session:
    """One user's conversation: where they are, what was said, and their crisis state."""

    user: str
    room: str
    history: History
    crisis: CrisisState = CALM

    @classmethod
    def unpack(cls, user: str, session: bytes, window: int) -> "Session":
        """Return a packed session as it is now."""
        history = History.unpack(session, window)
        return cls(user, packed.room(session), history, packed.crisis(session))

    def copy(self) -> "Session":
        """Return a session of the same content that later traffic does not reach."""
        return Session(self.user, self.room, self.history.copy(), self.crisis)
