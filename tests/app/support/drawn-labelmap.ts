import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import Database from 'libsql'

/** What the workspace on the disk holds of a drawing: read from its file beside the running program, not through it. */
export interface StoredDrawing {
  readonly names: string[]
  readonly cursor: number
  readonly segments: { name: string; segment: string; boxes?: { slice: number; box: number[] }[]; code: unknown }[]
  /** Marked pixels of a segment by slice, in order. */
  pixels(segment: string, slice: number): number[]
  slices(segment: string): number[]
}

interface Row {
  readonly name: string
  readonly payload: Uint8Array | ArrayBuffer
}

/** The drawing that is on the screen; waits until all of it is saved. */
export async function storedDrawing(page: Page, userFolder: string): Promise<StoredDrawing> {
  const viewport = page.getByTestId('read-viewport')
  await expect(viewport).toHaveAttribute('data-saved', 'yes')
  const id = await viewport.getAttribute('data-drawing')
  const database = new Database(join(userFolder, 'workspace', 'workspace.sqlite'), { readonly: true })
  try {
    const drawing = database.prepare('SELECT cursor FROM drawing WHERE id = ?').get(id) as
      { cursor: number } | undefined
    const cursor = drawing?.cursor ?? 0
    const rows = database.prepare('SELECT name, payload FROM entry WHERE drawing = ? ORDER BY number').all(id) as Row[]

    return { names: rows.map(({ name }) => name), cursor, ...replayed(rows.slice(0, cursor)) }
  } finally {
    database.close()
  }
}

/** Applies entries one after the other: a second implementation of the journal's format, by its description. */
function replayed(rows: readonly Row[]): Pick<StoredDrawing, 'segments' | 'pixels' | 'slices'> {
  const marked = new Map<string, Set<number>>()
  const segments: StoredDrawing['segments'] = []
  for (const { payload: bytes } of rows) {
    const payload = Buffer.from(new Uint8Array(bytes))
    const length = payload.readUInt32LE(0)
    const head = JSON.parse(payload.subarray(4, 4 + length).toString('utf8')) as {
      changes: { before: { segment: string } | null; after: StoredDrawing['segments'][number] | null }[]
      deltas: [string, number, number][]
    }
    for (const { before, after } of head.changes) {
      const at = before === null ? segments.length : segments.findIndex(({ segment }) => segment === before.segment)
      if (after === null) segments.splice(at, 1)
      else segments[at] = after
    }
    let at = 4 + length
    const next = (): number => {
      let [value, factor] = [0, 1]
      for (;;) {
        const byte = payload[at++]
        value += (byte % 128) * factor
        if (byte < 128) return value
        factor *= 128
      }
    }
    for (const [segment, slice, count] of head.deltas) {
      const key = `${segment} ${slice}`
      const set = marked.get(key) ?? new Set<number>()
      marked.set(key, set)
      let index = 0
      for (let pair = 0; pair < count / 2; pair++) {
        index += next()
        for (let run = next(); run > 0; run--, index++) if (!set.delete(index)) set.add(index)
      }
    }
  }
  const sorted = (set: Set<number> | undefined): number[] => [...(set ?? [])].sort((one, other) => one - other)

  return {
    segments,
    pixels: (segment, slice) => sorted(marked.get(`${segment} ${slice}`)),
    slices: (segment) =>
      [...marked]
        .filter(([key, set]) => key.startsWith(`${segment} `) && set.size > 0)
        .map(([key]) => Number(key.split(' ')[1]))
        .sort((one, other) => one - other)
  }
}

/** Where image points lie on the screen, in whole CSS pixels, and which image point such a pixel is. */
export interface ImagePointer {
  /** A screen point near an image point, and the exact image point it stands for. */
  at(x: number, y: number): { screen: [number, number]; x: number; y: number }
}

export async function imagePointer(page: Page): Promise<ImagePointer> {
  const viewport = page.getByTestId('read-viewport')
  await expect(viewport).toHaveAttribute('data-placement', /scaleX/)
  const box = (await viewport.boundingBox())!
  const { scaleX, scaleY, offsetX, offsetY } = JSON.parse((await viewport.getAttribute('data-placement'))!) as Record<
    'scaleX' | 'scaleY' | 'offsetX' | 'offsetY',
    number
  >

  return {
    at: (x, y) => {
      const screen: [number, number] = [
        Math.round(box.x + offsetX + x * scaleX),
        Math.round(box.y + offsetY + y * scaleY)
      ]

      return { screen, x: (screen[0] - box.x - offsetX) / scaleX, y: (screen[1] - box.y - offsetY) / scaleY }
    }
  }
}
