"""Some of the committed people once more as a BIDS tree: raw images, participants.tsv, and masks below derivatives."""

import json
import shutil

from .cohort import LABELS
from .files import SESSION, image_path
from .selection import select_people

PEOPLE_OF_EACH = 3
VERSION = "1.9.0"
README = """Synthetic brain phantoms of the Saliscope sample, as a BIDS tree. No person stands behind any of them.
The same images lie in the CAPS-like tree beside this one; `derivatives/phantom` holds the known place of the atrophy.
"""


def people():
    """The first three of either label."""
    chosen = select_people()
    return [person for label in LABELS for person in [one for one in chosen if one.label == label][:PEOPLE_OF_EACH]]


def _json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def write_tree(brain):
    """Write `brain/bids` from `brain/caps` and `brain/atrophy-mask.nii.gz`."""
    root = brain / "bids"
    chosen = people()
    _json(root / "dataset_description.json", {
        "Name": "Saliscope brain phantoms", "BIDSVersion": VERSION, "DatasetType": "raw", "License": "MIT",
        "Authors": ["The Saliscope authors"],
    })
    (root / "README").write_text(README)
    rows = ["participant_id\tdiagnosis", *[f"{person.id}\t{person.label}" for person in chosen]]
    (root / "participants.tsv").write_text("\n".join(rows) + "\n")
    _json(root / "participants.json", {"diagnosis": {
        "Description": "Whether the phantom was drawn with medial temporal atrophy",
        "Levels": {"AD-like": "with atrophy", "CN-like": "without"},
    }})
    derived = root / "derivatives" / "phantom"
    _json(derived / "dataset_description.json", {
        "Name": "Known place of the atrophy", "BIDSVersion": VERSION, "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "tools/sample"}],
    })
    for person in chosen:
        stem = f"{person.id}/{SESSION}/anat/{person.id}_{SESSION}"
        _copy(brain / "caps" / image_path(person.id), root / f"{stem}_T1w.nii.gz")
        _json(root / f"{stem}_T1w.json", {"Manufacturer": "Saliscope phantom", "Modality": "MR"})
        if person.label == LABELS[0]:
            mask = derived / f"{stem}_space-orig_label-atrophy_mask.nii.gz"
            _copy(brain / "atrophy-mask.nii.gz", mask)
            _json(mask.with_name(mask.name.replace(".nii.gz", ".json")), {"Type": "ROI", "Sources": [f"bids:raw:{stem}_T1w.nii.gz"]})
