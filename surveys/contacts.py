"""Find mail and web addresses, handles and phone numbers, however they are written.

Every pattern is bounded or consumes what it reads: a comment made to slow the search down must not.
"""

import re
from collections.abc import Callable

FEWEST_DIGITS = 7  # a shorter number is no phone number that works from outside

# Longest runs first: what encloses another is taken away before it.
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>]{1,500}"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}/[^\s<>]{1,300}",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}[@\uff20][\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_AT = r"(?:\s{0,2}[\[({<]\s?(?:at|\u00e4t|@)\s?[\])}>]\s{0,2}|\s{1,2}at\s{1,2}|\s{1,2}@\s{1,2})"
_DOT = (
    r"(?:\s{0,2}[\[({<]\s?(?:dot|punkt|point|punto|\.)\s?[\])}>]\s{0,2}"
    r"|\s{1,2}(?:dot|punkt|point|punto)\s{1,2})"
)
_SPELLED_MAIL = re.compile(
    # Spelled out, either the sign or the dot must be: "at noon. Then" is no address.
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:(?:{_AT}|@)[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}"
    rf"|{_AT}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,3}}\.(?:com|org|net|edu|eu|io|de|at|ch|fr|uk|example))"
    r"(?!\w)",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[^\W\d][\w.-]{1,38}(?!\w)")
_NO_HANDLES = frozenset(
    [
        "all",
        "channel",
        "everybody",
        "everyone",
        "here",
        "home",
        "lunch",
        "night",
        "noon",
        "office",
        "school",
        "team",
        "uni",
        "work",
    ]
)
_DASHES = "\u2010-\u2015\u2212"
_SEPARATORS = rf"[\s()./_,\u00b7{_DASHES}-]"
_DIGITS = re.compile(rf"(?<![\d+])\+?\(?\d(?:{_SEPARATORS}{{0,3}}\d){{6,}}")
_DATE = r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})"
_NO_PHONE = re.compile(
    rf"{_DATE}(?:[\s,{_DASHES}-]{{1,3}}{_DATE})*"
    rf"|(?:19|20)\d\d ?[{_DASHES}/-] ?(?:19|20)\d\d"  # two years
    r"|[1-9]\d{0,2}(?:[ .,]\d{3})+"  # thousands
)
_SPOKEN = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine"
    "|null|eins|zwei|zwo|drei|vier|f\u00fcnf|sechs|sieben|acht|neun"
)
_SPOKEN_NUMBER = re.compile(
    rf"\b(?:{_SPOKEN})(?:[\s,.{_DASHES}-]{{1,3}}(?:double |doppel)?(?:{_SPOKEN}|\d)){{6,}}\b",
    re.IGNORECASE,
)


def replace_contacts(text: str, address: str, number: str, handle: str) -> str:
    """Return the text with these signs in place of what could be used to reach somebody."""
    for pattern in (_WEB, _MAIL, _SPELLED_MAIL):
        text = pattern.sub(address, text)
    text = _HANDLE.sub(lambda hit: hit[0] if _is_no_handle(hit[0]) else handle, text)
    text = _DIGITS.sub(_number(number), text)
    return _SPOKEN_NUMBER.sub(number, text)


def _is_no_handle(found: str) -> bool:
    return found[1:].rstrip(".-").lower() in _NO_HANDLES


def _number(sign: str) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        few = sum(map(str.isdigit, found[0])) < FEWEST_DIGITS
        return found[0] if few or _NO_PHONE.fullmatch(found[0]) else sign

    return replaced
