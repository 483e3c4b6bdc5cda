import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { parseSpacing } from '@engine/formats/raster/stated-spacing'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/', import.meta.url))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-spacing-'))
  copyFileSync(`${fixtures}png/grey-8.png`, join(folder, 'case.png'))
  copyFileSync(`${fixtures}png/spaced-143um.png`, join(folder, 'own.png'))
  copyFileSync(`${fixtures}nifti/uint8.nii`, join(folder, 'volume.nii'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const sidecar = (name: string, content: unknown): void => writeFileSync(join(folder, name), JSON.stringify(content))

describe('pixel sizes stated beside a picture', () => {
  it('a sidecar gives them, in our words or in those of DICOM, and it is said', async () => {
    expect((await loadVolume(join(folder, 'case.png'))).volume.spacingMm).toBeNull()
    sidecar('case.json', { PixelSpacing: [0.3, 0.2], SliceThickness: 5 })
    const first = await loadVolume(join(folder, 'case.png'))
    expect(first.volume.spacingMm).toEqual([0.2, 0.3, 5])
    expect(first.volume.affine.slice(0, 6)).toEqual([0.2, 0, 0, 0, 0, 0.3])
    expect(first.warnings.join()).toContain('0.2 × 0.3 mm, from “case.json”')
    sidecar('case.png.json', { spacingMm: [0.4, 0.4] })
    expect((await loadVolume(join(folder, 'case.png'))).volume.spacingMm).toEqual([0.4, 0.4, 1])
    sidecar('own.json', { spacingMm: [1, 1] })
    const overruled = await loadVolume(join(folder, 'own.png'))
    expect(overruled.volume.spacingMm).toEqual([1, 1, 1])
    expect(overruled.warnings.join()).not.toContain('0.143')
  })

  it('what was given comes before the sidecar; images that place themselves keep their own', async () => {
    sidecar('case.json', { spacingMm: [0.4, 0.4] })
    const given = await loadVolume(join(folder, 'case.png'), { spacingMm: [0.1, 0.2, 3] })
    expect(given.volume.spacingMm).toEqual([0.1, 0.2, 3])
    sidecar('volume.json', { spacingMm: [9, 9, 9] })
    const volume = await loadVolume(join(folder, 'volume.nii'), { spacingMm: [9, 9, 9] })
    expect(volume.volume.spacingMm).not.toEqual([9, 9, 9])
    expect(volume.warnings.join()).toContain('the one given is not used')
  })

  it('other JSON files beside a picture mean nothing; a size that is none is refused', async () => {
    sidecar('case.json', { boxes: [[1, 2, 3, 4]] })
    expect((await loadVolume(join(folder, 'case.png'))).volume.spacingMm).toBeNull()
    writeFileSync(join(folder, 'case.json'), 'no JSON')
    expect((await loadVolume(join(folder, 'case.png'))).volume.spacingMm).toBeNull()
    for (const wrong of [[0, 1], [1], 'x', [1, -2], [1, 2, 3, 4]]) {
      sidecar('case.json', { spacingMm: wrong })
      await expect(loadVolume(join(folder, 'case.png'))).rejects.toMatchObject({ code: 'bad-file' })
    }
  })

  it('the command line takes two or three lengths', () => {
    expect(parseSpacing('0.143,0.143')).toEqual([0.143, 0.143, 1])
    expect(parseSpacing('1,2,3')).toEqual([1, 2, 3])
    for (const wrong of ['1', '1,', '1,x', '0,1', '1,2,3,4', ''])
      expect(() => parseSpacing(wrong)).toThrow('--spacing takes two or three lengths')
  })
})
