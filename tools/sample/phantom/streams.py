"""Independent random streams of one patient: redrawing one part leaves all others as they were."""

import numpy as np

PARTS = ("anatomy", "lesion", "devices", "marker", "noise", "exposure")
_POLICY = 77


def patient_streams(seed, patient):
    """One generator per part of the picture, a function of (seed, patient, part) alone."""
    return {part: np.random.default_rng([seed, patient, k]) for k, part in enumerate(PARTS)}


def policy_stream(seed, patient):
    """The generator that draws which marker a patient wears."""
    return np.random.default_rng([seed, patient, _POLICY])
