"""Which test people are committed: the first 12 with and the first 8 without atrophy, in the generator's order."""

from dataclasses import dataclass

from .cohort import LABELS, TEST

ILL = 12
WELL = 8
WITH_TWIN = 6


@dataclass(frozen=True)
class Person:
    """One committed person: id, number in the generator, label, and whether the twin without atrophy is committed."""

    id: str
    number: int
    label: str
    twin: bool

    def draw(self, atrophy=True):
        """The image as committed, or the twin without atrophy."""
        return TEST.draw(self.number, atrophy)


def select_people():
    """The committed people."""
    wanted, seen, people = (ILL, WELL), [0, 0], []
    for number, target in enumerate(TEST.targets().tolist()):
        seen[target] += 1
        if seen[target] <= wanted[target]:
            twin = target == 0 and seen[0] <= WITH_TWIN
            people.append(Person(f"sub-B{len(people) + 1:03d}", number, LABELS[target], twin))
    return people
