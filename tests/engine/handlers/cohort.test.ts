import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assessExperiment } from '@engine/handlers/assess'
import { mergeCohort, planCohort, runShard } from '@engine/handlers/cohort/cohort'
import { type CohortStore, doneUnits, openStore } from '@engine/handlers/cohort/store'
import { readExperiment } from '@engine/handlers/experiment-file'
import { quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Report } from '@shared/report'
import { cutSample } from '../../support/cut-sample'
import { commandLine, inProcess } from '../../support/in-process'

const { version } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as { version: string }
let host: InferenceHost
let folder: string
let experiment: string

beforeAll(() => {
  host = new InferenceHost({ spawn: inProcess })
  folder = mkdtempSync(join(tmpdir(), 'saliscope-cohort-'))
  experiment = cutSample(folder, (cut) => {
    cut.models = cut.models.slice(0, 1)
    cut.cases = cut.cases.slice(0, 5)
    cut.criteria = [
      { id: 'localisation', params: {} },
      { id: 'randomisation', params: { images: 3, every: 4, similarities: 'ssim', independentImages: 0 } },
      { id: 'completeness', params: { images: 2, steps: 2, percentiles: '50', infidelitySamples: 2 } }
    ]
  })
})
afterAll(() => {
  host.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const tools = (): { host: InferenceHost; threads: number; version: string } => ({ host, threads: 1, version })
const plan = (name: string, size = 2): Promise<CohortStore> =>
  planCohort(readExperiment(experiment), { folder: join(folder, name), size }, tools(), quietJob())
const run = (store: CohortStore, index: number, count: number): ReturnType<typeof runShard> =>
  runShard(store, { index, count }, tools(), quietJob())

/** A shard as a process of its own, killed as soon as its first unit is done. */
async function killedShard(store: string): Promise<void> {
  const cli = resolve('tests/support/cli-from-source.ts')
  const args = ['--import', import.meta.resolve('tsx'), cli, 'cohort', 'run', '--store', store, '--threads', '1']
  const child = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { ...process.env, TSX_TSCONFIG_PATH: resolve('tsconfig.engine.json') }
  })
  const ended = new Promise((end) => child.once('exit', end))
  await expect
    .poll(() => readdirSync(join(store, 'parts')).filter((name) => name.endsWith('.answers')).length, {
      timeout: 120_000,
      interval: 20
    })
    .toBeGreaterThan(0)
  child.kill('SIGKILL')
  await ended
}

describe('an experiment in shards', () => {
  it('gives the report of assess, and one digest however it is cut and whoever is killed', async () => {
    const whole = await plan('whole')
    expect(whole.units.map(({ cases }) => cases.length)).toEqual([2, 2, 1])
    expect(await run(whole, 0, 1)).toEqual({ units: 3, done: 3, skipped: 0, failed: [] })
    const merged = await mergeCohort(whole, tools(), quietJob())
    const order = { ...tools(), opened: undefined, wish: { rows: 'usual' } } as const
    const assessed: Report = await assessExperiment(readExperiment(experiment), order, quietJob())

    expect(merged.report).toEqual(assessed)
    expect([merged.units, merged.computed]).toEqual([3, 0])

    const killed = await plan('killed')
    expect(killed.units).toEqual(whole.units)
    await killedShard(killed.folder)
    const before = doneUnits(killed).size
    expect(before).toBeGreaterThan(0)
    const [first, second] = [await run(killed, 0, 2), await run(killed, 1, 2)]
    expect(first.done + second.done).toBe(3 - before)
    expect((await mergeCohort(openStore(killed.folder), tools(), quietJob())).digest).toBe(merged.digest)
  }, 240_000)

  it('refuses to merge what is missing or damaged, and to mix versions or changed files', async () => {
    const store = await plan('faults', 5)
    await expect(mergeCohort(store, tools(), quietJob())).rejects.toThrowError('1 of 1 units are not done.')
    const other = { ...store, plan: { ...store.plan, saliscope: '0.0.0' } }
    await expect(run(other, 0, 1)).rejects.toThrowError(/planned by version 0.0.0/u)

    const part = join(store.folder, 'parts', `${store.units[0].id}.answers`)
    for (const bytes of ['', 'saliscope cohort part 1\nabc', `saliscope cohort part 1\n\u{ff}\u{ff}\u{1}\u{0}[`]) {
      writeFileSync(part, bytes, 'latin1')
      await expect(mergeCohort(store, tools(), quietJob())).rejects.toThrowError('A part of the cohort is damaged.')
    }
    const done = join(folder, 'whole', 'parts', `${openStore(join(folder, 'whole')).units[0].id}.answers`)
    truncateSync(done, 4000)
    await expect(mergeCohort(openStore(join(folder, 'whole')), tools(), quietJob())).rejects.toThrowError(/damaged/u)

    const [moved] = readExperiment(experiment).experiment.cases
    const changed = { ...store, units: [{ id: '0'.repeat(64), cases: [moved.id] }] }
    await expect(run(changed, 0, 1)).rejects.toThrowError(
      `Files of ${moved.id} or of a model are not what was planned.`
    )
  })
})

describe('the cohort command', () => {
  it('plans, tells what is done, and writes jobs for engines', async () => {
    const store = join(folder, 'by-command')
    const planned = await commandLine(['cohort', 'plan', experiment, '--out', store, '--block', '1', '--json'])
    expect(JSON.parse(planned.stdout)).toEqual({ units: 5, cases: 5 })
    const told = await commandLine(['cohort', 'status', store, '--json'])
    expect(JSON.parse(told.stdout)).toEqual({ units: 5, done: 0, missing: 5 })
    expect((await commandLine(['cohort', 'merge', store])).status).toBe(5)
    expect(existsSync(join(store, 'manifest.jsonl'))).toBe(true)

    const submit = (...rest: string[]): Promise<{ status: number; stdout: string }> =>
      commandLine(['cohort', 'submit', '--store', store, ...rest])
    const slurm = await submit('--engine', 'slurm', '--shards', '3', '--gpu')
    expect(slurm.stdout).toContain('#SBATCH --array=0-2\n')
    expect(slurm.stdout).toContain(`--store '${store}' --shard "$SLURM_ARRAY_TASK_ID/3" --provider cuda`)
    const job = await submit('--engine', 'kubernetes', '--image', 'saliscope:1', '--shards', '9')
    expect(job.stdout).toContain('completions: 5\n')
    expect(job.stdout).toContain('$JOB_COMPLETION_INDEX/5')
    expect((await submit('--engine', 'kubernetes')).status).toBe(2)
  })

  it('says what is wrong with a request', async () => {
    const fault = async (...args: string[]): Promise<[number, string]> => {
      const { status, stderr } = await commandLine(['cohort', ...args])
      return [status, stderr]
    }
    const store = join(folder, 'by-command')
    expect(await fault()).toEqual([2, expect.stringContaining('no verb is named.')])
    expect(await fault('ran')).toEqual([2, expect.stringContaining('there is no verb "ran".')])
    expect((await fault('constructor'))[0]).toBe(2)
    expect((await fault('run', '--store', store, '--shard', '2/2'))[0]).toBe(2)
    expect((await fault('status', folder))[0]).toBe(3)
    expect((await fault('plan', experiment, '--out', store, '--block', '2'))[1]).toMatch(/Another cohort/u)
    expect((await fault('plan', experiment, '--out', store, '--block', '0'))[0]).toBe(2)
  })

  it('runs its shards by the local script', async () => {
    const script = (
      await commandLine([
        'cohort',
        'submit',
        '--store',
        join(folder, 'by-command'),
        '--engine',
        'local',
        '--program',
        'echo'
      ])
    ).stdout
    const child = spawn('sh', ['-c', script])
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    const code = await new Promise((end) => child.once('close', end))
    expect([code, said.trim().split('\n').sort()]).toEqual([
      0,
      ['0/2', '1/2'].map((shard) => `cohort run --store ${join(folder, 'by-command')} --shard ${shard}`)
    ])
  })
})
