import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve('.')
const model = resolve('resources/sample/models/honest-1.onnx')
const phantom = resolve('resources/sample/cases/p0001.dcm')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line from its sources, as `bin/saliscope` runs the build. */
function saliscope(args: readonly string[], stdin = ''): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(root, 'tests/support/cli-from-source.ts'), ...args],
      {
        cwd: folder,
        env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.engine.json') }
      }
    )
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('close', (code) => done({ status: code ?? -1, stdout, stderr }))
    child.stdin.end(stdin)
  })
}

describe('read', () => {
  it('prints one JSON object a line and keeps the exit statuses apart', async () => {
    const broken = join(folder, 'broken.dcm')
    writeFileSync(broken, 'not an image')
    const good = await saliscope(['read', phantom, '--json'])
    expect(good.status).toBe(0)
    const report = JSON.parse(good.stdout) as Record<string, unknown>
    expect(report).toMatchObject({ kind: 'dicom', shape: [1, 128, 128] })
    expect(report.sha256F32le).toMatch(/^[0-9a-f]{64}$/)

    const one = await saliscope(['read', broken, '--json'])
    expect(one.status).toBe(3)
    const several = await saliscope(
      ['read', '--input', '-', '--json'],
      `${phantom}\n${broken}\n${join(folder, 'missing.nii')}\n`
    )
    expect(several.status).toBe(5)
    const lines = several.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { fault?: { message: string } })
    expect(lines.map((line) => line.fault === undefined)).toEqual([true, false, false])
    expect(lines[2].fault?.message).toContain('missing.nii')
  })
})

describe('attribute', () => {
  it('writes maps, geometry and recipes of an image, and says what is out of range', async () => {
    const out = join(folder, 'maps')
    const ended = await saliscope([
      'attribute',
      '--model',
      model,
      '--input',
      phantom,
      '--method',
      'gradient+sg2,gradcam',
      '--param',
      'sg.samples=4',
      '--out',
      out,
      '--json'
    ])
    expect(ended.status, ended.stderr).toBe(0)
    const { files, doctor } = JSON.parse(ended.stdout) as {
      files: string[]
      doctor: { check: string; state: string }[]
    }
    expect(files).toContain(join('p0001', 'honest-1', 'lesion', 'gradient+sg2.npy'))
    for (const file of files) expect(existsSync(join(out, file)), file).toBe(true)
    expect(doctor.find(({ check }) => check === 'value range')?.state).toBe('fits')
    const { maps } = JSON.parse(readFileSync(join(out, 'p0001/honest-1/lesion/recipe.json'), 'utf8')) as {
      maps: { id: string; recipe: { method: { params: Record<string, unknown> } }; files: { sha256: string }[] }[]
    }
    expect(maps.map(({ id }) => id)).toEqual(['gradient+sg2', 'gradcam'])
    expect(maps[0].recipe.method.params['sg.samples']).toBe(4)
    expect(maps.every(({ files: list }) => list.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256)))).toBe(true)
  })

  it('makes the maps of a preset, each with its own reduction, and lets --param win', async () => {
    const out = join(folder, 'preset')
    const ended = await saliscope(
      ['attribute', '--model', model, '--input', phantom, '--preset', 'suemer', '--as', 'npy', '--out', out].concat(
        ['sg.samples=2', 'integrated-gradients.steps=2', 'occlusion.window=1,64,64'].flatMap((text) => [
          '--param',
          text
        ])
      )
    )
    expect(ended.status, ended.stderr).toBe(0)
    const { maps } = JSON.parse(readFileSync(join(out, 'p0001/honest-1/lesion/recipe.json'), 'utf8')) as {
      maps: { id: string; recipe: { method: { params: Record<string, unknown> } }; reduction: { reduce: string } }[]
    }
    const listed = JSON.parse((await saliscope(['schema', 'presets'])).stdout) as {
      id: string
      maps: { id: string }[]
    }[]
    expect(maps.map(({ id }) => id)).toEqual(listed.find(({ id }) => id === 'suemer')?.maps.map(({ id }) => id))
    expect(maps.find(({ id }) => id === 'gradient')?.reduction.reduce).toBe('max-abs')
    expect(maps.find(({ id }) => id === 'gradient+sg')?.recipe.method.params['sg.samples']).toBe(2)
  })

  it.each([
    [
      ['attribute', '--model', 'nowhere.onnx', '--input', 'a.dcm', '--method', 'gradient', '--out', 'o'],
      3,
      'nowhere.onnx'
    ],
    [['attribute', '--model', model, '--input', 'nowhere.dcm', '--method', 'gradient', '--out', 'o'], 3, 'nowhere.dcm'],
    [['attribute', '--model', phantom, '--input', phantom, '--method', 'gradient', '--out', 'o'], 3, 'a DICOM file'],
    [
      ['attribute', '--model', model, '--input', phantom, '--method', 'grad', '--out', 'o'],
      2,
      'There is no method "grad"'
    ],
    [
      [
        'attribute',
        '--model',
        model,
        '--input',
        phantom,
        '--method',
        'gradient',
        '--param',
        'sg.sample=3',
        '--out',
        'o'
      ],
      2,
      'There is no parameter "sg.sample"'
    ],
    [
      ['attribute', '--model', model, '--input', phantom, '--method', 'gradient', '--target', 'nodule', '--out', 'o'],
      2,
      'There is no label "nodule"'
    ],
    [
      ['attribute', '--model', model, '--input', phantom, '--method', 'gradient', '--colour', 'red', '--out', 'o'],
      2,
      'There is no option --colour'
    ],
    [['attribute', '--model', model, '--method', 'gradient', '--out', 'o'], 2, 'No file is named'],
    [['assess', 'nowhere.json', '--out', 'o'], 3, 'nowhere.json'],
    [
      ['attribute', '--model', model, '--input', phantom, '--preset', 'summer', '--out', 'o'],
      2,
      'There is no preset "summer"'
    ],
    [['schema', 'card'], 2, 'There is no schema "card"'],
    [['explain'], 2, 'There is no command "explain"']
  ])('refuses in one sentence: %j', async (args, status, words) => {
    const ended = await saliscope(args as string[])
    expect(ended.status, ended.stderr).toBe(status)
    expect(ended.stderr).toContain(words)
    expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(3)
    expect(existsSync(join(folder, 'o')) ? readdirSync(join(folder, 'o')) : []).toEqual([])
  })

  it('refuses an output place that is a file before it computes anything', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const ended = await saliscope([
      'attribute',
      '--model',
      model,
      '--input',
      phantom,
      '--method',
      'gradient',
      '--out',
      file
    ])
    expect(ended.status).toBe(3)
    expect(ended.stderr).toContain('a-file')
  })

  it.skipIf(process.getuid?.() === 0)('refuses a read-only folder (not testable as root)', async () => {
    const closed = join(folder, 'closed')
    mkdirSync(closed)
    chmodSync(closed, 0o500)
    const ended = await saliscope([
      'attribute',
      '--model',
      model,
      '--input',
      phantom,
      '--method',
      'gradient',
      '--out',
      closed
    ])
    expect(ended.status).toBe(3)
    expect(ended.stderr).toContain('closed')
  })
})

describe('score and schema', () => {
  it('scores a map against a mask, and says when a metric is undefined', async () => {
    const mask = resolve('resources/sample/masks/p0001.png')
    const scored = await saliscope(['score', 'average-precision', '--map', mask, '--mask', mask, '--json'])
    expect(JSON.parse(scored.stdout)).toMatchObject({ metric: 'average-precision', value: 1 })
    const { encodePng } = await import('@engine/formats/raster/png')
    const empty = join(folder, 'empty.png')
    writeFileSync(empty, encodePng({ width: 128, height: 128, channels: 1, samples: new Uint8Array(128 * 128) }))
    const undefinedOne = await saliscope(['score', 'average-precision', '--map', mask, '--mask', empty, '--json'])
    expect(JSON.parse(undefinedOne.stdout)).toMatchObject({ value: null })
  })

  it('asks a model again for the metrics that need one', async () => {
    const { encodeNpy } = await import('@engine/formats/raster/npy')
    const tensor = join(folder, 'tensor.npy')
    writeFileSync(
      tensor,
      encodeNpy(
        Float32Array.from({ length: 128 * 128 }, (_, i) => (i % 7) / 7),
        [1, 1, 128, 128]
      )
    )
    const map = join(folder, 'spot.npy')
    writeFileSync(
      map,
      encodeNpy(
        Float32Array.from({ length: 128 * 128 }, (_, i) => Number(i < 900)),
        [128, 128]
      )
    )
    const options = ['--model', model, '--tensor', tensor, '--target', '0', '--json']
    const scored = await saliscope(['score', 'fidelity', '--map', map, ...options, '--param', 'percents=5,10'])
    expect(scored.stderr + scored.stdout).toContain('"metric":"fidelity"')
    expect(JSON.parse(scored.stdout).value).toBeTypeOf('number')
    const missing = await saliscope(['score', 'fidelity', '--map', map, '--model', model])
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('tensor')
  })

  it('prints schemas that are JSON', async () => {
    for (const name of ['model-card', 'report']) {
      const ended = await saliscope(['schema', name])
      expect(ended.status, name).toBe(0)
      expect(JSON.parse(ended.stdout)).toHaveProperty('properties')
    }
  })
})
