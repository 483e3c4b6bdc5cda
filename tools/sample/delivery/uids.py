"""Deterministic UIDs below 2.25, each a name-based UUID (DICOM PS3.5 B.2), so that a rebuild gives the same files."""

import uuid

_SAMPLE = uuid.UUID("8f0d2c4e-5f0b-5a56-9a43-5ad3c2f1e6b7")


def uid(*names):
    """The UID of a named object of the sample."""
    return f"2.25.{uuid.uuid5(_SAMPLE, '/'.join(names)).int}"
