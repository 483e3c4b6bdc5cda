import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { encodeNifti } from '@engine/formats/nifti/write'
import { decodeNpy, encodeNpy } from '@engine/formats/raster/npy'
import type { Volume } from '@engine/geometry/volume'
import { commandLine } from '../support/in-process'

let folder: string
const at = (name: string): string => join(folder, name)

/** The three discs of the shared definitions (E). */
const discs = [
  ['one', 26, 32, 8],
  ['two', 27, 33, 9],
  ['three', 30, 30, 7]
] as const
const disc = (row: number, column: number, radius: number): Uint8Array =>
  Uint8Array.from({ length: 4096 }, (_, index) =>
    (Math.floor(index / 64) - row) ** 2 + ((index % 64) - column) ** 2 <= radius ** 2 ? 1 : 0
  )

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'masks-'))
  for (const [name, row, column, radius] of discs) {
    const voxels = disc(row, column, radius)
    writeFileSync(at(`${name}.npy`), encodeNpy(voxels, [64, 64]))
    const volume: Volume = {
      voxels,
      size: [64, 64, 1],
      samples: 1,
      affine: [0.5, 0, 0, 10, 0, 0.5, 0, -20, 0, 0, 3, 7, 0, 0, 0, 1],
      spacingMm: [0.5, 0.5, 3],
      oriented: true,
      frameOfReference: null,
      unit: 'label',
      photometric: 'MONOCHROME2',
      bitsStored: 8,
      window: null
    }
    writeFileSync(at(`${name}.nii.gz`), await encodeNifti(volume))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const files = (ending: string): string[] => discs.map(([name]) => at(`${name}.${ending}`))

describe('masks agreement', () => {
  test('gives the golden figures, and says that it took 1 mm a pixel', async () => {
    const { status, stdout, stderr } = await commandLine(['masks', 'agreement', ...files('npy'), '--json'])
    expect(status).toBe(0)
    const agreement = JSON.parse(stdout) as {
      pairs: { a: string; b: string; dice: number; iou: number; hd95Mm: number; assdMm: number }[]
      fleissKappa: number
      krippendorffAlpha: number
      icc: number
      region: string
    }
    expect(agreement.region).toBe('whole')
    expect(agreement.pairs.map(({ a, b }) => `${a} ${b}`)).toEqual(['one two', 'one three', 'two three'])
    expect(agreement.pairs[1].dice).toBeCloseTo(0.606936, 6)
    expect(agreement.pairs[1].hd95Mm).toBeCloseTo(5.385165, 6)
    expect(agreement.pairs[1].assdMm).toBeCloseTo(2.745248, 6)
    expect(agreement.fleissKappa).toBeCloseTo(0.692875, 6)
    expect(stderr).toMatch(/no spacing: distances take 1 mm/)
  })

  test('measures in the millimetres of the file', async () => {
    const { stdout, stderr } = await commandLine(['masks', 'agreement', ...files('nii.gz'), '--json'])
    const { pairs } = JSON.parse(stdout) as { pairs: { hd95Mm: number }[] }
    expect(pairs[1].hd95Mm).toBeCloseTo(5.385165 / 2, 5)
    expect(stderr).not.toMatch(/spacing/)
  })

  test('prints the region beside the figures', async () => {
    const { stdout } = await commandLine([
      'masks',
      'agreement',
      ...files('npy'),
      '--region',
      'union:2',
      '--spacing',
      '2'
    ])
    expect(stdout).toMatch(/Scored in: union:2 \(576 voxels\)/)
    expect(stdout).toMatch(/one and three: Dice 0\.607, IoU 0\.436, HD95 10\.770 mm/)
  })

  test('needs two masks, a known region and a spacing above zero', async () => {
    expect((await commandLine(['masks', 'agreement', at('one.npy')])).stderr).toMatch(/One mask is named/)
    expect(await commandLine(['masks', 'agreement', ...files('npy'), '--region', 'half'])).toMatchObject({ status: 2 })
    expect((await commandLine(['masks', 'agreement', ...files('npy'), '--spacing', '0'])).stderr).toMatch(/no spacing/)
    expect((await commandLine(['masks', 'shake'])).stderr).toMatch(/there is no verb "shake".*agreement/s)
  })
})

describe('masks consensus', () => {
  test('STAPLE as float32 NPY, with the figures of each reader', async () => {
    const out = at('staple.npy')
    const { status, stdout } = await commandLine([
      'masks',
      'consensus',
      '--method',
      'staple',
      '--out',
      out,
      ...files('npy')
    ])
    expect(status).toBe(0)
    expect(stdout).toMatch(/214 voxels/)
    expect(stdout).toMatch(/two: sensitivity 1\.0000, specificity 0\.9933/)
    const { shape, type } = decodeNpy(readFileSync(out), 'staple.npy')
    expect(shape).toEqual([64, 64])
    expect(type).toBe('float32')
  })

  test('the majority as a uint8 NIfTI that keeps the geometry', async () => {
    const out = at('majority.nii.gz')
    await commandLine(['masks', 'consensus', '--method', 'majority', '--out', out, ...files('nii.gz')])
    const { volume } = await loadVolume(out)
    expect(volume.voxels).toBeInstanceOf(Uint8Array)
    expect(Array.from(volume.voxels).filter((value) => value === 1)).toHaveLength(214)
    expect(volume.affine).toEqual([0.5, 0, 0, 10, 0, 0.5, 0, -20, 0, 0, 3, 7, 0, 0, 0, 1])
  })

  test('refuses an ending it cannot write and a method it does not know', async () => {
    const given = [...files('npy'), '--out', at('consensus.png')]
    expect((await commandLine(['masks', 'consensus', '--method', 'soft', ...given])).stderr).toMatch(/\.npy, \.nii/)
    expect(await commandLine(['masks', 'consensus', '--method', 'loud', ...given])).toMatchObject({ status: 2 })
  })
})
