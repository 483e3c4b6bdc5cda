import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { encodeNifti } from '@engine/formats/nifti/write'
import { decodeNpy, encodeNpy } from '@engine/formats/raster/npy'
import { decodePng, encodePng } from '@engine/formats/raster/png'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { dataFile, dataFolder } from './shared-data'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-outputs-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function reread(volume: Volume, name: string, output?: Parameters<typeof encodeNifti>[1]): Promise<Volume> {
  const path = join(folder, name)
  writeFileSync(path, await encodeNifti(volume, output))
  return (await loadVolume(path)).volume
}

const oblique: Volume = {
  voxels: Float32Array.from({ length: 24 }, (_, index) => index / 7),
  size: [4, 3, 2],
  samples: 1,
  affine: [0.6, 0.8, 0, -3.5, -0.8, 0.6, 0, 12.25, 0, 0, -2.5, 40, 0, 0, 0, 1],
  spacingMm: [1, 1, 2.5],
  oriented: true,
  frameOfReference: null,
  unit: 'attribution',
  photometric: 'MONOCHROME2',
  bitsStored: 32,
  window: null
}

describe('NIfTI output', () => {
  it('comes back with the same voxels and affine, gzip or not', async () => {
    for (const name of ['map.nii', 'map.nii.gz']) {
      const back = await reread(oblique, name, { compress: name.endsWith('.gz') })
      expect(back.voxels).toEqual(oblique.voxels)
      expect(back.size).toEqual(oblique.size)
      back.affine.forEach((value, index) => expect(value).toBeCloseTo(oblique.affine[index], 5))
    }
  })

  it('qform says the same as sform: reading with the sform taken away changes nothing', async () => {
    const bytes = await encodeNifti(oblique, { compress: false })
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    expect([view.getInt16(252, true), view.getInt16(254, true)]).toEqual([1, 1])
    view.setInt16(254, 0, true)
    const path = join(folder, 'qform.nii')
    writeFileSync(path, bytes)
    const { volume } = await loadVolume(path)
    volume.affine.forEach((value, index) => expect(value).toBeCloseTo(oblique.affine[index], 5))
  })

  it('a sheared grid is written with its sform alone', async () => {
    const sheared: Volume = { ...oblique, affine: [1, 0, 0, 0, 0, 1, 0.5, 0, 0, 0, 2, 0, 0, 0, 0, 1] }
    const bytes = await encodeNifti(sheared, { compress: false })
    expect(new DataView(bytes.buffer, bytes.byteOffset).getInt16(252, true)).toBe(0)
    expect((await reread(sheared, 'shear.nii.gz')).affine).toEqual(sheared.affine)
  })

  it('names its recipe, keeps uint8 masks small, and is the same bytes each time', async () => {
    const mask: Volume = { ...oblique, voxels: new Uint8Array(24).fill(1, 3, 9) }
    const first = await encodeNifti(mask, { description: 'Saliscope recipe 0123456789abcdef' })
    expect(first).toEqual(await encodeNifti(mask, { description: 'Saliscope recipe 0123456789abcdef' }))
    const plain = await encodeNifti(mask, { description: 'Saliscope recipe 0123456789abcdef', compress: false })
    expect(Buffer.from(plain.subarray(148, 228)).toString('latin1').replace(/\0+$/, '')).toBe(
      'Saliscope recipe 0123456789abcdef'
    )
    expect(plain).toHaveLength(352 + 24)
    expect((await reread(mask, 'mask.nii.gz')).voxels).toEqual(mask.voxels)
  })

  it.skipIf(dataFolder === null)('keeps the world of a real oblique image', async () => {
    const { volume } = await loadVolume(dataFile('nipy+nibabel/nibabel/tests/data/example4d.nii.gz'), { which: 0 })
    const back = await reread({ ...volume, voxels: Float32Array.from(volume.voxels) }, 'example.nii.gz')
    back.affine.forEach((value, index) => expect(value).toBeCloseTo(volume.affine[index], 4))
  })
})

describe('NPY', () => {
  it.each<[string, ArrayBufferView, number[]]>([
    ['|u1', Uint8Array.of(0, 255, 7, 9), [0, 255, 7, 9]],
    ['|i1', Int8Array.of(-128, 127, 0, 1), [-128, 127, 0, 1]],
    ['<i2', Int16Array.of(-5, 300, 0, 1), [-5, 300, 0, 1]],
    ['<u2', Uint16Array.of(65535, 1, 0, 2), [65535, 1, 0, 2]],
    ['<i4', Int32Array.of(-70000, 3, 0, 1), [-70000, 3, 0, 1]],
    ['<u4', Uint32Array.of(4000000000, 3, 0, 1), [4000000000, 3, 0, 1]],
    ['<i8', BigInt64Array.of(-9n, 3n, 0n, 1n), [-9, 3, 0, 1]],
    ['<f4', Float32Array.of(0.5, -1, 0, 1), [0.5, -1, 0, 1]],
    ['<f8', Float64Array.of(0.25, -1, 0, 1), [0.25, -1, 0, 1]],
    ['<f2', Uint16Array.of(0x3800, 0xbc00, 0, 0x0001), [0.5, -1, 0, 2 ** -24]],
    ['|b1', Uint8Array.of(1, 0, 1, 1), [1, 0, 1, 1]]
  ])('reads %s in either byte order and in Fortran order', (descr, array, values) => {
    expect(Array.from(decodeNpy(npy(descr, array), 'a.npy').samples, Number)).toEqual(values)
    const swapped = Buffer.from(array.buffer.slice(0) as ArrayBuffer)
    const width = Number(descr[2])
    if (width > 1) {
      if (width === 2) swapped.swap16()
      else if (width === 4) swapped.swap32()
      else swapped.swap64()
      expect(Array.from(decodeNpy(npy(descr.replace('<', '>'), swapped), 'a.npy').samples, Number)).toEqual(values)
    }
    const fortran = decodeNpy(npy(descr, array, true), 'a.npy')
    expect(Array.from(fortran.samples, Number)).toEqual([0, 2, 1, 3].map((index) => values[index]))
  })

  it('writes what it reads, with data on a 64-byte boundary', () => {
    const values = Float32Array.of(1, -2, 3.5, NaN, 0, 6)
    const bytes = encodeNpy(values, [1, 2, 3])
    expect(decodeNpy(bytes, 'a.npy')).toEqual({ shape: [1, 2, 3], type: 'float32', samples: values })
    expect((bytes.length - values.byteLength) % 64).toBe(0)
    expect(decodeNpy(encodeNpy(Uint8Array.of(1, 2), [2]), 'a.npy').shape).toEqual([2])
  })

  it.each([
    [[5, 7], [7, 5, 1], 1],
    [[2, 5, 7], [7, 5, 2], 1],
    [[5, 7, 3], [7, 5, 1], 3],
    [[1, 1, 5, 7], [7, 5, 1], 1]
  ])('shape %j is a volume of %j', async (shape, size, samples) => {
    const path = join(folder, 'shape.npy')
    writeFileSync(path, encodeNpy(new Float32Array(shape.reduce((a, b) => a * b)), shape))
    const { volume } = await loadVolume(path)
    expect([volume.size, volume.samples, volume.spacingMm]).toEqual([size, samples, null])
  })

  it('an array without a picture is refused by its shape', async () => {
    const path = join(folder, 'row.npy')
    writeFileSync(path, encodeNpy(new Float32Array(9), [9]))
    await expect(loadVolume(path)).rejects.toMatchObject({ code: 'bad-image' })
  })
})

describe('PNG', () => {
  it.each([1, 3, 4] as const)('%d channels come back as written', (channels) => {
    const samples = Uint8Array.from({ length: 6 * channels }, (_, index) => index * 9)
    const back = decodePng(encodePng({ width: 3, height: 2, channels, samples }), 'a.png')
    expect(back).toMatchObject({ width: 3, height: 2, channels, samples, bitsStored: 8 })
  })

  it('16-bit grey keeps its values', () => {
    const data = Uint16Array.of(0, 65535, 256, 4095)
    const back = decodePng(encode({ width: 2, height: 2, channels: 1, depth: 16, data }), 'a.png')
    expect([back.samples, back.bitsStored]).toEqual([data, 16])
  })

  it('palette colours come out as RGB', () => {
    const palette = [
      [255, 0, 0],
      [0, 0, 255]
    ]
    const bytes = encode({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(1, 0), palette })
    expect([...decodePng(bytes, 'a.png').samples]).toEqual([0, 0, 255, 255, 0, 0])
  })

  it('1-bit grey is widened to black and white', () => {
    const bytes = encode({ width: 9, height: 1, channels: 1, depth: 1, data: Uint8Array.of(0b10100000, 0b10000000) })
    expect([...decodePng(bytes, 'a.png').samples]).toEqual([255, 0, 255, 0, 0, 0, 0, 0, 255])
  })

  it('transparency is left out of the picture and said', async () => {
    const path = join(folder, 'alpha.png')
    writeFileSync(
      path,
      encodePng({ width: 1, height: 2, channels: 4, samples: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 9) })
    )
    const { volume, warnings } = await loadVolume(path)
    expect([...volume.voxels]).toEqual([1, 2, 3, 4, 5, 6])
    expect(warnings.join()).toContain('transparent')
  })
})

function npy(descr: string, array: ArrayBufferView, fortran = false): Uint8Array {
  const words = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (2, 2), }\n`
  const head = Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, words.length, 0]),
    Buffer.from(words)
  ])
  return new Uint8Array(Buffer.concat([head, new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]))
}

describe('written files', () => {
  it('are read back from disk by content, whatever their name', async () => {
    const path = join(folder, 'no-ending')
    writeFileSync(path, encodePng({ width: 2, height: 1, channels: 1, samples: Uint8Array.of(3, 4) }))
    expect([...(await loadVolume(path)).volume.voxels]).toEqual([3, 4])
    expect(readFileSync(path).length).toBeGreaterThan(60)
    expect((await loadVolume(path)).volume.affine).toEqual(identityAffine)
  })
})
