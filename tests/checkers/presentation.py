"""A Grayscale Softcopy Presentation State as pydicom and highdicom read it: presentation.py FILE"""

import json
import sys

import pydicom

dataset = pydicom.dcmread(sys.argv[1])
annotations = []
for item in dataset.GraphicAnnotationSequence:
    annotations.append(
        {
            "image": item.ReferencedImageSequence[0].ReferencedSOPInstanceUID,
            "frame": item.ReferencedImageSequence[0].get("ReferencedFrameNumber"),
            "words": item.TextObjectSequence[0].UnformattedTextValue,
            "lines": [[float(value) for value in graphic.GraphicData] for graphic in item.get("GraphicObjectSequence", [])],
        }
    )
print(
    json.dumps(
        {
            "window": [float(dataset.SoftcopyVOILUTSequence[0].WindowCenter), float(dataset.SoftcopyVOILUTSequence[0].WindowWidth)],
            "rescale": [float(dataset.RescaleSlope), float(dataset.RescaleIntercept)],
            "shape": dataset.PresentationLUTShape,
            "images": [
                image.ReferencedSOPInstanceUID
                for series in dataset.ReferencedSeriesSequence
                for image in series.ReferencedImageSequence
            ],
            "annotations": annotations,
        }
    )
)
