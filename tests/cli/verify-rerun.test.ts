import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Rerun } from '@engine/handlers/verification/rerun'
import type { RecipeFile } from '@engine/handlers/recipe'
import { commandLine } from '../support/in-process'

const sample = resolve('resources/sample')
const model = join(sample, 'models', 'honest-1.onnx')
const image = join(sample, 'cases', 'p0001.dcm')
let folder: string
let out: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-rerun-'))
  out = join(folder, 'maps')
  const methods = 'gradient,gradient+sg,gradcam'
  const few = ['--param', 'sg.samples=3']
  const made = await commandLine([
    'attribute',
    '--model',
    model,
    '--input',
    image,
    '--method',
    methods,
    ...few,
    '--as',
    'npy',
    '--out',
    out
  ])
  expect(made.status).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function rerun(...args: string[]): Promise<{ status: number; found: Rerun[] }> {
  const { status, stdout } = await commandLine(['verify', out, '--rerun', '3', '--json', ...args])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { rerun?: Rerun })
  return { status, found: lines.flatMap((line) => (line.rerun === undefined ? [] : [line.rerun])) }
}

describe('verify --rerun', () => {
  it('computes maps again from their recipes alone: the same values, draws included', async () => {
    const { status, found } = await rerun('--model', model, '--input', join(sample, 'cases', 'p0002.dcm'), image)

    expect(new Set(found.map(({ file }) => file))).toEqual(
      new Set(['gradcam', 'gradient', 'gradient+sg'].map((id) => join('p0001', 'honest-1', 'lesion', `${id}.npy`)))
    )
    expect(found.map(({ state }) => state)).toEqual(['identical', 'identical', 'identical'])
    expect(status).toBe(0)
  })

  it('says which model or image it was not given', async () => {
    const none = await rerun('--model', join(sample, 'models', 'token.onnx'), '--input', image)
    expect([none.status, none.found[0].state]).toEqual([3, 'not-computed'])
    expect(none.found[0].reason).toMatch(/^the model honest-1\.onnx \(SHA-256 [0-9a-f]{12}\) was not given/u)

    const other = await rerun('--model', model, '--input', join(sample, 'cases', 'p0002.dcm'))
    expect(other.found[0].reason).toMatch(/^its image/u)
  })

  it('finds a recipe that does not make its map', async () => {
    const path = join(out, 'p0001', 'honest-1', 'lesion', 'recipe.json')
    const before = readFileSync(path, 'utf8')
    const recipes = JSON.parse(before) as RecipeFile
    for (const map of recipes.maps) map.recipe.seed += 1
    writeFileSync(path, JSON.stringify(recipes))
    const { status, found } = await rerun('--model', model, '--input', image)
    writeFileSync(path, before)

    expect(Object.fromEntries(found.map(({ file, state }) => [file.split(/[\\/]/u).pop(), state]))).toEqual({
      'gradient.npy': 'identical',
      'gradcam.npy': 'identical',
      'gradient+sg.npy': 'differs'
    })
    expect(status).toBe(3)
  })

  it('refuses a number of maps that is none', async () => {
    const { status, stderr } = await commandLine(['verify', out, '--rerun', '0', '--model', model, '--input', image])
    expect([status, stderr]).toEqual([2, expect.stringContaining('from 1')])
  })
})
