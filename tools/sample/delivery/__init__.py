"""Files of the embedded sample: DICOM, masks, cards and experiment files."""
