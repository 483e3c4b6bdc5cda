import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { OpenReading, StudyOrder, StudySummary } from '@shared/reading-protocol'
import { runsOfPixels } from '@shared/drawing/runs'

const job = quietJob()

export const opacity = { name: 'Opacity', colour: '#5fd7ea', code: null }

/** A folder of a test's own. */
export const ownFolder = (name: string): string => mkdtempSync(join(tmpdir(), `${name}-`))

/** Opens phantom radiographs of the sample (128 × 128) as a user's own files; returns their ids. */
export async function openRadiographs(engine: Engine, names: readonly string[]): Promise<string[]> {
  const grants = names.map((name) => resolve('resources/sample/cases', `${name}.dcm`))
  return (await engine.call('study.open', { grants }, job)).cases.map(({ caseId }) => caseId)
}

export async function makeStudy(
  engine: Engine,
  caseIds: readonly string[],
  change: Partial<StudyOrder> = {}
): Promise<StudySummary> {
  const order: StudyOrder = {
    title: 'Opacity-1',
    caseIds: [...caseIds],
    readers: ['Reader 1', 'Reader 2'],
    seed: 42,
    repeats: 1,
    blinded: { label: true, prediction: true, map: true, readers: true },
    reveal: null,
    askCertainty: true,
    segments: [opacity],
    idleSeconds: 30,
    listedOnly: false,
    ...change
  }
  return engine.call('reading.create', order, job)
}

/** The reading that is open; fails when there is none. */
export async function openNow(engine: Engine): Promise<OpenReading> {
  const { open } = await engine.call('reading.state', {}, job)
  if (open === null) throw new Error('no reading is open')
  return open
}

/** Draws a rectangle on the first slice of the case on the screen, in the segment of that name: `[left, top, right, bottom]`, far edges exclusive. */
export async function drawBox(
  engine: Engine,
  [left, top, right, bottom]: readonly [number, number, number, number],
  name = opacity.name
): Promise<void> {
  const { caseId, studyId, reading } = await openNow(engine)
  const drawing = await engine.call('drawing.open', { caseId, study: studyId, reading, window: 'main' }, job)
  const which = { drawing: drawing.drawing, window: 'main' }
  const [columns, rows] = drawing.grid.size
  let segment = drawing.segments.find((one) => one.name === name)?.segment
  if (segment === undefined) {
    const change = { action: 'add' as const, ...opacity, name }
    segment = (await engine.call('drawing.segment', { ...which, change }, job)).segment
  }
  const pixels = Uint8Array.from({ length: columns * rows }, (_, index) => {
    const [x, y] = [index % columns, Math.floor(index / columns)]
    return x >= left && x < right && y >= top && y < bottom ? 1 : 0
  })
  const deltas = [{ segment, slice: 0, runs: runsOfPixels(pixels) }]
  await engine.call('drawing.commit', { ...which, stroke: { name: 'Box', tool: 'box', slice: 0, deltas } }, job)
}

/** Reads the case on the screen: a box, or no finding. */
export async function readCase(
  engine: Engine,
  box: readonly [number, number, number, number] | null,
  certainty = 4
): Promise<void> {
  if (box !== null) await drawBox(engine, box)
  await engine.call('reading.note', { certainty, noFinding: box === null }, job)
  const { next } = await engine.call('reading.done', {}, job)
  if (next !== null) await engine.call('reading.go', { reading: next }, job)
}
