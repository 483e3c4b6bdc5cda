"""Write the CT phantom: two series, its known regions, a table of cases: python export_ct.py RESOURCES."""

import sys
from pathlib import Path

from ct.regions import write_labelmap, write_segmentation
from ct.series import write_series
from ct.study import draw_study

TABLE = """case,patient,session,image,label,mask,split
ct-plain,phantom-ct-01,plain,plain,none,,test
ct-contrast,phantom-ct-01,contrast,contrast,contrast,regions.nii.gz,test
"""


def main(resources):
    """Write everything below `resources/ct`."""
    folder = resources / "ct"
    study = draw_study()
    write_series(folder / "plain", "plain", study.plain)
    paths = write_series(folder / "contrast", "contrast", study.contrast)
    write_labelmap(folder / "regions.nii.gz", study.regions)
    write_segmentation(folder / "regions.dcm", study.regions, paths)
    (folder / "cases.csv").write_text(TABLE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
