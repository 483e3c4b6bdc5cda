import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import { readNpyTensor } from '@engine/handlers/npy-tensor'
import { randomStream } from '@engine/tensor/random'
import { runCommandLine } from '../../src-main/cli/run'
import { spawnFromSource } from '../support/inference'

const model = resolve('resources/sample/models/honest-1.onnx')
const [late, early] = ['/mixed3/Concat_output_0', '/mixed1/Concat_output_0']
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-layers-'))
  const stream = randomStream(3, 'layers')
  const values = Float32Array.from({ length: 128 * 128 }, () => stream.normal())
  writeFileSync(join(folder, 'in.npy'), encodeNpy(values, [1, 1, 128, 128]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `attribute --tensor` in this process; answers the exit status. */
const attribute = (method: string, out: string, more: readonly string[] = []): Promise<number> =>
  runCommandLine(
    [
      ...['attribute', '--model', model, '--tensor', join(folder, 'in.npy'), '--method', method, '--target', '0'],
      ...['--out', join(folder, out), ...more]
    ],
    { threads: 2, spawn: spawnFromSource }
  )

interface Recipe {
  readonly maps: readonly { readonly expression: string; readonly notes: readonly Record<string, unknown>[] }[]
}
const recipeOf = (out: string): Recipe => JSON.parse(readFileSync(join(folder, out, 'recipe.json'), 'utf8')) as Recipe

describe('attribute --layer', () => {
  it('one layer by its tensor name: the map on the input, and the map at layer size before ReLU', async () => {
    expect(await attribute('hirescam,ablationcam', 'one', ['--layer', early])).toBe(0)
    for (const id of ['hirescam', 'ablationcam']) {
      expect((await readNpyTensor(join(folder, 'one', `${id}.npy`))).shape).toEqual([1, 1, 128, 128])
      expect((await readNpyTensor(join(folder, 'one', `${id}.layer.npy`))).shape).toEqual([1, 1, 32, 32])
    }
    const cells = await readNpyTensor(join(folder, 'one', 'hirescam.layer.npy'))
    const map = await readNpyTensor(join(folder, 'one', 'hirescam.npy'))
    expect(cells.data.some((value) => value < 0)).toBe(true)
    expect(map.data.every((value) => value >= 0)).toBe(true)
    expect(recipeOf('one').maps[0].notes[0].layer).toBe(early)
  })

  it('several layers with commas: their maps are averaged, and there is no one layer map', async () => {
    expect(await attribute('layercam', 'both', ['--layer', `${late},${early}`])).toBe(0)
    const map = await readNpyTensor(join(folder, 'both', 'layercam.npy'))
    expect(map.shape).toEqual([1, 1, 128, 128])
    expect(Math.max(...map.data)).toBeLessThanOrEqual(1)
    expect(existsSync(join(folder, 'both', 'layercam.layer.npy'))).toBe(false)
    expect(recipeOf('both').maps[0].notes[0].layer).toBe(`${late},${early}`)
  })

  it('--param METHOD.scaling=pgc gives the map pytorch-grad-cam would: 0 to 1', async () => {
    expect(await attribute('gradcam-elementwise', 'pgc', ['--param', 'gradcam-elementwise.scaling=pgc'])).toBe(0)
    const { data } = await readNpyTensor(join(folder, 'pgc', 'gradcam-elementwise.npy'))
    expect(Math.min(...data)).toBe(0)
    expect(Math.max(...data)).toBeGreaterThan(0.999)
    expect(Math.max(...data)).toBeLessThanOrEqual(1)
  })

  it('a name the model does not have, and a tensor without places, are refused', async () => {
    expect(await attribute('gradcam', 'unknown', ['--layer', 'nowhere'])).toBe(2)
    expect(await attribute('gradcam', 'row', ['--layer', 'logit'])).toBe(4)
  })
})
