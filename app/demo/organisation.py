"""The people of the demo: four programs, circles of five to eight, about 150 in all."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

DOMAIN = "harbour.example"
TIME_ZONE = "Europe/Berlin"
VISITOR = f"robin.visitor@{DOMAIN}"

_FIRST = """
    Ada Amir Anouk Bela Bruno Carla Chidi Dana Diego Elif Emil Farah Femi Greta Hana Hugo Ines
    Ivo Jana Jonas Kaja Karim Lena Leo Maja Malik Mara Milan Nadia Niko Nora Omar Paula Pavel
    Petra Rafa Rosa Sami Sara Selma Simon Sofia Tariq Tessa Tomas Uma Vera Viktor Yara Zeno
"""
_LAST = """
    Abel Arslan Bauer Berg Castro Costa Dahl Demir Egger Farkas Fiala Garcia Haas Hansen Horvat
    Ito Jansen Kaya Keller Kovac Krause Lang Lindt Lopes Maier Mbeki Meyer Moreau Nagy Novak
    Okafor Olsen Petrov Pohl Quist Rossi Ruiz Sato Schulz Silva Sommer Tanaka Toth Vidal Vogel
    Weiss Winter Wolf Yilmaz Zimmer
"""


@dataclass(frozen=True)
class DemoProgram:
    """A program of the demo; `mood` says how its wellbeing goes over the rounds.

    :ivar circles: members of each circle, its mentor not counted.
    """

    name: str
    mood: str
    circles: tuple[int, ...]


PROGRAMS = (
    DemoProgram("Onboarding circles", "declining", (5, 6, 7, 5, 6, 8, 6)),
    DemoProgram("Engineering peers", "steady", (6, 5, 7, 6, 8, 5, 5)),
    DemoProgram("Women in operations", "recovering", (6, 7, 5, 6, 5, 7, 5)),
    DemoProgram("Lisbon office", "small", (6,)),
)


def roster_csv(rng: Random) -> str:
    """Return the demo's roster as the file that an import reads."""
    lines = ["Name,Email,Program,Group,Role,Time zone", *_rows(rng)]
    return "\n".join(lines) + "\n"


def _rows(rng: Random) -> Iterator[str]:
    names = [(first, last) for first in _FIRST.split() for last in _LAST.split()]
    rng.shuffle(names)
    people = iter(names)
    for program in PROGRAMS:
        for number, members in enumerate(program.circles, start=1):
            circle = f"Circle {number}"
            for place in range(members + 1):
                first, last = next(people)
                role = "member" if place else "mentor"
                address = f"{first}.{last}@{DOMAIN}".lower()
                if program is PROGRAMS[0] and number == 1 and place == 1:
                    first, last, address = "Robin", "Visitor", VISITOR
                yield f"{first} {last},{address},{program.name},{circle},{role},{TIME_ZONE}"
