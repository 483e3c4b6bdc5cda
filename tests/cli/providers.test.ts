import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { ProviderList } from '@shared/vocabulary'
import { runCommandLine } from '../../src-main/cli/run'
import { spawnFromSource } from '../support/inference'

const model = resolve('resources/sample/models/honest-1.onnx')
const phantom = resolve('resources/sample/cases/p0001.dcm')
const folder = mkdtempSync(join(tmpdir(), 'saliscope-providers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command in this process; the CUDA libraries of the machine that runs the tests are not to be found. */
async function saliscope(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  vi.stubEnv('SALISCOPE_CUDA_FOLDER', undefined)
  const said = { stdout: '', stderr: '' }
  const writers = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text)
      return true
    })
  )
  try {
    return { status: await runCommandLine(args, { spawn: spawnFromSource, threads: 2 }), ...said }
  } finally {
    for (const writer of writers) writer.mockRestore()
    vi.unstubAllEnvs()
  }
}

describe('providers', () => {
  it('lists every provider with its word and what it does here', async () => {
    const ended = await saliscope('providers', '--json')
    expect(ended.status, ended.stderr).toBe(0)
    const { providers } = JSON.parse(ended.stdout) as ProviderList
    const line = (id: string) => providers.find((provider) => provider.id === id)
    expect(providers.map(({ id }) => id)).toEqual(['cpu', 'cuda', 'dml', 'coreml', 'webgpu'])
    expect(line('cpu')).toMatchObject({ state: 'works', reason: null })
    expect(line('cuda')?.reason).toContain(process.platform === 'linux' ? 'SALISCOPE_CUDA_FOLDER' : 'does not offer')
    for (const { state, reason } of providers) expect(state === 'works', state).toBe(reason === null)
  })
})

describe('attribute --provider', () => {
  it('that is not here: said on stderr, computed on the CPU, written into the recipe', async () => {
    const out = join(folder, 'maps')
    const ended = await saliscope(
      ...['attribute', '--model', model, '--input', phantom, '--method', 'gradient', '--as', 'npy'],
      ...['--provider', 'coreml', '--out', out]
    )
    expect(ended.status, ended.stderr).toBe(0)
    expect(ended.stderr).toMatch(/^honest-1\.onnx: coreml .+; the CPU is used\.$/m)
    const recipe = JSON.parse(readFileSync(join(out, 'p0001/honest-1/lesion/recipe.json'), 'utf8')) as {
      maps: { recipe: { provider: unknown } }[]
    }
    expect(recipe.maps[0].recipe.provider).toEqual({
      requested: 'coreml',
      used: 'cpu',
      reason: expect.stringMatching(/^coreml .+; the CPU is used\.$/) as string,
      difference: null
    })
  })

  it.each(['0', '-1', '1000', 'all'])('--threads %s is refused', async (threads) => {
    const ended = await saliscope('providers', '--threads', threads)
    expect(ended.status).toBe(2)
    expect(ended.stderr).toContain('--threads takes')
  })

  it('that does not exist is refused', async () => {
    const ended = await saliscope(
      ...['attribute', '--model', model, '--input', phantom, '--method', 'gradient'],
      ...['--provider', 'tpu', '--out', join(folder, 'none')]
    )
    expect(ended.status).toBe(2)
    expect(ended.stderr).toContain('webgpu')
  })
})
