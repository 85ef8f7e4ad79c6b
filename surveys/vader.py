"""Run VADER in less time, to the same result.

VADER lowers every word of a text again for each word that carries mood, and searches its
list of negations for each neighbour. Here the words are lowered once, and negations and
idioms are looked for only in a text that holds a word of one. The rules and their numbers
stay VADER's own. Source: vaderSentiment 3.3.2, MIT licence.
"""

from collections.abc import Mapping

from vaderSentiment import vaderSentiment as stock  # noqa: N813  # the module's own name

_NEGATIONS = frozenset(stock.NEGATE)
_STRESSING = ("so", "this")  # "never so good" is praise
_TURNING = _NEGATIONS | {*_STRESSING, "never"}
# The longest word of each idiom: without one of these a text holds none of them.
_IDIOMATIC = frozenset(
    max(phrase.split(), key=len)
    for phrase in (*stock.SPECIAL_CASES, *stock.BOOSTER_DICT)
    if phrase in stock.SPECIAL_CASES or " " in phrase
)
_DAMPED = (1.0, 0.95, 0.9)  # VADER: a booster's weight by its distance
_REACH = len(_DAMPED)  # VADER looks at three words before


class Vader(stock.SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
    """VADER's analyzer with further words.

    :param words: valence, -4 to 4, by lower-case word; they replace VADER's own.
    """

    lexicon: dict[str, float]
    emojis: dict[str, str]

    def __init__(self, words: Mapping[str, float]) -> None:
        super().__init__()
        self.lexicon.update(words)

    def compound(self, text: str) -> float:
        """Return the mood of a text, -1 to 1: VADER's "compound"."""
        text = self._described(text).strip()
        senti_text = stock.SentiText(text)
        words = senti_text.words_and_emoticons
        line = _Line(words, self.lexicon, senti_text.is_cap_diff)
        sentiments = [
            0.0 if line.is_modifier(place) else line.valence(place) for place in range(len(words))
        ]
        if "but" in line.low:
            self._but_check(words, sentiments)
        return float(self.score_valence(sentiments, text)["compound"])

    def _described(self, text: str) -> str:
        """Return the text with emoji as words, spaced as VADER does."""
        if self.emojis.keys().isdisjoint(text):
            return text
        parts: list[str] = []
        after_space = True
        for character in text:
            description = self.emojis.get(character)
            if description is None:
                parts.append(character)
                after_space = character == " "
            else:
                parts.append(description if after_space else " " + description)
                after_space = False
        return "".join(parts)


class _Line:
    """The words of one text, lowered once, and the valence of each."""

    def __init__(self, words: list[str], lexicon: Mapping[str, float], capitals: bool) -> None:
        self.words = words
        self.low = [word.lower() for word in words]
        self._lexicon = lexicon
        self._capitals = capitals  # some words, but not all, are in capitals
        self._negating = not _TURNING.isdisjoint(self.low) or any("n't" in w for w in self.low)
        self._has_no = "no" in self.low
        self._has_least = "least" in self.low and "least" not in lexicon
        self._idiomatic = not _IDIOMATIC.isdisjoint(self.low)

    def is_modifier(self, place: int) -> bool:
        """Return whether a word only changes others, or carries no mood."""
        low = self.low[place]
        if low not in self._lexicon or low in stock.BOOSTER_DICT:
            return True
        return low == "kind" and self.low[place + 1 : place + 2] == ["of"]

    def valence(self, place: int) -> float:
        """Return the valence of a word of the lexicon among its neighbours."""
        valence = self._own(place)
        if self._capitals and self.words[place].isupper():
            valence += stock.C_INCR if valence > 0 else -stock.C_INCR
        for distance in range(min(_REACH, place)):
            before = place - distance - 1
            if self.low[before] in self._lexicon:
                continue
            if self.low[before] in stock.BOOSTER_DICT:
                boost = stock.scalar_inc_dec(self.words[before], valence, self._capitals)
                valence += boost * _DAMPED[distance]
            if self._negating or self._idiomatic:
                valence = self._with_phrases(valence, place, distance)
        if self._has_least and self._is_least(place):
            return valence * float(stock.N_SCALAR)
        return valence

    def _own(self, place: int) -> float:
        """Return a word's valence before its neighbours, "no" apart: that one turns them."""
        low = self.low
        own = self._lexicon[low[place]]
        if not self._has_no:
            return own
        near = low[max(0, place - _REACH) : place]
        far = len(near) == _REACH and near[0] == "no" and near[2] in ("or", "nor")
        if far or "no" in near[-2:]:
            return own * float(stock.N_SCALAR)
        follows = place + 1 < len(low) and low[place + 1] in self._lexicon
        return 0.0 if low[place] == "no" and follows else own

    def _is_least(self, place: int) -> bool:
        """Return whether "least" turns the word; "at least" and "very least" don't."""
        before = self.low[max(0, place - 2) : place]
        return before[-1:] == ["least"] and before[0] not in ("at", "very")

    def _with_phrases(self, valence: float, place: int, distance: int) -> float:
        """Return a valence changed by negations and idioms that reach the word."""
        if self._negating:
            valence *= _negation(self.low[place - distance - 1 : place])
        if self._idiomatic and distance == _REACH - 1:
            near = self.low[place - _REACH : place + _REACH]
            return float(
                stock.SentimentIntensityAnalyzer._special_idioms_check(valence, near, _REACH)
            )
        return valence


def _negation(words: list[str]) -> float:
    """Return the factor by which the first of up to three words changes what follows them."""
    first, between = words[0], words[1:]
    stressed = first == "never" and between[:1] and between[0] in _STRESSING
    if stressed or (len(between) == 2 and between[1] in _STRESSING):
        return 1.25
    if first == "without" and "doubt" in between:
        return 1.0
    return float(stock.N_SCALAR) if first in _NEGATIONS or "n't" in first else 1.0
