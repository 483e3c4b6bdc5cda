import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import type { CaseEntry } from '@engine/handlers/case-shelf'
import { CaseShelf } from '@engine/handlers/case-shelf'
import { regionHandlers } from '@engine/handlers/region-view'
import type { Workbench } from '@engine/handlers/workbench'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'
import { CaseFit } from '@shared/region-set'
import { RegionAnswer, type RegionQuestion } from '@shared/region-view'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-region-view-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Twelve by eight pixels, a body in columns 2…9 and rows 1…6. */
const voxels = new Uint8Array(96)
for (let row = 1; row < 7; row++) voxels.fill(200, row * 12 + 2, row * 12 + 10)
const image: Volume = {
  voxels,
  size: [12, 8, 1],
  samples: 1,
  affine: identityAffine,
  spacingMm: null,
  oriented: false,
  frameOfReference: null,
  unit: 'value',
  photometric: 'MONOCHROME2',
  bitsStored: 8,
  window: null
}
const cases = new CaseShelf()
cases.add([
  {
    caseId: 'one',
    title: 'Case one',
    size: [12, 8, 1],
    load: () => Promise.resolve(image),
    masks: [],
    boxes: [],
    cues: [],
    variants: [],
    warnings: []
  } as unknown as CaseEntry
])
/** As main gives them out: only some were chosen as regions. */
const resolveGrant = (grant: string, use?: 'regions'): string => {
  if (use === 'regions' && grant.endsWith('.dcm')) throw new Error('not chosen as regions')
  return grant
}
const handlers = regionHandlers({ cases, options: { resolveGrant } } as unknown as Workbench)

const ask = async (change: Partial<RegionQuestion> = {}): Promise<RegionAnswer> => {
  const question: RegionQuestion = {
    caseId: 'one',
    mapId: null,
    slice: 0,
    set: { kind: 'grid', rows: 2, columns: 2 },
    fit: 'as-drawn',
    model: null,
    score: 'mean',
    landmarks: [],
    offset: [0, 0, 0],
    ...change
  }
  return v.parse(RegionAnswer, await handlers['regions.fit'](question, quietJob()))
}

const rowsOf = ({ labels, columns, rows }: RegionAnswer): string[] =>
  Array.from({ length: rows }, (_, row) => [...labels.subarray(row * columns, (row + 1) * columns)].join(''))

describe('regions on the screen', () => {
  it('cover the image as drawn, and the body where they are laid on it', async () => {
    const drawn = await ask()
    expect(rowsOf(drawn)).toEqual([...Array<string>(4).fill('111111222222'), ...Array<string>(4).fill('333333444444')])
    expect(drawn.regions.map(({ voxels: count, score, reason }) => [count, score, reason])).toEqual(
      Array(4).fill([24, null, 'no map is chosen'])
    )
    const body = await ask({ fit: 'body' })
    expect(rowsOf(body)).toEqual([
      '000000000000',
      ...Array<string>(3).fill('001111222200'),
      ...Array<string>(3).fill('003333444400'),
      '000000000000'
    ])
  })

  it('lie as drawn before a landmark is moved, and follow it after', async () => {
    const drawn = await ask()
    const unmoved = await ask({ fit: 'thin-plate' })
    expect([...unmoved.labels]).toEqual([...drawn.labels])
    expect(unmoved.landmarks.map(({ name }) => name)).toEqual([
      'upper left',
      'upper right',
      'middle',
      'lower left',
      'lower right'
    ])
    const shifted = unmoved.landmarks.map(({ name, point: [x, y, z] }) => ({
      name,
      point: [x + 2, y, z] as [number, number, number]
    }))
    expect(rowsOf(await ask({ fit: 'affine', landmarks: shifted }))[0]).toBe('001111112222')
  })

  it('come from a saved set and are saved per case in the form an experiment reads', async () => {
    const path = join(folder, 'halves.regions.json')
    const names = { '1': 'left of the image', '2': 'right of the image' }
    writeFileSync(
      path,
      JSON.stringify({ version: 1, title: 'Halves', source: { grid: { rows: 1, columns: 2 } }, names })
    )
    const answer = await ask({ set: { kind: 'file', grant: path } })
    expect(answer).toMatchObject({
      title: 'Halves',
      regions: [
        { name: 'left of the image', voxels: 48 },
        { name: 'right of the image', voxels: 48 }
      ]
    })
    const fit = {
      version: 1 as const,
      landmarks: [{ name: 'apex', point: [1, 2, 0] as [number, number, number] }],
      offset: [0, 0, 0] as [number, number, number]
    }
    const { file } = await handlers['regions.save']({ caseId: 'one', grant: folder, fit }, quietJob())
    expect(v.parse(CaseFit, JSON.parse(readFileSync(join(folder, file), 'utf8')))).toEqual(fit)
  })

  it('refuse what is not there', async () => {
    await expect(ask({ caseId: 'two' })).rejects.toThrow(/not open/)
    const outside = join(folder, 'outside.regions.json')
    writeFileSync(outside, JSON.stringify({ version: 1, title: 'x', source: { atlas: '../labels.nii.gz' } }))
    await expect(ask({ set: { kind: 'file', grant: outside } })).rejects.toThrow(
      /names a label image outside its folder/
    )
    await expect(ask({ slice: 1 })).rejects.toThrow(/no such slice/)
    await expect(ask({ set: { kind: 'file', grant: join(folder, 'none.regions.json') } })).rejects.toThrow(
      /There is no set of regions/
    )
  })

  it('are written beside nothing that was opened for reading', async () => {
    writeFileSync(join(folder, 'scan.dcm'), '')
    const set = { kind: 'file' as const, grant: join(folder, 'scan.dcm') }
    await expect(handlers['regions.set']({ set, folder: null, expected: [] }, quietJob())).rejects.toThrow(
      'not chosen as regions'
    )
    const grid = { kind: 'grid' as const, rows: 2, columns: 2 }
    const into = join(folder, 'opened.dcm')
    await expect(handlers['regions.set']({ set: grid, folder: into, expected: [] }, quietJob())).rejects.toThrow(
      'not chosen as regions'
    )
  })
})
