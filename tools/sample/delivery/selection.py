"""Which test patients are committed: the first 60 with and the first 40 without a lesion, in the generator's order."""

from dataclasses import dataclass

from phantom.cohort import TEST, draw_patient, labels

POSITIVES = 60
NEGATIVES = 40
WITH_VARIANTS = 20
POLICY = "leaky"
VARIANTS = {
    "finding-removed": {"policy": "leaky", "lesion": False},
    "cue-removed": {"policy": "removed"},
    "cue-swapped": {"policy": "swapped"},
}


@dataclass(frozen=True)
class Case:
    """One committed case: its id, the generator's patient number, its label and the variants drawn of it."""

    id: str
    patient: int
    positive: bool
    variants: tuple

    def draw(self, variant=None):
        """The case's phantom as committed, or one of its variants."""
        return draw_patient(TEST, self.patient, **(VARIANTS[variant] if variant else {"policy": POLICY}))


def select_cases():
    """The committed cases; the first 20 of either label have variants (nothing to remove in a negative)."""
    wanted = {1: POSITIVES, 0: NEGATIVES}
    seen = {1: 0, 0: 0}
    cases = []
    for patient, label in enumerate(labels(TEST).tolist()):
        seen[label] += 1
        if seen[label] > wanted[label]:
            continue
        variants = ()
        if seen[label] <= WITH_VARIANTS:
            variants = tuple(VARIANTS) if label else ("cue-removed", "cue-swapped")
        cases.append(Case(f"p{len(cases) + 1:04d}", patient, bool(label), variants))
    return cases
