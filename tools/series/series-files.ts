import { mkdirSync, openSync, closeSync, writeSync, ftruncateSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { numbers, text } from '@engine/formats/dicom/elements'
import { parseDicom } from '@engine/formats/dicom/parse'
import { tag } from '@engine/formats/dicom/tags'

/** What to make out of a real slice. */
export interface SeriesOrder {
  /** A DICOM file with one uncompressed 16-bit slice: its header is repeated, with place, number and identifiers of each slice. */
  readonly like: string
  readonly folder: string
  readonly series: number
  readonly slicesPerSeries: number
  /** Pixels are left as holes of the file system: the files have their true length but take no room. For headers only. */
  readonly empty?: boolean
}

/** The stored pixel of slice k at (column i, row j): any voxel of a made volume can be checked without keeping it. */
export function storedPixel(i: number, j: number, k: number): number {
  return ((i * 7) ^ (j * 13) ^ (k * 101)) & 0x0fff
}

interface Template {
  readonly transferSyntaxUid: string
  /** Elements before the pixel data, without group lengths: tag → bytes with header. */
  readonly elements: ReadonlyMap<string, Uint8Array>
  readonly explicit: boolean
  readonly rows: number
  readonly columns: number
  readonly position: readonly number[]
  readonly step: readonly number[]
}

/** Writes series of slices that look like a real one; answers with their paths in order of place, series by series. */
export function writeSeries(order: SeriesOrder): string[][] {
  const template = readTemplate(order.like)
  const pixels = new Uint16Array(template.rows * template.columns)
  return Array.from({ length: order.series }, (_, series) => {
    const home = join(order.folder, `series-${String(series + 1).padStart(3, '0')}`)
    mkdirSync(home, { recursive: true })
    return Array.from({ length: order.slicesPerSeries }, (_, slice) => {
      // Numbered against the order of places, as scanners that run from head to feet do.
      const path = join(home, `IM${String(order.slicesPerSeries - slice).padStart(5, '0')}`)
      writeSlice(path, template, {
        series,
        slice,
        pixels: order.empty === true ? null : filled(pixels, template, slice)
      })
      return path
    })
  })
}

function filled(pixels: Uint16Array, { columns }: Template, slice: number): Uint16Array {
  for (let index = 0; index < pixels.length; index++)
    pixels[index] = storedPixel(index % columns, Math.floor(index / columns), slice)
  return pixels
}

interface Slice {
  readonly series: number
  readonly slice: number
  readonly pixels: Uint16Array | null
}

function writeSlice(path: string, template: Template, { series, slice, pixels }: Slice): void {
  const root = '1.2.826.0.1.3680043.8.498'
  const place = template.position.map((value, axis) => (value + template.step[axis] * slice).toFixed(4))
  const own: Readonly<Record<string, string>> = {
    [tag.SOPInstanceUID]: `${root}.${series + 1}.${slice + 1}`,
    [tag.SeriesInstanceUID]: `${root}.${series + 1}`,
    [tag.SeriesNumber]: String(series + 1),
    [tag.InstanceNumber]: String(slice + 1),
    [tag.ImagePosition]: place.join('\\')
  }
  const elements = new Map(template.elements)
  for (const [name, value] of Object.entries(own)) elements.set(name, element(name, value, template.explicit))
  const length = template.rows * template.columns * 2
  const sorted = [...elements].sort(([first], [second]) => (first < second ? -1 : 1)).map(([, bytes]) => bytes)
  const meta = fileMeta(template, own[tag.SOPInstanceUID])
  const head = Buffer.concat([meta, ...sorted, pixelHead(length, template.explicit)])
  const file = openSync(path, 'w')
  writeSync(file, head)
  if (pixels === null) ftruncateSync(file, head.length + length)
  else writeSync(file, new Uint8Array(pixels.buffer))
  closeSync(file)
}

function readTemplate(like: string): Template {
  const bytes = new Uint8Array(readFileSync(like))
  const parsed = parseDicom({ path: like, name: like, bytes })
  const { dataSet } = parsed
  const elements = new Map<string, Uint8Array>()
  const explicit = dataSet.elements[tag.Rows].vr !== undefined
  for (const [name, { dataOffset, length, vr }] of Object.entries(dataSet.elements)) {
    if (name.endsWith('0000') || name >= tag.FloatPixelData) continue
    const long = vr !== undefined && /^(OB|OW|OF|OD|SQ|UN|UT|UC|UR|OL)$/.test(vr)
    elements.set(name, parsed.bytes.slice(dataOffset - (long ? 12 : 8), dataOffset + length))
  }
  const orientation = numbers(dataSet, tag.ImageOrientation, 'DS')
  const [a, b] = [orientation.slice(0, 3), orientation.slice(3)]
  const normal = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
  const spacing = Number(text(dataSet, tag.SpacingBetweenSlices) || text(dataSet, tag.SliceThickness))
  return {
    transferSyntaxUid: parsed.syntax.uid,
    elements,
    explicit,
    rows: numbers(dataSet, tag.Rows, 'US')[0],
    columns: numbers(dataSet, tag.Columns, 'US')[0],
    position: numbers(dataSet, tag.ImagePosition, 'DS'),
    step: normal.map((value) => value * spacing)
  }
}

/** Preamble and file meta information of one instance. Source: DICOM PS3.10 section 7.1. */
function fileMeta({ elements, transferSyntaxUid }: Template, instanceUid: string): Buffer {
  const classUid = Buffer.from(elements.get(tag.SOPClassUID)!.slice(8)).toString('latin1').replace(/\0$/, '')
  const body = Buffer.concat([
    Buffer.from([2, 0, 1, 0, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1]),
    element('x00020002', classUid, true),
    element('x00020003', instanceUid, true),
    element('x00020010', transferSyntaxUid, true),
    element('x00020012', '1.2.826.0.1.3680043.8.498.0', true)
  ])
  const group = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0])
  group.writeUInt32LE(body.length, 8)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), group, body])
}

const vrOf: Readonly<Record<string, string>> = {
  [tag.SOPInstanceUID]: 'UI',
  [tag.SeriesInstanceUID]: 'UI',
  [tag.SeriesNumber]: 'IS',
  [tag.InstanceNumber]: 'IS',
  [tag.ImagePosition]: 'DS'
}

function element(name: string, value: string, explicit: boolean): Buffer {
  const vr = vrOf[name] ?? 'UI'
  const body = Buffer.from(value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' '), 'latin1')
  const head = elementHead(name)
  if (explicit) {
    head.write(vr, 4, 'latin1')
    head.writeUInt16LE(body.length, 6)
  } else head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body])
}

function elementHead(name: string): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(parseInt(name.slice(1, 5), 16), 0)
  head.writeUInt16LE(parseInt(name.slice(5), 16), 2)
  return head
}

function pixelHead(length: number, explicit: boolean): Buffer {
  const head = elementHead(tag.PixelData)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(length)
  if (!explicit) return Buffer.concat([head.subarray(0, 4), size])
  head.write('OW', 4, 'latin1')
  return Buffer.concat([head, size])
}
