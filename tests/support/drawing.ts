import { resolve } from 'node:path'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { OpenDrawing } from '@shared/drawing'
import { pixelsOfRuns, runsOfPixels } from '@shared/drawing/runs'
import { inProcess } from './in-process'

const sampleFolder = resolve('resources/sample')
const colour = '#5fd7ea'

/** An engine over a workspace folder, with nothing open. */
export function engineOn(workspaceFolder: string | null): Engine {
  return createEngine({
    spawn: inProcess,
    sampleFolder,
    workspaceFolder,
    resolveGrant: (grant) => grant,
    version: 'test',
    threads: 1
  })
}

/** Opens one phantom radiograph (128 × 128) and its drawing. */
export async function openDrawing(
  engine: Engine,
  which: { study?: string; window?: string } = {}
): Promise<OpenDrawing> {
  const job = quietJob()
  const { cases } = await engine.call('study.open', { grants: [resolve(sampleFolder, 'cases', 'p0001.dcm')] }, job)
  const { study = null, window = 'main' } = which
  return engine.call('drawing.open', { caseId: cases[0].caseId, study, reading: 1, window }, job)
}

/** Adds a segment; returns its id. */
export async function addSegment(engine: Engine, drawing: string, name = 'Opacity'): Promise<string> {
  const change = { action: 'add' as const, name, colour, code: null }
  return (await engine.call('drawing.segment', { drawing, window: 'main', change }, quietJob())).segment
}

/** A stroke that flips a bar of `length` pixels from pixel `from` on. */
export function bar(
  segment: string,
  from: number,
  { length = 5, name = 'Brush' } = {}
): {
  name: string
  tool: string
  slice: number
  deltas: { segment: string; slice: number; runs: Uint32Array }[]
} {
  return { name, tool: 'brush', slice: 0, deltas: [{ segment, slice: 0, runs: Uint32Array.of(from, length) }] }
}

/** Commits one stroke. */
export async function commit(
  engine: Engine,
  drawing: string,
  stroke: ReturnType<typeof bar>
): Promise<{ entry: number; savedAt: string | null }> {
  return engine.call('drawing.commit', { drawing, window: 'main', stroke }, quietJob())
}

/** Indices of the marked pixels of a segment on the first slice. */
export function marked({ labelmaps, grid }: OpenDrawing, segment: string): number[] {
  const runs = labelmaps.find((one) => one.segment === segment)?.slices[0]?.runs ?? runsOfPixels(new Uint8Array(0))
  const pixels = pixelsOfRuns(runs, grid.size[0] * grid.size[1])
  return [...pixels.keys()].filter((index) => pixels[index] === 1)
}
