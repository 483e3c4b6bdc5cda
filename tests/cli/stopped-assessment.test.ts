import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Report } from '@shared/report'
import type { Verified } from '@shared/verification'
import { cutSample } from '../support/cut-sample'
import { commandLine } from '../support/in-process'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-stopped-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Assesses in a process of its own and presses Ctrl+C as soon as stderr says `during`; its exit status and last words. */
function stopped(experiment: string, out: string, during: RegExp): Promise<{ status: number | null; stderr: string }> {
  const source = join(import.meta.dirname, '..', 'support', 'cli-from-source.ts')
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), source, 'assess', experiment, '--out', out],
    {
      env: { ...process.env, TSX_TSCONFIG_PATH: join(import.meta.dirname, '..', '..', 'tsconfig.engine.json') }
    }
  )
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => {
    const before = during.test(stderr)
    stderr += text.toString()
    if (!before && during.test(stderr)) child.kill('SIGINT')
  })
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr })))
}

const slow = {
  id: 'occlusion',
  expr: 'occlusion',
  params: { 'occlusion.window': '1,16,16', 'occlusion.stride': '1,4,4' }
}

/** One model, three cases and a map that takes minutes. */
function cutSlow(): string {
  return cutSample(folder, (raw) => {
    raw.methods = [slow as never]
    raw.models = raw.models.slice(0, 1)
    raw.cases = raw.cases.slice(0, 3)
    raw.criteria = [
      { id: 'performance', params: {} },
      { id: 'localisation', params: {} }
    ]
  })
}

it('keeps what was scored when it is stopped, as a report that says so and can be verified', async () => {
  const out = join(folder, 'stopped')
  const { status, stderr } = await stopped(cutSlow(), out, /Localisation utility/)
  expect(status, stderr).toBe(130)
  expect(stderr).toMatch(/not finished: report\.html, report\.json/)
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
  expect(report.coverage.complete).toBe(false)
  expect(report.models.map(({ id, performance }) => [id, performance.length > 0])).toEqual([['honest-1', true]])
  expect(report.results.filter(({ method }) => method.startsWith('occlusion'))).toEqual([])
  const verified = JSON.parse((await commandLine(['verify', out, '--json'])).stdout) as Verified
  expect(verified).toMatchObject({ whole: true, problems: [] })
}, 120_000)

it('leaves a report that is there as it is', async () => {
  const out = join(folder, 'again')
  mkdirSync(out)
  writeFileSync(join(out, 'report.json'), 'of another day')
  const { status, stderr } = await stopped(cutSlow(), out, /Localisation utility/)
  expect(status, stderr).toBe(130)
  expect(readFileSync(join(out, 'report.json'), 'utf8')).toBe('of another day')
  expect(existsSync(join(out, 'stopped', 'report.json'))).toBe(true)
}, 120_000)

it('writes no report when nothing was scored', async () => {
  const out = join(folder, 'early')
  const { status, stderr } = await stopped(cutSample(folder), out, /opening models/)
  expect(status).toBe(130)
  expect(stderr).toContain('Stopped on request.')
  expect(existsSync(join(out, 'report.json'))).toBe(false)
}, 120_000)
