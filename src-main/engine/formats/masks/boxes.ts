import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { csvRows } from '@engine/formats/csv'
import { readSourceFile } from '@engine/formats/source-file'
import type { Labelmap } from '@engine/geometry/labelmap'
import { voxelCount, type Volume } from '@engine/geometry/volume'

/** `[x0, y0, x1, y1]` in source pixels; the far edges are exclusive: a box of one pixel is `[3, 5, 4, 6]`. */
export type PixelBox = readonly [number, number, number, number]

/** One row of a box file. */
export interface BoxRow {
  /** '' when the file has no `case` column. */
  readonly case: string
  /** '' when the file has no `reader` column. */
  readonly reader: string
  readonly box: [number, number, number, number]
  /** Slice index from 0; null: every slice of a one-slice image, the first of a volume. */
  readonly slice: number | null
}

/**
 * Boxes of a CSV file with the columns x0, y0, x1, y1 and, if wanted, case, reader, slice; those of one case when `caseName` is given.
 * Throws Fault `bad-mask` naming the row, `not-found` or `bad-file`.
 */
export async function readBoxes(path: string, caseName?: string): Promise<BoxRow[]> {
  const source = await readSourceFile(path)
  const rows = parseBoxes(new TextDecoder().decode(source.bytes), source.name)
  if (caseName === undefined) return rows
  const own = rows.filter((row) => row.case === '' || row.case === caseName)
  if (own.length > 0 || rows.length === 0) return own
  throw new Fault('bad-mask', `“${source.name}” has no box for the case “${caseName}”.`, {
    subject: source.name,
    hint: 'The column “case” must hold the case id, or the file no such column.'
  })
}

/** Boxes from the text of a CSV file. Throws Fault `bad-mask` naming the row. */
export function parseBoxes(text: string, name: string): BoxRow[] {
  const [header, ...rows] = csvRows(text)
  const columns = (header ?? []).map((title) => title.trim().toLowerCase())
  const place = (title: string): number => columns.indexOf(title)
  const corners = ['x0', 'y0', 'x1', 'y1'].map(place)
  if (corners.includes(-1)) {
    throw new Fault('bad-mask', `“${name}” has no columns x0, y0, x1 and y1.`, {
      subject: name,
      hint: 'Its first line must name the columns: case,x0,y0,x1,y1 and, if wanted, reader and slice.'
    })
  }
  return rows.map((cells, index) => {
    const cell = (title: string): string => (place(title) < 0 ? '' : (cells[place(title)] ?? '').trim())
    const box = corners.map((column) => toNumber(cells[column])) as BoxRow['box']
    const slice = cell('slice') === '' ? null : toNumber(cell('slice'))
    const [x0, y0, x1, y1] = box
    if (
      !box.every(Number.isFinite) ||
      x1 <= x0 ||
      y1 <= y0 ||
      (slice !== null && !(Number.isInteger(slice) && slice >= 0))
    ) {
      throw new Fault('bad-mask', `Row ${index + 2} of “${name}” is no box.`, {
        subject: name,
        hint: 'Four numbers are needed with x0 < x1 and y0 < y1; far edges are exclusive.'
      })
    }
    return { case: cell('case'), reader: cell('reader'), box, slice }
  })
}

/** Union of boxes on the grid of an image: a pixel is inside when its centre is. Parts outside the image are cut off. */
export function boxLabelmap(rows: readonly Pick<BoxRow, 'box' | 'slice'>[], image: Volume): Labelmap {
  const [columns, height, slices] = image.size
  const voxels = new Uint8Array(voxelCount(image))
  for (const { box, slice } of rows) {
    const k = slice ?? 0
    if (k >= slices) continue
    const [left, right] = pixelRange(box[0], box[2], columns)
    const [top, bottom] = pixelRange(box[1], box[3], height)
    for (let y = top; y < bottom && right > left; y++) {
      const start = (k * height + y) * columns
      voxels.fill(1, start + left, start + right)
    }
  }
  return { voxels, size: image.size, affine: image.affine }
}

/** Indices whose centres lie in [from, to), inside the image. */
function pixelRange(from: number, to: number, length: number): [number, number] {
  const clamp = (value: number): number => Math.min(length, Math.max(0, Math.ceil(value - 0.5)))
  return [clamp(from), clamp(to)]
}

function toNumber(cell: string | undefined): number {
  const trimmed = (cell ?? '').trim()
  return trimmed === '' ? NaN : Number(trimmed)
}

/** Readers of a box file in order of appearance. */
export function readersOf(rows: readonly BoxRow[]): string[] {
  return [...new Set(rows.map((row) => row.reader))]
}

/** True for a file that is read as boxes. */
export function isBoxFile(path: string): boolean {
  return /\.csv$/i.test(basename(path))
}
