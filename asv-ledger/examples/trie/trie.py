"""Words that are found by how they begin."""

from __future__ import annotations

from collections.abc import Iterator


class _Node:
    """A letter: the letters that follow it, and whether a word ends with it."""

    __slots__ = ("ends", "following")

    def __init__(self) -> None:
        self.ends = False
        self.following: dict[str, _Node] | None = None

    def follow(self, letter: str) -> _Node:
        """Return the node of a letter that follows, a new one where there is none."""
        if self.following is None:
            self.following = {}
        if letter not in self.following:
            self.following[letter] = _Node()
        return self.following[letter]

    def words(self, beginning: str) -> Iterator[str]:
        """Iterate over the words that end here or below."""
        if self.ends:
            yield beginning
        for letter, node in sorted((self.following or {}).items()):
            yield from node.words(beginning + letter)


class Trie:
    """A set of words."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, word: str) -> None:
        """Add a word."""
        node = self._root
        for letter in word:
            node = node.follow(letter)
        node.ends = True

    def starting_with(self, beginning: str) -> Iterator[str]:
        """Iterate over the words that begin so, in alphabetical order."""
        node = self._root
        for letter in beginning:
            if letter not in (node.following or {}):
                return
            node = node.follow(letter)
        yield from node.words(beginning)
