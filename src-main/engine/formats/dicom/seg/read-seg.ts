import type { DataSet } from 'dicom-parser'
import { Fault } from '@engine/fault'
import { number, sequenceItems, text } from '@engine/formats/dicom/elements'
import { frameGeometries, type FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import { requirePixels } from '@engine/formats/dicom/has-pixels'
import { parseDicom, type ParsedDicom } from '@engine/formats/dicom/parse'
import { checkDecodedSize, pixelDescription, type PixelDescription } from '@engine/formats/dicom/pixel-description'
import { derivedFrom, segmentOfGroup, sourceFrames } from '@engine/formats/dicom/seg/derived-from'
import type { SegFile, SegFrame } from '@engine/formats/dicom/seg/seg-file'
import { segPixels, type SegPixels } from '@engine/formats/dicom/seg/seg-pixels'
import { segmentWords } from '@engine/formats/dicom/seg/segment-words'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { tag } from '@engine/formats/dicom/tags'
import { defaultDecodedLimitBytes } from '@engine/formats/format'
import { plainWords, type SegmentPlane, type SegmentWords } from '@engine/formats/segmentation/segmentation'
import type { SourceFile } from '@engine/formats/source-file'
import type { Voxels } from '@engine/geometry/volume'

/** True for a parsed file that is a segmentation. */
export function isSegmentation(dataSet: DataSet): boolean {
  const uid = text(dataSet, tag.SOPClassUID)
  return uid === sopClass.segmentation || uid === sopClass.labelMapSegmentation
}

/**
 * Reads a DICOM segmentation: binary (1 or 8 bits), fractional, or label map; any transfer syntax pixels can be read in.
 * Source: DICOM PS3.3 A.51, C.8.20.
 * Throws Fault `bad-mask` for frames of segments that are not described, and what decoding throws.
 */
export async function readSeg(source: SourceFile, parsed: ParsedDicom = parseDicom(source)): Promise<SegFile> {
  const { dataSet } = parsed
  requirePixels(parsed, source.name)
  const pixels = pixelDescription(dataSet, source.name)
  // Bits are kept packed or as bytes: a byte a pixel is the most a segmentation takes.
  checkDecodedSize(pixels, defaultDecodedLimitBytes, source.name)
  const kind = kindOf(dataSet)
  // A label map may describe its background, number 0: that is no segment.
  const words = segmentWords(dataSet).filter(({ number: segment }) => kind !== 'LABELMAP' || segment !== 0)
  const places = frameGeometries(dataSet, pixels.frames)
  const { read, bits, warnings } = await segPixels(parsed, pixels, source)
  const scale = kind === 'FRACTIONAL' ? (number(dataSet, tag.MaximumFractionalValue, 'US') ?? 255) : 1
  const stored = { pixels, places, read, bits }
  const frames =
    kind === 'LABELMAP'
      ? labelmapFrames(parsed, stored, source.name)
      : segmentFrames(parsed, stored, kind === 'FRACTIONAL' ? (scale > 0 ? scale : 255) : null)
  return {
    name: source.name,
    kind,
    rows: pixels.rows,
    columns: pixels.columns,
    derivedFrom: derivedFrom(dataSet),
    segments: describedSegments(words, frames, source.name),
    frames,
    places,
    warnings: [...parsed.warnings, ...warnings]
  }
}

function kindOf(dataSet: DataSet): SegFile['kind'] {
  if (text(dataSet, tag.SOPClassUID) === sopClass.labelMapSegmentation) return 'LABELMAP'
  const stated = text(dataSet, tag.SegmentationType)
  return stated === 'FRACTIONAL' || stated === 'LABELMAP' ? stated : 'BINARY'
}

interface Frames extends Pick<SegPixels, 'read' | 'bits'> {
  readonly pixels: PixelDescription
  readonly places: readonly FrameGeometry[]
}

interface Groups {
  readonly shared: DataSet | undefined
  readonly perFrame: readonly DataSet[]
}

function groupsOf({ dataSet }: ParsedDicom): Groups {
  return {
    shared: sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0],
    perFrame: sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence)
  }
}

function sourcesOf({ shared, perFrame }: Groups, frame: number): SegFrame['sources'] {
  const own = sourceFrames(perFrame[frame])
  return own.length > 0 ? own : sourceFrames(shared)
}

/** `scale` is the value of a share of one; null for marks. A frame without a segment number belongs to the first segment: files with one leave it out. */
function segmentFrames(parsed: ParsedDicom, frames: Frames, scale: number | null): SegFrame[] {
  const { pixels, places, read, bits } = frames
  const groups = groupsOf(parsed)
  const first = segmentWords(parsed.dataSet)[0]?.number ?? 1
  return places.flatMap((geometry, frame) => {
    const stored = frame < pixels.frames ? read(frame) : null
    if (stored === null) return []
    const segment = segmentOfGroup(groups.perFrame[frame]) ?? segmentOfGroup(groups.shared) ?? first
    const plane = scale !== null ? shares(stored, scale) : bits ? (stored as Uint8Array) : marks(stored)
    return [{ segment, geometry, sources: sourcesOf(groups, frame), pixels: plane }]
  })
}

function marks(stored: Voxels): Uint8Array {
  const plane = new Uint8Array(stored.length)
  for (let pixel = 0; pixel < stored.length; pixel++) if (stored[pixel] !== 0) plane[pixel] = 1
  return plane
}

function shares(stored: Voxels, scale: number): SegmentPlane {
  return Float32Array.from(stored, (value) => Math.min(1, Math.max(0, value / scale)))
}

/** Each value of a label map is a segment; 0 is the background. */
function labelmapFrames(parsed: ParsedDicom, { places, read }: Frames, name: string): SegFrame[] {
  const groups = groupsOf(parsed)
  const seen = new Set<number>()
  return places.flatMap((geometry, frame) => {
    const stored = read(frame)
    if (stored === null) return []
    const sources = sourcesOf(groups, frame)
    const values = [...new Set(stored)].filter((value) => value !== 0)
    values.forEach((value) => seen.add(value))
    if (seen.size > mostSegments) throw tooManySegments(name)
    return values.map((segment) => ({
      segment,
      geometry,
      sources,
      pixels: Uint8Array.from(stored, (value) => (value === segment ? 1 : 0))
    }))
  })
}

/** More segments than any atlas has: the pixels of such a label map are no labels. */
const mostSegments = 4096

/** Every segment that is described or drawn. Segments that nobody described get their number for a name. */
function describedSegments(words: readonly SegmentWords[], frames: readonly SegFrame[], name: string): SegmentWords[] {
  const numbers = new Set(words.map((word) => word.number))
  const drawn = [...new Set(frames.map((frame) => frame.segment))].filter((segment) => !numbers.has(segment))
  if (numbers.size !== words.length || words.length + drawn.length > mostSegments) {
    throw tooManySegments(name)
  }
  return [...words, ...drawn.sort((a, b) => a - b).map((segment) => plainWords(segment, `Segment ${segment}`))]
}

function tooManySegments(name: string): Fault {
  return new Fault('bad-mask', `“${name}” numbers its segments in a way that cannot be told apart.`, {
    subject: name,
    hint: 'Export the segmentation again from its source.'
  })
}
