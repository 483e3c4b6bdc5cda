"""Write the brain sample: python export_brain.py WORK RESOURCES. Reads WORK/brain/brain.pt; the test people are drawn here and nowhere else."""

import sys
from pathlib import Path

import numpy as np
import torch

from brain.cohort import LABELS, TEST
from brain.documents import card, experiment
from brain.files import SESSION, image_path, write_participants, write_volume
from brain.learning import as_input, load, margins
from brain.network import BrainNet
from brain.onnx_file import check_against_torch, export, layers_and_cascade
from brain.selection import select_people
from brain.space import atrophy_mask
from delivery.json_file import write_json
from learning.scores import accuracy, roc_auc


def write_images(root):
    """The committed people, their twins, the mask and the list of people."""
    people = select_people()
    for person in people:
        write_volume(root / "caps" / image_path(person.id), person.draw())
        if person.twin:
            write_volume(root / "caps" / image_path(person.id, "finding-removed"), person.draw(atrophy=False))
    write_volume(root / "atrophy-mask.nii.gz", atrophy_mask().astype(np.uint8))
    write_participants(root / "caps" / "participants.tsv", [(p.id, SESSION, p.label) for p in people])


def measure(network):
    """Performance on all test people."""
    images, targets = load(TEST)
    scores = margins(network, images)
    ill = (targets == 0).numpy()
    return [{"set": "test", "n": len(scores), "auc": round(roc_auc(ill, scores), 4),
             "accuracy": round(accuracy(ill, scores), 4)}]


def main(work, resources):
    """Write images, model, card and experiment."""
    write_images(resources / "brain")
    network = BrainNet()
    network.load_state_dict(torch.load(work / "brain" / "brain.pt", weights_only=True))
    network.eval()
    path = resources / "models" / "brain.onnx"
    model = export(network, path)
    first = select_people()[0]
    images = as_input(np.stack([person.draw() for person in select_people()[:3]]))
    difference = check_against_torch(network, path, images)
    with torch.no_grad():
        output = torch.softmax(network(images[:1]), 1)[0].tolist()
    example = {"image": f"brain/caps/{image_path(first.id)}", "output": [round(value, 4) for value in output]}
    measured = {"performance": measure(network), "example": example}
    write_json(resources / "models" / "brain.card.json", card(network, layers_and_cascade(network, model), measured))
    write_json(resources / "brain-experiment.json", experiment())
    print(f"{path.stat().st_size} bytes, differs from PyTorch by {difference:.1e}; {LABELS}: {measured}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
