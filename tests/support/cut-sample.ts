import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Experiment } from '@shared/experiment'

const sample = resolve('resources/sample')
const positives = 14

/** The demo experiment cut down: 14 lesions (and as many images without as asked for), honest-1 and token, two methods; paths made absolute. */
export function cutSample(
  folder: string,
  change: (experiment: Experiment) => void = () => undefined,
  without = 0
): string {
  const text = readFileSync(join(sample, 'demo-experiment.json'), 'utf8')
  const experiment = JSON.parse(text) as Experiment
  const absolute = (path: string): string => join(sample, path)
  experiment.models = experiment.models.filter(({ id }) => id === 'honest-1' || id === 'token')
  for (const model of experiment.models) {
    model.onnx = absolute(model.onnx)
    model.card = absolute(model.card ?? '')
  }
  const [lesions, others] = [true, false].map((has) =>
    experiment.cases.filter(({ label }) => (label === 'lesion') === has)
  )
  experiment.cases = [...lesions.slice(0, positives), ...others.slice(0, without)]
  for (const item of experiment.cases) {
    item.image = absolute(item.image)
    for (const mask of item.masks) mask.path = absolute(mask.path)
    for (const variant of item.variants) variant.image = absolute(variant.image)
  }
  experiment.methods = ['gradient', 'edge']
  experiment.criteria = [{ id: 'localisation', params: {} }]
  experiment.references.averageMask = { path: absolute('average-mask.npy') }
  change(experiment)
  const path = join(folder, `experiment-${Math.floor(performance.now() * 1000)}.json`)
  writeFileSync(path, JSON.stringify(experiment))
  return path
}
