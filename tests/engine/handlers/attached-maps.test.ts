import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Volume } from '@engine/geometry/volume'
import { attachedMap, attachedPlace, attachedSummaries, isAttachedMap } from '@engine/handlers/attached-maps'
import { loadVolume } from '@engine/formats/load'
import { writeTinyNifti } from '../../app/support/tiny-nifti'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-attached-maps-'))
afterAll(() => rmSync(folder, { recursive: true }))

const grid = { columns: 4, rows: 3, slices: 2, spacing: [1, 2, 3] as const }
const write = (name: string, voxels: ArrayLike<number>, change: Partial<typeof grid> = {}): string => {
  const path = join(folder, name)
  writeTinyNifti(path, { ...grid, ...change, voxels: Int16Array.from(voxels) })
  return path
}
const image = async (): Promise<Volume> => (await loadVolume(write('image.nii', new Array<number>(24).fill(7)))).volume
const values = Array.from({ length: 24 }, (_, at) => at - 8)
const entry = (path: string) => ({ caseId: 'own:1', maps: [{ title: 'Ktrans', path }] })

describe('a map that came with the study', () => {
  it('is listed as done, made by no model, under an id that leads back to its case', () => {
    const [summary] = attachedSummaries(entry('map.nii'))
    expect(summary).toMatchObject({ title: 'Ktrans', modelId: '', state: 'done', expression: 'attached' })
    expect(isAttachedMap(summary.mapId)).toBe(true)
    expect(attachedPlace(summary.mapId)).toEqual({ caseId: 'own:1', index: 0 })
    expect(() => attachedPlace('attached:x')).toThrow(/no longer there/)
  })

  it('is drawn by size, with its own numbers at the ends', async () => {
    const order = { mapId: 'attached:0:own:1', index: 0, view: 'magnitude' as const }
    const map = await attachedMap(entry(write('map.nii', values)), order, await image())
    // Sizes 0 to 15; the 99th percentile of 24 values is the largest.
    expect([map.low, map.high, map.clippedAt]).toEqual([0, 15, null])
    expect([map.values[0], map.values[8], map.values[23]].map((one) => one.toFixed(4))).toEqual([
      '0.5333',
      '0.0000',
      '1.0000'
    ])
    const signed = await attachedMap(entry(join(folder, 'map.nii')), { ...order, view: 'signed' }, await image())
    expect([signed.low, signed.high]).toEqual([-15, 15])
    expect(signed.values[0]).toBeCloseTo(-8 / 15, 6)
  })

  it('of a single value has no scale, and of another grid is refused', async () => {
    const order = { mapId: 'attached:0:own:1', index: 0, view: 'magnitude' as const }
    const flat = await attachedMap(entry(write('flat.nii', new Array<number>(24).fill(3))), order, await image())
    expect(flat.low).toBe(flat.high)
    const other = write('other.nii', new Array<number>(12).fill(3), { slices: 1 })
    await expect(attachedMap(entry(other), order, await image())).rejects.toMatchObject({ code: 'geometry-mismatch' })
    writeFileSync(join(folder, 'broken.nii'), 'no map')
    await expect(attachedMap(entry(join(folder, 'broken.nii')), order, await image())).rejects.toThrow()
    await expect(attachedMap(entry('x'), { ...order, index: 3 }, await image())).rejects.toMatchObject({
      code: 'not-found'
    })
  })
})
