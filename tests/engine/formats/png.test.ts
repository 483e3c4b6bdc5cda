import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decodeFile } from '@engine/formats/decode-task'
import { readReport } from '@engine/formats/read-report'

const folder = fileURLToPath(new URL('../../fixtures/formats/png/', import.meta.url))
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<
  string,
  { shape: readonly number[]; sha256_f32le: string }
>

describe('PNG files of other writers (pypng, Pillow)', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report } = await readReport(folder + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual(['raster', facts.shape])
    expect(report.sha256F32le).toBe(facts.sha256_f32le)
  })

  it.each([
    'grey-alpha-8.png',
    'rgba-8.png',
    'palette-trns.png',
    'grey-trns-8.png',
    'grey-trns-16.png',
    'rgb-trns-8.png'
  ])('%s: that transparency is ignored is said', async (name) => {
    expect((await decodeFile(folder + name, {})).warnings.join()).toContain('transparent')
  })

  it('a measured resolution gives millimetres, that of a screen does not, and both are said', async () => {
    const spaced = await decodeFile(`${folder}spaced-143um.png`, {})
    const [x, y] = spaced.volumes[0].volume.spacingMm!
    // pHYs holds whole pixels a metre.
    expect([x, y].map((mm) => Number(mm.toFixed(5)))).toEqual([0.143, 0.143])
    expect(spaced.volumes[0].volume.affine[0]).toBe(x)
    expect(spaced.warnings.join()).toContain('0.143 × 0.143 mm')
    const screen = await decodeFile(`${folder}dpi-96.png`, {})
    expect(screen.volumes[0].volume.spacingMm).toBeNull()
    expect(screen.warnings.join()).toContain('96 dpi, a print resolution')
  })
})
