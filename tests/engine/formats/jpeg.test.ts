import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decodeFile } from '@engine/formats/decode-task'
import { readReport } from '@engine/formats/read-report'

const folder = fileURLToPath(new URL('../../fixtures/formats/jpeg/', import.meta.url))
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<
  string,
  { shape: readonly number[]; min: number; max: number; mean: number }
>

describe('JPEG files written by Pillow', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report } = await readReport(folder + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual(['raster', facts.shape])
    // Two decoders may round differently; those of colour at half size interpolate differently too.
    const allowed = name.includes('420') ? 4 : 1
    for (const key of ['min', 'max'] as const) expect(Math.abs(report[key]! - facts[key])).toBeLessThanOrEqual(allowed)
    expect(Math.abs(report.mean! - facts.mean)).toBeLessThanOrEqual(0.5)
  })

  it('one that asks to be turned is shown as stored, and it is said', async () => {
    expect((await decodeFile(`${folder}turned.jpg`, {})).warnings.join()).toContain('shown as stored')
    expect((await decodeFile(`${folder}grey.jpg`, {})).warnings.join()).not.toContain('turn')
  })

  it('four colours are refused', async () => {
    const { fault } = (await readReport(`${folder}refused-cmyk.jpg`)).report
    expect([fault?.code, fault?.message]).toEqual(['unsupported-file', expect.stringContaining('unusual kind')])
  })
})
