import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { decimalString } from '@engine/formats/dicom/writing/text'
import { axisColumn, applyAffine, dot, lengthOf, unit, type Vector } from '@engine/geometry/affine'
import { planeNormal } from '@engine/geometry/dicom-plane'
import type { Affine } from '@engine/geometry/volume'

/** Pixel Measures: spacing of pixels and slices of a grid. Source: DICOM PS3.3 C.7.6.16.2.1. */
export function pixelMeasures(affine: Affine): DicomDataset {
  const [across, down] = [0, 1].map((axis) => lengthOf(axisColumn(affine, axis)))
  const between = sliceDistance(affine)
  return {
    PixelMeasuresSequence: [
      {
        PixelSpacing: [decimalString(down), decimalString(across)],
        SliceThickness: decimalString(between),
        SpacingBetweenSlices: decimalString(between)
      }
    ]
  }
}

/** Plane Orientation: direction cosines of rows and columns. Source: DICOM PS3.3 C.7.6.16.2.4. */
export function planeOrientation(affine: Affine): DicomDataset {
  const cosines = [0, 1].flatMap((axis) => unit(axisColumn(affine, axis)))
  return { PlaneOrientationSequence: [{ ImageOrientationPatient: cosines.map(decimalString) }] }
}

/** Plane Position of slice `k`. Source: DICOM PS3.3 C.7.6.16.2.3. */
export function planePosition(affine: Affine, k: number): DicomDataset {
  return { PlanePositionSequence: [{ ImagePositionPatient: slicePosition(affine, k) }] }
}

/** Image Position (Patient) of slice `k` in DICOM's spelling. */
export function slicePosition(affine: Affine, k: number): string[] {
  return applyAffine(affine, [0, 0, k]).map(decimalString)
}

/** Distance between slice planes along their normal, millimetres: less than the step of a tilted gantry. */
export function sliceDistance(affine: Affine): number {
  const [rowDirection, columnDirection] = [0, 1].map((axis) => unit(axisColumn(affine, axis))) as [Vector, Vector]
  const step = axisColumn(affine, 2)
  return Math.abs(dot(step, planeNormal({ rowDirection, columnDirection }))) || lengthOf(step)
}

/** One index of the frames of an object: the attribute it counts and the functional group that attribute lies in. Keywords. */
export interface Dimension {
  readonly index: keyof typeof tags
  readonly group: keyof typeof tags
  readonly label: string
}

const tags = {
  ReferencedSegmentNumber: 0x0062000b,
  SegmentIdentificationSequence: 0x0062000a,
  ImagePositionPatient: 0x00200032,
  PlanePositionSequence: 0x00209113,
  InStackPositionNumber: 0x00209057,
  StackID: 0x00209056,
  FrameContentSequence: 0x00209111,
  TemporalPositionIndex: 0x00209128
} as const

/** Multi-frame Dimension module; `FrameContentSequence.DimensionIndexValues` of each frame has one number per dimension. Source: DICOM PS3.3 C.7.6.17. */
export function dimensions(list: readonly Dimension[], organisationUid: string): DicomDataset {
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organisationUid }],
    DimensionIndexSequence: list.map(({ index, group, label }) => ({
      DimensionOrganizationUID: organisationUid,
      DimensionIndexPointer: tags[index],
      FunctionalGroupPointer: tags[group],
      DimensionDescriptionLabel: label
    }))
  }
}

/** Frame Content with the frame's place in each dimension, from 1. Source: DICOM PS3.3 C.7.6.16.2.2. */
export function frameContent(indices: readonly number[]): DicomDataset {
  return { FrameContentSequence: [{ DimensionIndexValues: indices }] }
}
