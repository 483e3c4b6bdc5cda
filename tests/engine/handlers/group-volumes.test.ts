import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '@shared/report'
import { type SmallReport, smallReport } from '../../support/small-report'

const few = { draws: 100, minimumPatients: 2 }
let small: SmallReport

beforeAll(async () => {
  small = await smallReport((raw) => {
    raw.models = raw.models.slice(0, 1)
    raw.methods = ['gradient']
    raw.criteria = [{ id: 'groups', params: { ...few, permutations: 99, threshold: 'uncorrected', individual: true } }]
  })
}, 120_000)
afterAll(() => small.close())

/** What conclusions say once a volume of a group has another value somewhere. */
async function withVolume(name: RegExp, change: (values: Float32Array) => void): Promise<string[]> {
  const [{ files }] = small.written.groups!
  const path = join(
    small.out,
    files.find((file) => name.test(file))!
  )
  const before = readFileSync(path)
  const bytes = gunzipSync(before)
  // The voxels stand last: 32-bit floats behind a header of 352 bytes.
  const values = new Float32Array(new Uint8Array(bytes.subarray(352)).buffer)
  change(values)
  writeFileSync(path, gzipSync(Buffer.concat([bytes.subarray(0, 352), Buffer.from(values.buffer)])))
  try {
    const found = await small.conclusions(small.written)
    return found.filter(({ state }) => state === 'differs').map(({ file, reason }) => `${file}: ${reason}`)
  } finally {
    writeFileSync(path, before)
  }
}

describe('groups of maps are tested again from the volumes beside the report', () => {
  const group = /groups \(gradient, honest-1\)/u

  it('follow from them as they were written', async () => {
    const found = await small.conclusions(small.written)
    expect(found.filter(({ state }) => state !== 'identical' && state !== 'as-written')).toEqual([])
  })

  it('finds a t map, a mean map and a map of a patient with another value', async () => {
    const raise = (values: Float32Array): void => {
      values[values.length >> 1] += 3
    }
    for (const name of [/\/t-/u, /\/mean-/u, /p\d+\.nii\.gz$/u]) {
      const wrong = await withVolume(name, raise)
      expect(wrong, String(name)).toEqual([expect.stringMatching(group)])
    }
  })

  it('finds a plane, a threshold, shuffled labels and a sign check that do not follow', async () => {
    const about = async (forge: (groups: NonNullable<Report['groups']>[number]) => void): Promise<string> => {
      const report = structuredClone(small.written)
      forge(report.groups![0])
      const found = await small.conclusions(report)
      return found.filter(({ state }) => state === 'differs').map(({ file, reason }) => `${file}: ${reason}`)[0]
    }
    expect(await about(({ cuts }) => (cuts[0].mean[40] += 0.5))).toMatch(/the plane through its slices is not that/u)
    expect(await about(({ cuts }) => (cuts[0].t[40] += 0.5))).toMatch(/the plane through its slices is not that/u)
    expect(await about((one) => (one.threshold! += 0.01))).toMatch(/another (row|test) \(.*(threshold|notes)/u)
    expect(await about((one) => (one.tested -= 1))).toMatch(/another (row|test) \(.*(tested|verdict)/u)
    const maxima = await about((one) => (one.maxima![0] -= 0.001))
    expect(maxima).toMatch(/another test \(maxima\)/u)
    const sign = await about((one) => (one.signCheck = { outputs: ['a', 'b'], correlation: -1 }))
    expect(sign).toMatch(/its sign check has no row/u)
  })

  it('names what it cannot hold where the volumes are not there', async () => {
    const found = await small.conclusions(small.written, join(small.out, 'elsewhere'))
    const taken = found.filter(({ state }) => state === 'as-written').map(({ file }) => file)
    expect(taken).toContain('report.json, planes of groups of maps (the volumes do not lie beside the report)')
    expect(taken).toContain(
      'report.json, t maps and mean maps of groups (the maps of the patients do not lie beside the report)'
    )
  })
})
