import { isCalled, mapNotes } from '@shared/map-notes'
import type { ExperimentRun, RunSpec } from '@engine/criteria/experiment-run'
import { isUnavailable, trained } from '@engine/criteria/experiment-run'
import { boxLabelmap } from '@engine/formats/masks/boxes'
import type { Job } from '@engine/job'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { ExperimentParts } from './experiment-parts'
import type { OverlayPicture } from './picture/overlay-picture'
import { majorityMask, referenceMasks } from './reference-masks'

export interface PanelTools {
  readonly parts: ExperimentParts
  readonly run: ExperimentRun
  readonly spec: RunSpec
}

const readerColour = '#b6e36b'
const cueColour = '#5fd7ea'

/** The case with the map of one method; null where there is no map, or a flat one. */
export type CasePanel = (
  method: string,
  words: Pick<OverlayPicture, 'title' | 'subtitle'>,
  job: Job
) => Promise<OverlayPicture | null>

/** What the colours of the outlines stand for. */
export const panelLegend = 'Green: outline of the finding. Cyan, dashed: the marker.'

/** Draws panels of one two-dimensional case under one model: image, outlines and the way back to the image are made once. */
export async function casePanels(
  { model, caseId }: { readonly model: string; readonly caseId: string },
  { parts, run }: PanelTools
): Promise<CasePanel> {
  const image = await parts.cases.volume(caseId)
  const entry = parts.cases.require(caseId)
  // On the grid of the image a map lies on its pixels already, and a model made elsewhere has no card.
  const prepared = parts.experiment.grid === 'image' ? null : prepareImage(image, parts.models.require(model).card)
  const mask = majorityMask(await referenceMasks(entry, image))
  const cues =
    entry.cues.length === 0
      ? null
      : boxLabelmap(
          entry.cues.map(({ box }) => ({ box: [...box], slice: null })),
          image
        )
  const outlines = [
    ...(mask === null ? [] : [{ labelmap: mask, colour: readerColour, dashed: false }]),
    ...(cues === null ? [] : [{ labelmap: cues, colour: cueColour, dashed: true }])
  ]
  const { target, probabilities } = await run.prediction(model, caseId, null)
  // A model that is not at hand answers nothing: no doubt about its finding can be stated.
  const output = probabilities.length === 0 ? null : parts.models.require(model).card.outputs[0]
  const probability = probabilities.at(target)
  const isLargest = probabilities.every((other) => (other ?? 0) <= (probability ?? 0))
  const explained = {
    label: output?.labels[target] ?? `output ${target}`,
    probability,
    called: output !== null && isCalled(probability, isLargest, output)
  }
  return async (method, words, job) => {
    const map = await run.map({ modelId: model, caseId, methodId: method, weights: trained }, job)
    if (isUnavailable(map) || map.flat) return null
    const field = { data: map.values, shape: [1, 1, ...map.shape] }
    const placed = prepared === null ? map.values : prepared.onImage(field, 'linear')
    const scale = { low: '0', high: '1', note: 'this map' }
    return {
      image,
      map: placed,
      signed: false,
      scale,
      slice: 0,
      ...words,
      notes: mapNotes({ ...explained, flat: false }),
      outlines
    }
  }
}
