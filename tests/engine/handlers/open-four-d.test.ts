import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '@engine/engine'
import { quietJob } from '@engine/job'
import { spawnFromSource } from '../../support/inference'
import { sliceFile } from '../formats/make-dicom'

let folder: string
let engine: Engine
const job = quietJob()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-open-four-d-'))
  engine = createEngine({
    spawn: spawnFromSource,
    sampleFolder: resolve('resources/sample'),
    workspaceFolder: folder,
    resolveGrant: (grant) => grant,
    version: 'test',
    threads: 2
  })
})

afterAll(async () => {
  await engine.shutDown()
  rmSync(folder, { recursive: true })
})

/** Three times of three slices; the value of a voxel names its instance. */
function timeSeries(name: string): string {
  const home = join(folder, name)
  mkdirSync(home)
  const instances = [1, 2, 3].flatMap((time) => [0, 3, 6].map((z) => ({ time, z })))
  instances.forEach(({ time, z }, index) => {
    const spec = { instance: index + 1, position: [0, 0, z] as const }
    writeFileSync(
      join(home, `${index}.dcm`),
      sliceFile({ ...spec, series: `1.2.3.${name.length}`, more: [['00200100', 'IS', String(time)]] })
    )
  })
  return home
}

describe('opening what has a fourth axis', () => {
  it('DICOM: a case for every time, with its label and place in the series', async () => {
    const { cases, problems } = await engine.call('study.open', { grants: [timeSeries('times')] }, job)
    expect(problems).toEqual([])
    expect(cases.map(({ part, size }) => [part?.label, part?.index, part?.count, size])).toEqual([
      ['time 1 of 3', 0, 3, [4, 3, 3]],
      ['time 2 of 3', 1, 3, [4, 3, 3]],
      ['time 3 of 3', 2, 3, [4, 3, 3]]
    ])
    expect(new Set(cases.map(({ part }) => part?.of)).size).toBe(1)
    const { voxels } = await engine.call('image.read', { caseId: cases[1].caseId, variant: null }, job)
    expect([voxels[0], voxels[12], voxels[24]]).toEqual([400, 500, 600])
  })

  it('NIfTI: a case for every volume', async () => {
    const path = join(folder, 'four.nii')
    writeFileSync(path, fourDimensional([2, 2, 2, 3]))
    const { cases } = await engine.call('study.open', { grants: [path] }, job)
    expect(cases.map(({ part, size }) => [part?.label, size])).toEqual([
      ['volume 1 of 3', [2, 2, 2]],
      ['volume 2 of 3', [2, 2, 2]],
      ['volume 3 of 3', [2, 2, 2]]
    ])
    const { voxels } = await engine.call('image.read', { caseId: cases[2].caseId, variant: null }, job)
    expect([...voxels]).toEqual([16, 17, 18, 19, 20, 21, 22, 23])
  })

  it('a thumbnail is the middle slice, without the other files', async () => {
    const home = timeSeries('thumbs!')
    const { cases } = await engine.call('study.open', { grants: [home] }, job)
    // The middle slice of the first time is instance 2; the rest of that time is gone.
    for (const gone of [0, 2]) rmSync(join(home, `${gone}.dcm`))
    const { width, height, grey } = await engine.call('image.thumbnail', { caseId: cases[0].caseId, edge: 4 }, job)
    expect([width, height, grey.length]).toEqual([4, 3, 12])
    await expect(engine.call('image.read', { caseId: cases[0].caseId, variant: null }, job)).rejects.toMatchObject({
      code: 'not-found'
    })
  })

  it('reading a series tells how far it is', async () => {
    const { cases } = await engine.call('study.open', { grants: [timeSeries('progress!')] }, job)
    const told: string[] = []
    const watched = {
      ...quietJob(),
      progress: (stage: string, done: number, total: number) => told.push(`${stage} ${done}/${total}`)
    }
    await engine.call('image.read', { caseId: cases[2].caseId, variant: null }, watched)
    expect(told).toEqual(['Reading slices 1/3', 'Reading slices 2/3', 'Reading slices 3/3'])
  })

  it('what only decoding brings to light is told with the case', async () => {
    const path = join(folder, 'cut.dcm')
    writeFileSync(path, sliceFile({ series: '1.2.9' }).slice(0, -6))
    const { cases } = await engine.call('study.open', { grants: [path] }, job)
    expect(cases[0].warnings.join()).not.toContain('cut off')
    await engine.call('image.read', { caseId: cases[0].caseId, variant: null }, job)
    const listed = (await engine.call('study.list', {}, job)).find(({ caseId }) => caseId === cases[0].caseId)
    expect(listed?.warnings.join()).toContain('the last 6 of 24 pixel bytes are missing')
  })
})

/** A NIfTI-1 file of bytes counting up. */
function fourDimensional(shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1)
  const bytes = new Uint8Array(352 + count)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, 348, true)
  view.setInt16(40, shape.length, true)
  shape.forEach((length, axis) => view.setInt16(42 + axis * 2, length, true))
  view.setInt16(70, 2, true)
  view.setInt16(72, 8, true)
  for (let axis = 0; axis < 4; axis++) view.setFloat32(76 + axis * 4, 1, true)
  view.setFloat32(108, 352, true)
  bytes.set(Buffer.from('n+1\0'), 344)
  for (let index = 0; index < count; index++) bytes[352 + index] = index
  return bytes
}
