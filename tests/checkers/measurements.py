"""TID 1500 reports as highdicom reads them: measurements.py FILE"""

import json
import sys
import warnings

import highdicom as hd

warnings.simplefilter("ignore")
document = hd.sr.srread(sys.argv[1])
content = document.content
groups = []


def figures(group):
    return [
        {
            "name": item.name.value,
            "meaning": item.name.meaning,
            "value": float(item.value),
            "unit": item.unit.value,
        }
        for item in group.get_measurements()
    ]


def evaluations(group):
    return {item.name.value: item.value.value for item in group.get_qualitative_evaluations()}


for group in content.get_image_measurement_groups():
    groups.append(
        {
            "title": group.tracking_identifier,
            "figures": figures(group),
            "evaluations": evaluations(group),
            "images": [str(item.referenced_sop_instance_uid) for item in group.source_images],
            "segment": None,
        }
    )
for group in content.get_volumetric_roi_measurement_groups():
    referenced = group.referenced_segment
    groups.append(
        {
            "title": group.tracking_identifier,
            "figures": figures(group),
            "evaluations": evaluations(group),
            "images": [str(item.referenced_sop_instance_uid) for item in referenced.source_images_for_segmentation],
            "segment": [str(referenced.referenced_sop_instance_uid), int(referenced.referenced_segment_numbers[0])],
        }
    )
print(
    json.dumps(
        {
            "template": document.ContentTemplateSequence[0].TemplateIdentifier,
            "groups": groups,
            "evidence": [
                str(item.ReferencedSOPInstanceUID)
                for study in document.CurrentRequestedProcedureEvidenceSequence
                for series in study.ReferencedSeriesSequence
                for item in series.ReferencedSOPSequence
            ],
        }
    )
)
