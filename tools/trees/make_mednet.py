"""Golden pictures of mednet's own overlay: python make_mednet.py tests/fixtures/trees/mednet MEDNET, where MEDNET is the
unpacked wheel of mednet 2.1.0; numpy 2.4.6, matplotlib 3.11 and Pillow 13 made the committed files.

mednet's module imports lightning, torchvision and tqdm at its top; the overlay uses none of them, so empty modules
stand in. Boxes are drawn as torchvision's `draw_bounding_boxes` does: Pillow's rectangle, outline green, width 2.
"""

import importlib.util
import json
import sys
import types
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

for name in ("lightning", "lightning.pytorch", "torchvision", "torchvision.transforms", "torchvision.transforms.v2",
             "torchvision.transforms.v2.functional", "tqdm"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["lightning"].pytorch = sys.modules["lightning.pytorch"]
sys.modules["lightning.pytorch"].LightningDataModule = object
sys.modules["torchvision"].tv_tensors = types.SimpleNamespace(BoundingBoxes=object)
sys.modules["tqdm"].tqdm = iter

spec = importlib.util.spec_from_file_location("viewer", Path(sys.argv[2]) / "mednet/engine/classify/saliency/viewer.py")
viewer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(viewer)

ROWS, COLUMNS, THRESHOLD = 20, 24, 0.2
BOXES = [[2, 3, 12, 9], [14, 10, 22, 18]]


def main(out):
    """A smooth map with zeros, values under the threshold and 1; a grey ramp; the picture without and with boxes."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    saliencies = np.exp(-((y - 7) ** 2 + (x - 10) ** 2) / 60).astype(np.float32)
    saliencies[:, :2] = 0
    saliencies = (saliencies - saliencies.min()) / (saliencies.max() - saliencies.min())
    image = ((13 * y + 7 * x) % 31 / 30).astype(np.float32)
    np.save(out / "map.npy", saliencies)
    np.save(out / "image.npy", image)
    hidden = saliencies.copy()
    hidden[hidden < THRESHOLD * hidden.max()] = 0
    picture = Image.fromarray((image * 255).astype(np.uint8)).convert("RGB")
    overlay = viewer._overlay_saliency_map(picture, hidden, colormap="plasma", image_weight=0.5)
    overlay.save(out / "overlay.png")
    draw = ImageDraw.Draw(overlay)
    for box in BOXES:
        draw.rectangle(box, width=2, outline="green")
    overlay.save(out / "boxes.png")
    (out / "boxes.json").write_text(json.dumps(BOXES) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
