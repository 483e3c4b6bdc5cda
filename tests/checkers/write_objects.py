"""Objects about one CT slice, written by highdicom: write_objects.py CT.dcm FOLDER

report.dcm: TID 1500 with a polygon and an ellipse; placed.dcm: a polygon in the patient; state.dcm: window 50/300 and a rectangle;
map.dcm: whole numbers with a real-world slope of 0.5 and intercept -1. Prints what they mark.
"""

import json
import sys
import warnings
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

warnings.simplefilter("ignore")
ct = pydicom.dcmread(sys.argv[1])
folder = Path(sys.argv[2])
device = dict(manufacturer="Foreign", manufacturer_model_name="Writer", device_serial_number="1", software_versions="1")
series = lambda number: dict(
    series_instance_uid=generate_uid(), series_number=number, sop_instance_uid=generate_uid(), instance_number=1
)
polygon = np.array([[10.0, 20.0], [30.0, 20.0], [30.0, 28.0], [10.0, 28.0], [10.0, 20.0]])
ellipse = np.array([[40.0, 50.0], [60.0, 50.0], [50.0, 45.0], [50.0, 55.0]])


def region(tracking, graphic):
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=generate_uid(), identifier=tracking),
        referenced_region=graphic,
        finding_type=codes.SCT.Neoplasm,
        measurements=[hd.sr.Measurement(name=codes.SCT.Area, value=12.5, unit=codes.UCUM.SquareMillimeter)],
    )


def report(groups, path):
    observer = hd.sr.ObserverContext(
        observer_type=codes.DCM.Person, observer_identifying_attributes=hd.sr.PersonObserverIdentifyingAttributes(name="Doe^John")
    )
    content = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_person_context=observer),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=groups,
    )
    document = hd.sr.Comprehensive3DSR(
        evidence=[ct], content=content[0], is_complete=True, is_final=False, is_verified=False,
        manufacturer="Foreign", series_description="Findings", **series(901)
    )
    document.save_as(folder / path)


source = hd.sr.SourceImageForRegion(referenced_sop_class_uid=ct.SOPClassUID, referenced_sop_instance_uid=ct.SOPInstanceUID)
image_region = lambda kind, points: hd.sr.ImageRegion(graphic_type=kind, graphic_data=points, source_image=source)
report(
    [
        region("nodule", image_region(hd.sr.GraphicTypeValues.POLYLINE, polygon)),
        region("cyst", image_region(hd.sr.GraphicTypeValues.ELLIPSE, ellipse)),
    ],
    "report.dcm",
)

position = np.array(ct.ImagePositionPatient, dtype=float)
row, column = np.array(ct.ImageOrientationPatient[:3], dtype=float), np.array(ct.ImageOrientationPatient[3:], dtype=float)
down, across = [float(value) for value in ct.PixelSpacing]
place = lambda x, y: position + row * across * (x - 0.5) + column * down * (y - 0.5)
points = np.array([place(x, y) for x, y in polygon])
report(
    [region("placed nodule", hd.sr.ImageRegion3D(hd.sr.GraphicTypeValues3D.POLYGON, points, ct.FrameOfReferenceUID))], "placed.dcm"
)

layer = hd.pr.GraphicLayer("FINDINGS", 1)
state = hd.pr.GrayscaleSoftcopyPresentationState(
    referenced_images=[ct],
    content_label="STATE",
    voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(window_center=50, window_width=300)],
    graphic_layers=[layer],
    graphic_annotations=[
        hd.pr.GraphicAnnotation(
            referenced_images=[ct],
            graphic_layer=layer,
            graphic_objects=[
                hd.pr.GraphicObject(hd.pr.GraphicTypeValues.POLYLINE, polygon, units=hd.pr.AnnotationUnitsValues.PIXEL)
            ],
        )
    ],
    **device,
    **series(902),
)
state.save_as(folder / "state.dcm")

stored = (np.arange(ct.Rows * ct.Columns, dtype=np.uint32).reshape(1, ct.Rows, ct.Columns, 1) % 60000).astype(np.uint16)
mapping = hd.pm.RealWorldValueMapping(
    lut_label="MAP", lut_explanation="map", unit=codes.UCUM.NoUnits, value_range=(0, 59999), slope=0.5, intercept=-1.0
)
parametric = hd.pm.ParametricMap(
    source_images=[ct], pixel_array=stored[..., 0], content_label="MAP", content_description="map", series_description="Map elsewhere",
    content_creator_name="Doe^John", window_center=100, window_width=200, contains_recognizable_visual_features=False,
    real_world_value_mappings=[mapping], **device, **series(903)
)
parametric.save_as(folder / "map.dcm")

inside = lambda ok: int(sum(ok(x + 0.5, y + 0.5) for y in range(ct.Rows) for x in range(ct.Columns)))
print(
    json.dumps(
        {
            "polygon": inside(lambda x, y: 10 < x < 30 and 20 < y < 28),
            "ellipse": inside(lambda x, y: ((x - 50) / 10) ** 2 + ((y - 50) / 5) ** 2 < 1),
            "mean": float((stored.astype(float) * 0.5 - 1).mean()),
        }
    )
)
