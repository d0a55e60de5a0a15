"""Session: a copy of what the bridge holds for one user."""

from dataclasses import dataclass

from bridge_model import packed
from bridge_model.crisis import CALM, CrisisState
from bridge_model.history import History


@dataclass
class Session:
    """One user's conversation: their room, what was said, and their crisis state."""

    user: str
    room: str
    history: History
    crisis: CrisisState = CALM

    @classmethod
    def unpack(cls, user: str, session: bytes, window: int) -> "Session":
        """Return what a packed session holds."""
        history = History.unpack(session, window)
        return cls(user, packed.room(session), history, packed.crisis(session))

    def copy(self) -> "Session":
        """Return a copy, which changes of this session do not reach."""
        return Session(self.user, self.room, self.history.copy(), self.crisis)
