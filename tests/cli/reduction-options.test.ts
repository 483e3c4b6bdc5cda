import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeNpy } from '@engine/formats/raster/npy'
import { commandLine } from '../support/in-process'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-reduction-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const attribute = (out: string, ...more: string[]) =>
  commandLine([
    ...['attribute', '--model', resolve('resources/sample/models/honest-1.onnx')],
    ...['--input', resolve('resources/sample/cases/p0001.dcm'), '--method', 'gradient', '--as', 'npy'],
    ...['--out', join(folder, out), ...more]
  ])

describe('attribute --reduce --clip --normalise', () => {
  it('reduces as it is told and records it; a diverging map keeps its sign', async () => {
    const ended = await attribute('signed', '--reduce', 'sum', '--clip', '100', '--normalise', 'diverging')
    expect(ended.status, ended.stderr).toBe(0)
    const written = join(folder, 'signed/p0001/honest-1/lesion')
    const { maps } = JSON.parse(readFileSync(join(written, 'recipe.json'), 'utf8')) as {
      maps: { reduction: Record<string, unknown> }[]
    }
    expect(maps[0].reduction).toMatchObject({ reduce: 'sum', clip: 100, normalise: 'diverging' })
    const { samples } = decodeNpy(readFileSync(join(written, 'gradient.npy')), 'gradient.npy')
    const values = Array.from(samples, Number)
    expect(Math.min(...values)).toBeLessThan(0)
    expect(Math.max(...values.map(Math.abs))).toBeCloseTo(1, 6)
  })

  it('leaves the rest as it is usually', async () => {
    expect((await attribute('clipped', '--clip', '90')).status).toBe(0)
    const recipe = readFileSync(join(folder, 'clipped/p0001/honest-1/lesion/recipe.json'), 'utf8')
    expect((JSON.parse(recipe) as { maps: object[] }).maps[0]).toMatchObject({
      reduction: { reduce: 'sum-abs', clip: 90, normalise: 'min-max' }
    })
  })

  it.each([
    [['--reduce', 'none'], '--tensor, which writes the raw attribution'],
    [['--clip', '120'], 'from 0 to 100'],
    [['--normalise', 'log'], 'none, min-max, max, diverging'],
    [['--tensor', 'x.npy', '--reduce', 'sum'], 'every channel with its sign']
  ])('refuses %j', async (wrong, words) => {
    const ended = await attribute('refused', ...wrong)
    expect(ended.status).toBe(2)
    expect(ended.stderr).toContain(words)
  })
})
