import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { oneHot, type ResolvedTarget } from '@engine/attribution/target'
import { loadVolume } from '@engine/formats/load'
import { affineFromColumns, applyAffine } from '@engine/geometry/affine'
import { labelmapFromVolume, labelmapOnGrid } from '@engine/geometry/labelmap'
import { resampleVolume } from '@engine/geometry/resample'
import type { Volume } from '@engine/geometry/volume'
import { computeMap } from '@engine/handlers/compute-map'
import { type LoadedExperiment, readExperiment } from '@engine/handlers/experiment-file'
import { type ModelEntry, ModelShelf } from '@engine/handlers/model-shelf'
import { predictVolume } from '@engine/handlers/predict'
import { quietJob } from '@engine/job'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { testHost } from '../../support/inference'

/** The limits were frozen before the network was trained (DECISIONS.md): group map, individual maps, as multiples of the area share. */
const groupEnrichment = 5
const individualEnrichment = 3

const job = quietJob()
let host: InferenceHost
let loaded: LoadedExperiment
let model: ModelEntry
let mask: Uint8Array

beforeAll(async () => {
  host = testHost()
  loaded = readExperiment(resolve('resources/sample/brain-experiment.json'))
  const shelf = new ModelShelf(host, 2)
  const [{ onnx, card }] = loaded.experiment.models
  await shelf.open(loaded.path(onnx), job, { cardPath: loaded.path(card ?? ''), modelId: 'brain' })
  model = shelf.require('brain')
  mask = labelmapFromVolume((await loadVolume(loaded.path('brain/atrophy-mask.nii.gz'))).volume).voxels
})
afterAll(() => host.dispose())

const target = (index: number): ResolvedTarget => ({
  id: String(index),
  index,
  label: model.card.outputs[0].labels[index],
  start: oneHot(index, 2)
})

/** The signed gradient of a node on the voxels of the image. */
async function gradientOf(image: Volume, node: number): Promise<Float32Array> {
  const prepared = prepareImage(image, model.card)
  const computed = await computeMap(
    {
      model: await model.explainable(job),
      prepared,
      expression: parseExpression('gradient'),
      params: {},
      of: 'logit',
      seed: 1
    },
    target(node),
    job
  )
  return prepared.onImage(prepared.join(computed.slices.map(({ attribution }) => attribution.map)), 'linear')
}

const images = (label: string): Promise<Volume[]> =>
  Promise.all(
    loaded.experiment.cases
      .filter((item) => item.label === label)
      .map(async (item) => (await loadVolume(loaded.path(item.image))).volume)
  )

/** Share of the energy inside a mask over the mask's share of the voxels. */
function enrichment(energy: ArrayLike<number>, inside: Uint8Array): number {
  let [within, total, marked] = [0, 0, 0]
  for (let at = 0; at < inside.length; at++) {
    const value = Math.abs(energy[at])
    total += value
    if (inside[at] === 0) continue
    within += value
    marked++
  }
  return within / total / (marked / inside.length)
}

/** Mean of values inside the mask. */
function meanInside(values: ArrayLike<number>, inside: Uint8Array): number {
  let [sum, marked] = [0, 0]
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === 0) continue
    sum += values[at]
    marked++
  }
  return sum / marked
}

describe('the brain sample', () => {
  it('tells the groups apart on the committed people, as its card says', async () => {
    const explainable = await model.explainable(job)
    const [output] = model.card.outputs
    let right = 0
    for (const item of loaded.experiment.cases) {
      const { volume } = await loadVolume(loaded.path(item.image))
      const said = await predictVolume(explainable, prepareImage(volume, model.card), output, job)
      if (output.labels[said.predicted] === item.label) right++
    }
    expect(right / loaded.experiment.cases.length).toBeGreaterThanOrEqual(0.95)
    expect(model.card.performance[0].accuracy).toBeGreaterThanOrEqual(0.95)
    const { image, output: stated } = model.card.example ?? { image: '', output: [] }
    const { volume } = await loadVolume(join(loaded.folder, image))
    const said = await predictVolume(explainable, prepareImage(volume, model.card), output, job)
    said.probabilities.forEach((value, index) => expect(value).toBeCloseTo(stated[index], 3))
  })

  it('has the energy of its group map and of every individual map in the known mask, with opposite signs', async () => {
    const people = await images('AD-like')
    expect(people.length).toBe(12)
    for (const node of [0, 1]) {
      const group = new Float64Array(mask.length)
      const signed = new Float64Array(mask.length)
      const single: number[] = []
      for (const person of people) {
        const map = await gradientOf(person, node)
        single.push(enrichment(map, mask))
        map.forEach((value, at) => {
          group[at] += Math.abs(value) / people.length
          signed[at] += value / people.length
        })
      }
      process.stdout.write(
        `brain node ${node}: group ${enrichment(group, mask).toFixed(2)}, people ${Math.min(...single).toFixed(2)} to ${Math.max(...single).toFixed(2)} times the area share, mean inside ${meanInside(signed, mask).toExponential(2)}\n`
      )
      expect(enrichment(group, mask)).toBeGreaterThanOrEqual(groupEnrichment)
      for (const value of single) expect(value).toBeGreaterThanOrEqual(individualEnrichment)
      // More tissue speaks against atrophy: the node AD-like falls, the node CN-like rises.
      expect(Math.sign(meanInside(signed, mask))).toBe(node === 0 ? -1 : 1)
    }
  })

  it('finds the same place when the person is scanned oblique, in another orientation and with thick slices', async () => {
    const [person] = await images('AD-like')
    const oblique = obliqueScan(person)
    const map = await gradientOf(oblique, 0)
    const inside = labelmapOnGrid({ voxels: mask, size: person.size, affine: person.affine }, oblique).voxels
    expect(map.length).toBe(oblique.voxels.length)
    expect(enrichment(map, inside)).toBeGreaterThanOrEqual(individualEnrichment)
    expect(meanInside(map, inside)).toBeLessThan(0)
  })

  it('lists its people as a CAPS tree does', () => {
    const rows = readFileSync(join(loaded.folder, 'brain/caps/participants.tsv'), 'utf8').trim().split('\n')
    expect(rows[0]).toBe('participant_id\tsession_id\tdiagnosis')
    const listed = rows.slice(1).map((row) => row.split('\t'))
    expect(listed).toEqual(loaded.experiment.cases.map((item) => [item.id, item.session, item.label]))
    for (const [index, [person, session]] of listed.entries())
      expect(loaded.experiment.cases[index].image).toContain(
        `subjects/${person}/${session}/t1_linear/${person}_${session}_`
      )
  })
})

/** Coronal slices 6 mm thick, 3.2 mm pixels, turned by 6° about the left–right axis. */
function obliqueScan(person: Volume): Volume {
  const turn = (6 * Math.PI) / 180
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  const size = [60, 60, 40] as const
  const columns = [
    [3.2, 0, 0],
    [0, 3.2 * s, -3.2 * c],
    [0, 6 * c, 6 * s]
  ] as const
  const centre = applyAffine(person.affine, [
    (person.size[0] - 1) / 2,
    (person.size[1] - 1) / 2,
    (person.size[2] - 1) / 2
  ])
  const half = size.map((length) => (length - 1) / 2)
  const origin = [0, 1, 2].map(
    (axis) => centre[axis] - columns.reduce((sum, column, index) => sum + column[axis] * half[index], 0)
  ) as [number, number, number]
  return resampleVolume(person, { size, affine: affineFromColumns([...columns], origin) }, { interpolation: 'linear' })
}
