import { resolve } from 'node:path'
import { firstChannel, removalAnswers, removalOf } from '@engine/handlers/removal'
import { createWorkbench } from '@engine/handlers/workbench'
import { mapHandlers } from '@engine/handlers/map'
import { studyHandlers } from '@engine/handlers/study'
import { modelHandlers } from '@engine/handlers/model'
import { quietJob } from '@engine/job'
import { withReplaced } from '@engine/metrics/perturbation/perturbed-input'
import { removeShare } from '@engine/metrics/perturbation/removal-order'
import type { Filling } from '@shared/comparison'
import { spawnFromSource } from './inference'

/**
 * `removal-from-source METHOD FILLING PERCENT…`: what the engine's own perturbation makes of the first sample case with a
 * finding, and what its first model answers: the window is compared with it. Prints one line of JSON.
 */
const [expression, filling, ...percents] = process.argv.slice(2)
const job = quietJob()
const options = {
  spawn: spawnFromSource,
  sampleFolder: resolve('resources/sample'),
  workspaceFolder: null,
  resolveGrant: (grant: string) => grant,
  version: '0.0.0-test',
  threads: 1
}
const workbench = createWorkbench(options)
const cases = await studyHandlers(workbench)['study.sample']({}, job)
const [model] = await modelHandlers(workbench)['model.sample']({}, job)
const shown = cases.find((one) => one.label !== null && one.label !== 'none')!
const maps = mapHandlers(workbench)
const order = {
  cases: [shown.caseId],
  models: [model.modelId],
  methods: [{ expression, params: {} }],
  target: 'predicted',
  of: 'logit' as const,
  seed: 1
}
const { maps: queued } = await maps['map.compute'](order, job)
while ((await maps['map.list']({ caseId: shown.caseId }, job))[0].state !== 'done') {
  await new Promise((wake) => setTimeout(wake, 50))
}
const removal = removalOf(workbench, queued[0].mapId, 'map')
const shares = percents.map(Number)
const answers = await removalAnswers(workbench, removal, { filling: filling as Filling, percents: shares }, job)
const planes = shares.map((percent) => [
  ...firstChannel(withReplaced(removal.input, removeShare(removal.order, percent / 100), filling as Filling))
])
const whole = firstChannel(removal.input)
const [low, high] = [Math.min(...whole), Math.max(...whole)]
await workbench.shutDown()
// A pipe takes a long line in pieces: the process ends when all of it is through.
process.stdout.write(`${JSON.stringify({ size: removal.size, low, high, answers, planes })}\n`, () => process.exit(0))
