import { join } from 'node:path'
import { type Job, throwIfCancelled } from '@engine/job'
import type { CudaFolder } from '@engine/runtime/cuda-folder'
import { type Provider, providers } from '@engine/runtime/messages'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { CheckRow, InstallationReport } from '@shared/installation'
import { ModelShelf } from '../model-shelf'
import { type ProviderLine, surveyProviders, systemTitle, thisSystem } from '../provider-survey'
import { checkRow } from './check-row'
import { checkKnownFiles } from './known-files'
import { checkKnownMaps } from './known-maps'
import { checkKnownMetrics } from './known-metrics'

export interface CheckTools {
  readonly spawn: SpawnInference
  readonly cudaFolder: CudaFolder | null
  readonly sampleFolder: string
  readonly threads: number
  readonly version: string
}

/** The sample's networks whose gradients are compared between providers. */
const sampleModels = ['honest-1', 'honest-dense', 'token']
/** As for any model: see `provider-choice.ts`. */
const largestShare = 0.1

/**
 * "Check this installation": phantoms with known answers on this machine. Networks whose maps are known, on every provider that works;
 * the sample's networks, provider against CPU; metrics whose values follow from their definition; files written and read again.
 * Throws Fault `cancelled`, and what starting the CPU throws.
 */
export async function checkInstallation(tools: CheckTools, job: Job): Promise<InstallationReport> {
  const rows: CheckRow[] = []
  const steps = 4
  const say = (stage: string, done: number): void => {
    throwIfCancelled(job)
    job.progress(stage, done, steps)
  }
  say('Figures with known values', 0)
  rows.push(...(await checkKnownMetrics()), ...(await checkKnownFiles(tools.sampleFolder)))
  say('What this machine can compute on', 1)
  const lines = await surveyProviders({ spawn: tools.spawn, cudaFolder: tools.cudaFolder, job })
  rows.push(...lines.map(providerRow))
  const working = providers.filter((id) => lines.some((line) => line.id === id && line.state === 'works'))
  say('Maps with known values', 2)
  for (const provider of working) rows.push(...(await checkKnownMaps({ spawn: tools.spawn, job, provider })))
  say('Networks of the sample', 3)
  for (const provider of working) rows.push(...(await checkSampleModels(tools, provider, job)))
  say('Networks of the sample', steps)
  return {
    version: 1,
    saliscope: tools.version,
    system: systemTitle(thisSystem()),
    made: new Date().toISOString(),
    passed: rows.every(({ state }) => state !== 'fail'),
    rows
  }
}

/** A provider that is not here is no failure; one that gives wrong results is. */
function providerRow({ title, state, reason }: ProviderLine): CheckRow {
  const bad = state === 'wrong results' || state === 'crashes'
  return {
    group: 'providers',
    what: `${title}: a convolution of ones`,
    expected: 'the number of neighbours',
    found: reason === null ? state : `${state}: ${reason}`,
    state: state === 'works' ? 'pass' : bad ? 'fail' : 'not-here',
    seconds: 0
  }
}

async function checkSampleModels(
  { spawn, sampleFolder, threads }: CheckTools,
  provider: Provider,
  job: Job
): Promise<CheckRow[]> {
  const host = new InferenceHost({ spawn })
  const models = new ModelShelf(host, threads, { provider })
  const rows: CheckRow[] = []
  try {
    for (const name of sampleModels) {
      rows.push(
        await checkRow({
          group: 'models',
          what: `${name}: gradient of one input, ${provider}`,
          expected: provider === 'cpu' ? 'computed' : 'as on the CPU',
          measure: async () => {
            const { modelId } = await models.open(join(sampleFolder, 'models', `${name}.onnx`), job)
            await models.require(modelId).explainable(job)
            const record = models.require(modelId).computedOn()
            const moved = record !== null && record.used !== provider
            const off = moved ? Infinity : (record?.difference ?? 0)
            const found = moved
              ? (record.reason ?? `computed on ${record.used}`)
              : `differs by ${off.toExponential(1)} of the norm`
            return { found, off, allowed: largestShare }
          }
        })
      )
    }
  } finally {
    host.dispose()
  }
  return rows
}
