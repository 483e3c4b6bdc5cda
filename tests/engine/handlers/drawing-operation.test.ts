import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { DrawingOperation } from '@shared/drawing-operations'
import { pixelsOfRuns, runsOfPixels } from '@shared/drawing/runs'
import { addSegment, engineOn, marked, openDrawing } from '../../support/drawing'

const EDGE = 128
const job = quietJob()
let folder: string
let engine: Engine
let drawing: string
let segment: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drawing-operation-'))
  engine = engineOn(folder)
  drawing = (await openDrawing(engine)).drawing
  segment = await addSegment(engine, drawing)
})
afterEach(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true, force: true })
})

const where = (rule: (x: number, y: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: EDGE * EDGE }, (_, index) => (rule(index % EDGE, Math.floor(index / EDGE)) ? 1 : 0))
const numbers = (pixels: Uint8Array): number[] => [...pixels.keys()].filter((index) => pixels[index] === 1)
const square = (x0: number, y0: number, size: number) => (x: number, y: number) =>
  x >= x0 && x < x0 + size && y >= y0 && y < y0 + size

async function paint(into: string, pixels: Uint8Array): Promise<void> {
  const stroke = {
    name: 'Brush',
    tool: 'brush',
    slice: 0,
    deltas: [{ segment: into, slice: 0, runs: runsOfPixels(pixels) }]
  }
  await engine.call('drawing.commit', { drawing, window: 'main', stroke }, job)
}

const operate = async (action: DrawingOperation) =>
  engine.call('drawing.operation', { drawing, window: 'main', action }, job)
const now = async (of = segment): Promise<number[]> => marked(await openDrawing(engine), of)

describe('a change of the engine is one entry, answered with what it turned over', () => {
  test('margin in millimetres, and its way back', async () => {
    const before = where(square(40, 50, 6))
    await paint(segment, before)
    const spacing = (await openDrawing(engine)).grid.spacingMm!
    const grown = where((x, y) => {
      const away = (at: number, from: number): number => Math.max(from - at, at - (from + 5), 0)
      return Math.hypot(away(x, 40) * spacing[0], away(y, 50) * spacing[1]) <= 7
    })
    const { entry, name, deltas } = await operate({ operation: 'margin', segment, marginMm: 7 })
    expect([entry, name]).toEqual([3, 'Margin +7 mm'])
    expect(numbers(pixelsOfRuns(deltas[0].runs, EDGE * EDGE)).length).toBe(numbers(grown).length - 36)
    expect(await now()).toEqual(numbers(grown))
    await engine.call('drawing.undo', { drawing, window: 'main' }, job)
    expect(await now()).toEqual(numbers(before))
  })

  test('at the edge of the image nothing is lost: there is no outside beyond it', async () => {
    const corner = where(square(0, 0, 10))
    await paint(segment, corner)
    const spacing = (await openDrawing(engine)).grid.spacingMm![0]
    await operate({ operation: 'margin', segment, marginMm: -1.01 * spacing })
    expect(await now()).toEqual(numbers(where(square(0, 0, 9))))
  })

  test('parts, holes and walls', async () => {
    const ring = where((x, y) => square(20, 20, 9)(x, y) && !square(23, 23, 3)(x, y))
    const island = where(square(60, 60, 2))
    await paint(
      segment,
      ring.map((bit, index) => bit | island[index])
    )
    await operate({ operation: 'keep-largest', segment })
    expect(await now()).toEqual(numbers(ring))
    await operate({ operation: 'fill-holes', segment, perSlice: true })
    expect(await now()).toEqual(numbers(where(square(20, 20, 9))))
    const spacing = (await openDrawing(engine)).grid.spacingMm![0]
    await operate({ operation: 'hollow', segment, thicknessMm: 1.01 * spacing, wall: 'inside' })
    expect(await now()).toEqual(numbers(where((x, y) => square(20, 20, 9)(x, y) && !square(21, 21, 7)(x, y))))
    expect(await operate({ operation: 'keep-largest', segment })).toMatchObject({
      entry: null,
      name: 'Nothing changed.'
    })
  })

  test('a split makes segments in one entry, and one undo takes all of it back', async () => {
    await paint(
      segment,
      where((x, y) => square(10, 10, 5)(x, y) || square(30, 10, 3)(x, y) || square(50, 10, 2)(x, y))
    )
    const { segments } = await operate({ operation: 'split-parts', segment })
    expect(segments.map(({ name }) => name)).toEqual(['Opacity', 'Opacity 2', 'Opacity 3'])
    // They are told apart on the image.
    expect(new Set(segments.map(({ colour }) => colour)).size).toBe(3)
    expect(await now(segments[0].segment)).toEqual(numbers(where(square(10, 10, 5))))
    expect(await now(segments[1].segment)).toEqual(numbers(where(square(30, 10, 3))))
    expect(await now(segments[2].segment)).toEqual(numbers(where(square(50, 10, 2))))
    await engine.call('drawing.undo', { drawing, window: 'main' }, job)
    expect((await openDrawing(engine)).segments.length).toBe(1)
    expect((await now()).length).toBe(25 + 9 + 4)
  })

  test('two segments are combined, and seeds share the image among them', async () => {
    const other = await addSegment(engine, drawing, 'Other')
    await paint(segment, where(square(10, 10, 6)))
    await paint(other, where(square(13, 10, 6)))
    const { name } = await operate({ operation: 'combine', segment, other, how: 'difference' })
    expect(name).toBe('Take away Other')
    expect(await now()).toEqual(numbers(where((x, y) => square(10, 10, 6)(x, y) && x < 13)))
    await operate({ operation: 'grow-seeds', marginMm: 0 })
    const both = [...(await now()), ...(await now(other))].sort((one, two) => one - two)
    expect(both).toEqual(numbers(where((x, y) => x >= 10 && x < 19 && y >= 10 && y < 16)))
  })

  test('sizes are counted on the labelmap', async () => {
    await paint(segment, where(square(40, 50, 6)))
    const [x, y] = (await openDrawing(engine)).grid.spacingMm!
    const [measure] = await engine.call('drawing.measure', { drawing, window: 'main' }, job)
    expect(measure).toMatchObject({ segment, voxels: 36, ml: null, slices: [0] })
    expect(measure.cm2).toBeCloseTo((36 * x * y) / 100, 9)
    // Between the middles of outer pixel edges: over 6 pixels one way and 5 the other.
    expect(measure.longestAxis).toBeCloseTo(Math.hypot(6 * x, 5 * y), 6)
  })
})

describe('boxes, notes and the finished case', () => {
  test('a box must lie on the image', async () => {
    const change = {
      action: 'change' as const,
      segment,
      boxes: [{ slice: 0, box: [4, 5, 9, 11] as [number, number, number, number] }]
    }
    const { segments, name } = await engine.call(
      'drawing.segment',
      { drawing, window: 'main', change: { ...change, words: 'Box' } },
      job
    )
    expect([segments[0].boxes, name]).toEqual([change.boxes, 'Box'])
    const beyond = { ...change, boxes: [{ slice: 0, box: [4, 5, 9, 129] as [number, number, number, number] }] }
    await expect(
      engine.call('drawing.segment', { drawing, window: 'main', change: beyond }, job)
    ).rejects.toMatchObject({
      code: 'bad-parameter'
    })
  })

  test('a case is done with an outline or without a finding, and with a certainty', async () => {
    const note = async (change: Record<string, unknown>) =>
      engine.call('drawing.note', { drawing, window: 'main', change }, job)
    await expect(note({ done: true })).rejects.toMatchObject({ code: 'usage', message: /press 0/ })
    await paint(segment, where(square(40, 50, 6)))
    await expect(note({ done: true })).rejects.toMatchObject({ message: /how sure/ })
    await note({ certainty: 4, comment: 'near the hilum' })
    await expect(note({ done: true, noFinding: true })).rejects.toMatchObject({ message: /Take one of them away/ })
    await expect(note({ done: true })).resolves.toEqual({
      noFinding: false,
      certainty: 4,
      flagged: false,
      comment: 'near the hilum',
      done: true
    })
  })

  test('what was finished is a reference mask of the case, also after a restart', async () => {
    await paint(segment, where(square(40, 50, 6)))
    await engine.call('drawing.note', { drawing, window: 'main', change: { certainty: 5, done: true } }, job)
    const masks = async (of: Engine) => {
      const { cases } = await of.call('study.open', { grants: [resolve('resources/sample/cases/p0001.dcm')] }, job)
      return (await of.call('mask.read', { caseId: cases[0].caseId }, job)).masks
    }
    expect((await masks(engine)).map(({ reader, voxels }) => [reader, voxels])).toEqual([['Reader 1', 36]])
    await engine.shutDown()
    engine = engineOn(folder)
    const [mask] = await masks(engine)
    expect(numbers(mask.labelmap)).toEqual(numbers(where(square(40, 50, 6))))
  })
})
