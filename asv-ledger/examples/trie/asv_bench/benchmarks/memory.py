"""What a word costs in memory, to the byte."""

from itertools import islice, product

from asv_ledger.lenses import allocated, exact, marginal
from trie import Trie


def _filled(words: int, common: str) -> Trie:
    trie = Trie()
    for letters in islice(product("abcdefgh", repeat=6), words):
        trie.add("".join(letters if common == "beginnings" else reversed(letters)))
    assert sum(1 for _ in trie.starting_with("")) == words
    return trie


class Words:
    """What one more word of six letters costs, by what the words have in common."""

    version = "1"
    params = ["beginnings", "endings"]
    param_names = ["common"]

    @exact(unit="bytes/word")
    def track_live(self, common: str) -> float:
        return marginal(lambda words: _filled(words, common), 1_024, 2_048)

    @exact(unit="bytes/word")
    def track_allocated(self, common: str) -> float:
        return marginal(lambda words: _filled(words, common), 1_024, 2_048, allocated)
