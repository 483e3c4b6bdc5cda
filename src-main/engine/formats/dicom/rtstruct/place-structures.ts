import { Fault } from '@engine/fault'
import { fillPolygons, type Polygon } from '@engine/formats/dicom/rtstruct/fill-polygons'
import type { Contour, Structure, StructureSet } from '@engine/formats/dicom/rtstruct/structure-set'
import type { PlacedSegmentation } from '@engine/formats/dicom/seg/place-frames'
import type { Segment, SegmentPlane } from '@engine/formats/segmentation/segmentation'
import { applyAffine, invertAffine } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'

/**
 * The outlines of a structure set filled on the slices of an image: a voxel is inside when its centre is (even–odd over the outlines
 * of one region on one slice). Points and open lines enclose nothing; they, and outlines that lie on no slice, are left out and said.
 * Throws Fault `geometry-mismatch` when image and outlines do not share a space, `bad-mask` when every outline lies outside.
 */
export function placeStructures(set: StructureSet, image: Volume): PlacedSegmentation {
  if (!image.oriented) {
    throw new Fault(
      'geometry-mismatch',
      `“${set.name}” has outlines in millimetres; its image does not say where it lies.`,
      {
        subject: set.name,
        hint: 'Open the DICOM images it was drawn on.'
      }
    )
  }
  const found = new Findings(set.name)
  const toVoxel = invertAffine(image.affine)
  const segments = set.structures.map((structure) => {
    const { contours, frameOfReferenceUid: _space, ...words } = structure
    requireSameSpace(structure, set, image)
    const slices = new Map<number, Polygon[]>()
    for (const contour of contours) addContour(contour, { toVoxel, image, slices, found })
    const planes = new Map<number, SegmentPlane>()
    for (const [k, polygons] of slices) {
      const plane = fillPolygons(polygons, [image.size[0], image.size[1]], set.name)
      if (plane !== null) planes.set(k, plane)
      else found.thin++
    }
    found.noteGaps([...slices.keys()])
    return { ...words, planes }
  })
  requireSomething(segments, found)
  const grid = { size: image.size, affine: image.affine }
  return { segmentation: { ...grid, segments }, warnings: [...set.warnings, ...found.sentences()] }
}

/** What was left out or is approximate, for the warnings. */
class Findings {
  readonly notFilled = new Map<string, number>()
  outside = 0
  oblique = 0
  thin = 0
  between = 0
  private gaps = 0

  constructor(private readonly name: string) {}

  /** Outlines on every n-th slice only: a coarser series was outlined. */
  noteGaps(slices: readonly number[]): void {
    const sorted = [...slices].sort((a, b) => a - b)
    const steps = sorted.slice(1).map((slice, index) => slice - sorted[index])
    if (steps.length > 0 && Math.min(...steps) > 1) this.gaps++
  }

  sentences(): string[] {
    const kinds = [...this.notFilled].map(([kind, count]) => `${count} of type ${kind}`).join(', ')
    return [
      kinds === '' ? null : `“${this.name}” holds outlines that enclose nothing and were left out: ${kinds}.`,
      this.outside === 0
        ? null
        : `${this.outside} outlines of “${this.name}” lie outside the slices of the image and were left out.`,
      this.oblique === 0
        ? null
        : `${this.oblique} outlines of “${this.name}” cross several slices of the image and were left out.`,
      this.between === 0
        ? null
        : `${this.between} outlines of “${this.name}” lie between slices and were put on the nearest one.`,
      this.thin === 0 ? null : `On ${this.thin} slices the outlines of “${this.name}” enclose no voxel centre.`,
      this.gaps === 0
        ? null
        : `${this.gaps} regions of “${this.name}” are outlined on every few slices only; the slices between stay empty.`
    ].filter((sentence) => sentence !== null)
  }

  get leftOut(): number {
    return this.outside + this.oblique
  }
}

interface Filling {
  readonly toVoxel: Affine
  readonly image: Volume
  readonly slices: Map<number, Polygon[]>
  readonly found: Findings
}

/** Types that enclose an area; old files leave the type out. */
const closedKinds = new Set(['CLOSED_PLANAR', 'CLOSEDPLANAR_XOR', 'CLOSED_PLANAR_XOR', ''])

/** Points of one outline may rise this share of a slice above each other. */
const flatShare = 0.25
const onSliceShare = 0.05

function addContour(contour: Contour, { toVoxel, image, slices, found }: Filling): void {
  const count = contour.points.length / 3
  if (!closedKinds.has(contour.kind) || count < 3) {
    const kind = closedKinds.has(contour.kind) ? 'POINT' : contour.kind
    found.notFilled.set(kind, (found.notFilled.get(kind) ?? 0) + 1)
    return
  }
  const polygon: [number, number][] = []
  let [low, high] = [Infinity, -Infinity]
  for (let point = 0; point < count; point++) {
    const [x, y, z] = contour.points.subarray(point * 3, point * 3 + 3)
    const [i, j, k] = applyAffine(toVoxel, [x, y, z])
    polygon.push([snapped(i), snapped(j)])
    low = Math.min(low, k)
    high = Math.max(high, k)
  }
  const height = (low + high) / 2
  const named = namedSlice(contour, image)
  const slice = named !== null && Math.abs(named - height) <= 1 ? named : Math.round(height)
  if (high - low > flatShare) found.oblique++
  else if (slice < 0 || slice >= image.size[2] || Math.abs(height - slice) > 1) found.outside++
  else {
    if (named === null && Math.abs(height - slice) > onSliceShare) found.between++
    slices.set(slice, [...(slices.get(slice) ?? []), polygon])
  }
}

/** The slice an outline says it was drawn on: uneven series lie off their mean grid. */
function namedSlice({ source }: Contour, image: Volume): number | null {
  if (source === null || image.sources?.length !== image.size[2]) return null
  const slice = image.sources.findIndex(
    (other) => other.sopInstanceUid === source.sopInstanceUid && other.frame === source.frame
  )
  return slice < 0 ? null : slice
}

/** Rounds away the noise of the affine, so that outlines through pixel centres are filled alike on every slice. */
function snapped(index: number): number {
  return Math.round(index * 1e6) / 1e6
}

function requireSameSpace(structure: Structure, set: StructureSet, image: Volume): void {
  const space = structure.frameOfReferenceUid ?? set.derivedFrom.frameOfReferenceUid
  if (space === null || image.frameOfReference === null || space === image.frameOfReference) return
  if (structure.contours.some((contour) => namedSlice(contour, image) !== null)) return
  throw new Fault('geometry-mismatch', `“${set.name}” lies in another frame of reference than its image.`, {
    subject: set.name,
    hint: 'Choose the image it was drawn on, or register and resample it first.'
  })
}

function requireSomething(segments: readonly Segment[], found: Findings): void {
  if (found.leftOut === 0 || segments.some(({ planes }) => planes.size > 0)) return
  throw new Fault('bad-mask', found.sentences().join(' '), {
    hint: 'Choose the image the outlines were drawn on.'
  })
}
