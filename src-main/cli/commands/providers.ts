import { resolve } from 'node:path'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { type ProviderLine, surveyProviders, systemTitle, thisSystem } from '@engine/handlers/provider-survey'
import type { Job } from '@engine/job'
import { automaticProviders, thisMachine } from '@engine/runtime/automatic-providers'
import { findCudaFolder } from '@engine/runtime/cuda-folder'
import { InferenceHost } from '@engine/runtime/inference-host'
import { type Provider, providers } from '@engine/runtime/messages'
import type { ProviderList } from '@shared/vocabulary'
import type { CliCommand, CommandHost } from '../command'

/** `providers`: what this machine offers to compute on, and how far each has been proved on this system. */
export const providersCommand: CliCommand = {
  name: 'providers',
  summary: 'what this machine can compute on: CPU, CUDA, DirectML, CoreML, WebGPU',
  usage: [
    'saliscope providers [--json]                 tries each on one convolution',
    'saliscope providers --model M.onnx [--json]  also compares the gradient of M on each that works with the CPU',
    'SALISCOPE_CUDA_FOLDER names the folder with ONNX Runtime’s CUDA libraries; docs/platforms.md says which.'
  ].join('\n'),
  rules: { options: ['model', 'card'], flags: ['json'] },

  async run(args, console, host) {
    const job = console.job()
    const lines = await surveyProviders({ spawn: host.spawn, cudaFolder: findCudaFolder(), job })
    const path = args.option('model')
    const order = { card: args.option('card'), host, job }
    const models = path === undefined ? [] : await tryModel(resolve(path), lines, order)
    const automatic = automaticProviders(thisMachine())
    if (console.json)
      console.result(JSON.stringify({ system: systemTitle(thisSystem()), providers: lines, automatic, models }))
    else for (const line of said(lines, automatic, models)) console.result(line)
    return 0
  }
}

type Tried = ProviderList['models'][number]

/** The gradient of a model on each provider that works, in a process of its own. */
async function tryModel(
  path: string,
  lines: readonly ProviderLine[],
  { card, host, job }: { card: string | undefined; host: CommandHost; job: Job }
): Promise<Tried[]> {
  const tried: Tried[] = []
  for (const provider of providers.filter((id) => lines.some((line) => line.id === id && line.state === 'works'))) {
    const inference = new InferenceHost({ spawn: host.spawn })
    try {
      const models = new ModelShelf(inference, host.threads, { provider })
      await models.open(path, job, { cardPath: card })
      tried.push(...models.computedOn())
    } finally {
      inference.dispose()
    }
  }
  return tried
}

function said(lines: readonly ProviderLine[], automatic: readonly Provider[], models: readonly Tried[]): string[] {
  const word = ({ proof }: ProviderLine): string => (proof === null ? '' : `${proof} on ${systemTitle(thisSystem())}`)
  const widest = Math.max(...lines.map((line) => word(line).length))
  return [
    ...lines.map((line) =>
      `${line.id.padEnd(7)} ${word(line).padEnd(widest)}  ${line.state}${line.reason === null ? '' : `: ${line.reason}`}`.trimEnd()
    ),
    `--provider auto tries ${[...automatic, 'cpu'].join(', ')}`,
    ...models.map(({ name, requested, difference, reason }) =>
      reason === null
        ? `${name} on ${requested}: ${difference === null ? 'the reference' : `differs from the CPU by ${difference.toExponential(1)} of the norm`}`
        : `${name}: ${reason}`
    )
  ]
}
