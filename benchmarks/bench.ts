import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { scoreInWorkers } from '@engine/metrics/scoring-pool'
import { averagePrecisionTask, ssimTask } from './metric-tasks'
import { cancelTask, gradientTask, integratedGradientsTask, relevanceTask, smoothgradTask } from './model-tasks'
import { PeerProcess } from './peer-process'
import { xraiTask } from './region-tasks'
import { roadTask } from './removal-tasks'
import { indexTask, openVolumeTask } from './series-tasks'
import { geometricMean, table, tableRow, type TaskResult, timesOf } from './results'
import type { Prepared, Task } from './task'
import { ratioGroups, zooTasks } from './zoo-tasks'
import { benchWindow } from './window-bench'
import { volumeGradientTask } from './volume-tasks'

const ownTasks: readonly Task[] = [
  gradientTask('resnet18', 1),
  gradientTask('resnet18', 8),
  gradientTask('densenet121', 1),
  gradientTask('densenet121', 8),
  integratedGradientsTask('resnet18'),
  integratedGradientsTask('densenet121'),
  smoothgradTask('densenet121'),
  relevanceTask('resnet50'),
  xraiTask('full'),
  xraiTask('fast'),
  ssimTask,
  averagePrecisionTask,
  roadTask,
  volumeGradientTask,
  indexTask,
  openVolumeTask,
  cancelTask('densenet121')
]

scoreInWorkers(fileURLToPath(new URL('pool-worker.js', import.meta.url)))

/** Both sides spin for a while after a run; a pause keeps one from slowing the other. */
const pauseMs = 250

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string' },
    repeat: { type: 'string', default: '7' },
    only: { type: 'string' },
    zoo: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false }
  }
})

const fromZoo = values.zoo === undefined ? [] : zooTasks(values.zoo)
const replaced = new Set(fromZoo.map(({ id }) => id))
const tasks = [...fromZoo, ...ownTasks.filter(({ id }) => !replaced.has(id))]

const usage = `npm run bench -- [--peers PYTHON] [--repeat N] [--only PART-OF-ID] [--zoo FOLDER] [--out NAME]
       npm run bench -- window     frame times of the window itself
  --peers   a Python with benchmarks/peers/requirements.txt installed: alternates with the peers and prints ratios
  --repeat  timed runs per task (7)
  --only    tasks whose id contains this: ${tasks.map(({ id }) => id).join(', ')}
  --zoo     networks written by tools/zoo/export_full_size.py: their gradients too
  --out     name of the result files in benchmarks/results (the date)`

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs))

interface Peer {
  readonly process: PeerProcess
  readonly versions: Readonly<Record<string, string>>
}

/** The peer of a task, ready to run; null without one, and with a word on stderr when it cannot run. */
async function startPeer({ id, peer }: Task, python: string | undefined): Promise<Peer | null> {
  if (peer === undefined || python === undefined) return null
  const started = new PeerProcess(python, peer.module, peer.params)
  const answer = await started.ready()
  if (!('failed' in answer)) return { process: started, versions: answer }
  console.error(`${id}: the peer cannot run: ${answer.failed}`)
  started.close()
  return null
}

/** Runs of both sides in turn. */
async function alternate(
  prepared: Prepared,
  peer: Peer | null,
  repeat: number
): Promise<{ ours: number[]; theirs: number[] }> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < repeat; round++) {
    await pause()
    const begun = performance.now()
    const own = await prepared.run()
    ours.push(own ?? (performance.now() - begun) / 1000)
    if (peer === null) continue
    await pause()
    const seconds = await peer.process.run()
    if (seconds !== null) theirs.push(seconds)
  }
  return { ours, theirs }
}

async function timeTask(task: Task, repeat: number, python: string | undefined): Promise<TaskResult> {
  const peer = await startPeer(task, python)
  const prepared = await task.prepare()
  const { ours, theirs } = await alternate(prepared, peer, repeat)
  const figures = prepared.figures?.() ?? {}
  prepared.close()
  peer?.process.close()
  const own = timesOf(ours)
  const other =
    theirs.length > 0 && peer !== null
      ? { name: task.peer?.name ?? '', versions: peer.versions, ...timesOf(theirs) }
      : null
  const ratio = other === null ? null : own.medianMs / other.medianMs
  return { id: task.id, title: task.title, ours: own, peer: other, ratio, figures }
}

async function main(): Promise<void> {
  const chosen = tasks.filter(({ id }) => id.includes(values.only ?? ''))
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, threads: 2 }
  const loadBefore = loadavg()
  const results: TaskResult[] = []
  for (const task of chosen) {
    console.error(`${task.id} …`)
    const result = await timeTask(task, Number(values.repeat), values.peers)
    results.push(result)
    console.error(tableRow(result))
  }
  const load = { before: loadBefore, after: loadavg() }
  const means = Object.entries(ratioGroups).flatMap(([title, isIn]) => {
    const mean = geometricMean(results, isIn)
    return mean === null ? [] : [`Geometric mean of the gradient ratios, ${title}: ${mean.toFixed(2)}`]
  })
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, 2 threads, Node ${machine.node}; load average ${loadBefore[0].toFixed(1)} before, ${load.after[0].toFixed(1)} after (1 is one busy core)`,
    '',
    table(results),
    ...(means.length === 0 ? [] : ['', ...means])
  ].join('\n')
  console.log(lines)
  const folder = join(process.cwd(), 'benchmarks', 'results')
  const name = values.out ?? new Date().toISOString().slice(0, 10)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ machine, load, results }, null, 1)}\n`)
  writeFileSync(join(folder, `${name}.md`), `${lines}\n`)
}

if (values.help) console.log(usage)
else if (positionals[0] === 'window') process.exitCode = benchWindow()
else await main()
