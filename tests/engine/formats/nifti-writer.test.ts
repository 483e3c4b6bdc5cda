import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { encodeNifti } from '@engine/formats/nifti/write'
import { swapRasLps } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'
import { niftiTool, python } from '../../support/checkers'

interface Seen {
  readonly affine: readonly (readonly number[])[]
  readonly qform: readonly (readonly number[])[] | null
  readonly codes: readonly [number, number]
  readonly units: string
  readonly zooms: readonly number[]
  readonly dtype: string
  readonly shape: readonly number[]
  readonly voxels: string
}

const folder = mkdtempSync(join(tmpdir(), 'saliscope-nifti-writer-'))
afterAll(() => rmSync(folder, { recursive: true }))

const length = fc.integer({ min: 1, max: 7 })
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
const millimetres = fc.double({ min: 0.05, max: 12, noNaN: true })
const position = fc.double({ min: -400, max: 400, noNaN: true })

/** Images at any angle, of any voxel size, left- or right-handed, of bytes or of floating point, placed or not. */
const volumes = fc
  .record({
    size: fc.tuple(length, length, length),
    angles: fc.tuple(angle, angle, angle),
    spacing: fc.tuple(millimetres, millimetres, millimetres),
    origin: fc.tuple(position, position, position),
    mirrored: fc.boolean(),
    bytes: fc.boolean(),
    oriented: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1e6 })
  })
  .map(({ size, angles, spacing, origin, mirrored, bytes, oriented, seed }): Volume => {
    const values = Array.from({ length: size[0] * size[1] * size[2] }, (_, at) => ((at + 1) * seed * 7919) % 251)
    return {
      voxels: bytes ? Uint8Array.from(values) : Float32Array.from(values, (value) => (value - 100) / 7),
      size,
      samples: 1,
      affine: turnedAffine(
        angles,
        spacing.map((step, axis) => (axis === 2 && mirrored ? -step : step)),
        origin
      ),
      spacingMm: spacing,
      oriented,
      frameOfReference: null,
      unit: 'attribution',
      photometric: 'MONOCHROME2',
      bitsStored: bytes ? 8 : 32,
      window: null
    }
  })

function turnedAffine([a, b, c]: readonly number[], steps: readonly number[], origin: readonly number[]): Affine {
  const [ca, sa, cb, sb, cc, sc] = [a, b, c].flatMap((value) => [Math.cos(value), Math.sin(value)])
  const rotation = [
    [ca * cb, ca * sb * sc - sa * cc, ca * sb * cc + sa * sc],
    [sa * cb, sa * sb * sc + ca * cc, sa * sb * cc - ca * sc],
    [-sb, cb * sc, cb * cc]
  ]
  return [
    ...rotation.flatMap((row, at) => [...row.map((value, axis) => value * steps[axis]), origin[at]]),
    0,
    0,
    0,
    1
  ] as unknown as Affine
}

const count = process.env.SALISCOPE_NIGHTLY === undefined ? 60 : 1000

describe('NIfTI files as nibabel and nifti_tool see them', () => {
  it(`${count} images: same world, both forms, units, types and voxels`, { timeout: 600_000 }, async () => {
    const made = fc.sample(volumes, { numRuns: count, seed: 20261127 })
    const paths: string[] = []
    for (const [index, volume] of made.entries()) {
      const path = join(folder, `${index}.nii${index % 2 === 0 ? '.gz' : ''}`)
      writeFileSync(path, await encodeNifti(volume, { compress: index % 2 === 0 }))
      paths.push(path)
      niftiTool(path)
    }
    const seen = python<Seen[]>('nifti.py', paths)
    for (const [index, volume] of made.entries()) expectSame(seen[index], volume)
    for (const [index, path] of paths.entries()) {
      const { volume } = await loadVolume(path)
      expect(volume.voxels).toEqual(made[index].voxels)
      if (made[index].oriented) expectClose(volume.affine, made[index].affine)
    }
  })
})

function expectSame(seen: Seen, volume: Volume): void {
  expect(seen.shape).toEqual(volume.size)
  expect(seen.dtype).toBe(volume.voxels instanceof Uint8Array ? 'uint8' : 'float32')
  expect(seen.units).toBe('mm')
  seen.zooms.forEach((zoom, axis) => expect(zoom).toBeCloseTo(volume.spacingMm![axis], 5))
  expect([...new Float32Array(Uint8Array.from(Buffer.from(seen.voxels, 'base64')).buffer)]).toEqual([
    ...Float32Array.from(volume.voxels)
  ])
  expect(seen.codes).toEqual(volume.oriented ? [1, 1] : [0, 0])
  if (!volume.oriented) return
  const ras = swapRasLps(volume.affine)
  // NIfTI-1 holds the sform in float32: nothing but that rounding is lost.
  expect(seen.affine.flat()).toEqual(ras.map(Math.fround))
  expectClose(seen.affine.flat(), ras)
  // The qform says the same through a quaternion, which costs a little more.
  seen.qform!.flat().forEach((value, at) => expect(Math.abs(value - ras[at])).toBeLessThan(2e-4))
}

/** Within a millionth of the largest entry. */
function expectClose(found: readonly number[], wanted: readonly number[]): void {
  const largest = Math.max(1, ...wanted.map(Math.abs))
  found.forEach((value, at) => expect(Math.abs(value - wanted[at])).toBeLessThanOrEqual(1e-6 * largest))
}
