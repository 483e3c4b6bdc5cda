import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import type { ConsensusMethod, ConsensusState } from '@shared/reading-results'
import { bar, engineOn } from '../../support/drawing'
import { drawBox, makeStudy, opacity, openRadiographs, ownFolder, readCase } from '../../support/reading'

const job = quietJob()
const names = ['p0001', 'p0002']
const [large, small] = [
  [10, 10, 30, 30],
  [50, 50, 60, 60]
] as const

/** Two readers see the same two places and call them by each other's names. */
describe('the consensus of a study with two findings', () => {
  const folders = { workspace: ownFolder('consensus'), out: ownFolder('out') }
  let engine: Engine
  let caseIds: string[]
  let studyId: string

  const make = async (method: ConsensusMethod, replace = false): Promise<ConsensusState[]> =>
    (await engine.call('reading.consensus', { studyId, method, replace }, job)).consensus
  /** Opens the correction of a case; returns the drawing. */
  const correct = async (caseIndex: number) => {
    const edit = await engine.call('reading.edit', { studyId, caseIndex }, job)
    return engine.call('drawing.open', { ...edit, window: 'main' }, job)
  }
  const close = (drawing: string) => engine.call('drawing.close', { drawing, window: 'main' }, job)
  const accept = (caseIndex: number, edited: boolean) =>
    engine.call('reading.accept', { studyId, caseIndex, edited }, job)
  const referenceVoxels = async (caseId: string): Promise<number> =>
    (await engine.call('mask.read', { caseId }, job)).masks[0].voxels

  beforeAll(async () => {
    engine = engineOn(folders.workspace)
    caseIds = await openRadiographs(engine, names)
    const segments = [opacity, { ...opacity, name: 'Nodule' }]
    studyId = (await makeStudy(engine, caseIds, { segments, repeats: 0 })).studyId
    const boss = (await engine.call('profile.list', {}, job)).current!.profile
    for (const [at, places] of [
      [large, small],
      [small, large]
    ].entries()) {
      const order = { name: `R${at}`, role: 'reader' as const, pin: null }
      const { profile } = await engine.call('profile.create', order, job)
      await engine.call('profile.choose', { profile, pin: null }, job)
      await engine.call('reading.open', { studyId, readerId: `reader-${at + 1}` }, job)
      for (let reading = 1; reading <= 2; reading++) {
        await drawBox(engine, places[1], 'Nodule')
        await readCase(engine, places[0])
      }
      await engine.call('reading.leave', {}, job)
      await engine.call('profile.choose', { profile: boss, pin: null }, job)
    }
  })
  afterAll(async () => {
    await engine.shutDown()
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true })
  })

  test('is asked for when readers agree on the place and not on the finding', async () => {
    const { rows, differing } = await engine.call('reading.results', { studyId }, job)
    const dice = rows.filter(({ id }) => id === 'dice').map(({ finding, value }) => [finding, value])
    expect(dice).toEqual([
      ['Opacity', 0],
      ['Nodule', 0],
      [null, 1]
    ])
    expect(differing.map(({ code, finding, dice }) => [code, finding, dice])).toEqual([
      ['Case 1', 'Opacity', 0],
      ['Case 2', 'Opacity', 0]
    ])
  })

  test('by STAPLE says of each finding how well each reader does, in the order of the readers', async () => {
    await make('staple')
    const { state, readers } = await engine.call('reading.adjudicate', { studyId, caseIndex: 0 }, job)
    expect(state.readers).toEqual(readers.map(({ reader }) => reader))
    // An expectation maximisation in NumPy 2 over the same 70 × 70 pixels: two readers who never agree do not settle.
    const settled = { prior: expect.closeTo(500 / 9800, 12), iterations: 500 }
    const large = { sensitivity: expect.closeTo(0.99998789, 6), specificity: expect.closeTo(0.96882763, 6) }
    const small = { sensitivity: expect.closeTo(0, 6), specificity: expect.closeTo(0.97847048, 6) }
    const figures = state.findings.map(({ name, sensitivity, specificity, estimated }) => ({
      ...{ name, estimated },
      readers: sensitivity!.map((value, at) => ({ sensitivity: value, specificity: specificity![at] }))
    }))
    expect(figures).toEqual([
      { name: 'Opacity', estimated: settled, readers: [large, small] },
      { name: 'Nodule', estimated: settled, readers: [small, large] }
    ])
    expect(state.warnings).toEqual(['STAPLE had not settled after its last round.'])
  })

  test('is made of each finding for itself, and keeps the share of readers as it is', async () => {
    const [state] = await make('soft')
    expect(state).toMatchObject({ adjudicate: true, voxels: 500 })
    expect(state.findings.map(({ sensitivity, estimated }) => [sensitivity, estimated])).toEqual([
      [null, null],
      [null, null]
    ])
    expect(state.findings.map(({ name, voxels }) => [name, voxels])).toEqual([
      ['Opacity', 500],
      ['Nodule', 500]
    ])
    await engine.call('reading.reference', { studyId, grant: folders.out }, job)
    const written = readdirSync(join(folders.out, 'outlines')).filter((name) => name.startsWith('case-0001-consensus'))
    expect(written.sort()).toEqual(
      ['', '-Nodule', '-Nodule-probability', '-Opacity', '-Opacity-probability']
        .map((part) => `case-0001-consensus${part}.nii.gz`)
        .sort()
    )
    const file = join(folders.out, 'outlines', 'case-0001-consensus-Opacity-probability.nii.gz')
    // NIfTI-1: the voxels begin after 352 bytes.
    const voxels = new Float32Array(Uint8Array.from(gunzipSync(readFileSync(file)).subarray(352)).buffer)
    const tally = new Map<number, number>()
    for (const value of voxels) tally.set(value, (tally.get(value) ?? 0) + 1)
    expect([...tally].sort()).toEqual([
      [0, 128 * 128 - 500],
      [0.5, 500]
    ])
  })

  test('that was accepted or corrected stays when another method makes it anew, unless that is wanted', async () => {
    const drawing = await correct(0)
    expect(drawing.segments.map(({ name }) => name)).toEqual(['Opacity', 'Nodule'])
    const stroke = bar(drawing.segments[0].segment, 0, { length: 7 })
    await engine.call('drawing.commit', { drawing: drawing.drawing, window: 'main', stroke }, job)
    await close(drawing.drawing)
    await accept(0, true)
    const [corrected, other] = await make('majority')
    expect(corrected).toMatchObject({ method: 'soft', edited: true, voxels: 507, acceptedBy: expect.any(String) })
    expect(corrected.findings[0]).toMatchObject({ voxels: 507, probability: null })
    expect(corrected.findings[1]).toMatchObject({ voxels: 500 })
    expect(other).toMatchObject({ method: 'majority', voxels: 0, acceptedBy: null })
    expect((await make('majority', true))[0]).toMatchObject({ method: 'majority', voxels: 0, edited: false })
  })

  test('is corrected from what it is now, not from what was corrected on another one', async () => {
    const drawing = await correct(0)
    expect(drawing.segments).toHaveLength(2)
    expect(drawing.labelmaps.flatMap(({ slices }) => slices)).toEqual([])
    await close(drawing.drawing)
    await make('soft', true)
    // The same consensus again: what was corrected on it is still there.
    expect((await correct(0)).labelmaps[0].slices[0].runs[0]).toBe(0)
  })

  test('is the reference standard as it was set, also when it was made anew and after a restart', async () => {
    const results = await engine.call('reading.consensus', { studyId, method: 'majority', replace: true }, job)
    expect(results.referenceIsEarlier).toBe(true)
    expect(await referenceVoxels(caseIds[0])).toBe(500)
    await engine.shutDown()
    engine = engineOn(folders.workspace)
    // Before anybody is chosen nobody is shown an outline.
    const [boss] = (await engine.call('profile.list', {}, job)).profiles
    await engine.call('profile.choose', { profile: boss.profile, pin: null }, job)
    caseIds = await openRadiographs(engine, names)
    expect(await referenceVoxels(caseIds[0])).toBe(500)
    await engine.call('reading.reference', { studyId, grant: null }, job)
    expect(await referenceVoxels(caseIds[0])).toBe(0)
    expect((await engine.call('reading.results', { studyId }, job)).referenceIsEarlier).toBe(false)
  })
})
