import { isCalled, mapNotes, shortMapNotes, type NotedMap } from '@shared/map-notes'
import type { MapSummary } from '@shared/vocabulary'
import { viewWords } from './catalogue-view'
import { isDrawable } from './map-kinds'
import { overlay } from './overlay.svelte'
import { session } from './session.svelte'
import { answers } from './viewer-answers.svelte'
import type { Reading } from './viewer-reading.svelte'

/** What a note on a map needs; the answer under the card of now goes before the one the map was made with. */
export function notedOf({ caseId, modelId, target, answer }: MapSummary, flat: boolean): NotedMap {
  const now = answers.predictionOf(caseId, modelId)
  const same = now?.state === 'here' && now.value.labels[target.index] === target.label

  if (!same) return { label: target.label, flat, probability: answer?.probability, called: answer?.called }
  const { probabilities, predicted, threshold } = now.value
  const probability = probabilities[target.index]
  const activation = session.models.find((one) => one.modelId === modelId)?.card.outputs[0].activation ?? 'none'
  const called = isCalled(probability, predicted === target.index, { activation, threshold })

  return { label: target.label, flat, probability, called }
}

/**
 * The sentences that stand over a map: that it is not there, preliminary, flat, or of a finding the model does not see. What is
 * preliminary may be the same everywhere only because the rest is still to come.
 */
export function saidOver(map: MapSummary | null, flat: boolean): readonly string[] {
  const words = viewWords.notes
  if (map === null) return []
  if (!isDrawable(map)) return [map.state === 'failed' ? words.failed(map.title) : words.notYet(map.title)]
  const { preliminary, state } = map

  return [
    ...(state !== 'done' && preliminary
      ? [words.preliminary(preliminary.done, preliminary.total, preliminary.of)]
      : []),
    ...mapNotes(notedOf(map, flat && state === 'done'))
  ]
}

/** The same in a few words, for pictures of a few centimetres. */
export function saidShortly(map: MapSummary | null, flat: boolean): readonly string[] {
  const words = viewWords.notes
  if (map === null) return []
  if (!isDrawable(map)) return [words.shortNotYet]
  const done = map.state === 'done'

  return [...(done ? [] : [words.shortPreliminary]), ...shortMapNotes(notedOf(map, flat && done))]
}

/** What a saved picture says over a map; a map that is not drawn now must not look like an empty one either. */
export function saidInFigure({ map, flat, measured }: Reading, shortly = false): readonly string[] {
  const words = viewWords.notes
  if (map === null) return []
  if (!overlay.visible) return [shortly ? words.shortHidden : words.hidden]
  if (isDrawable(map) && measured === null) return [viewWords.readingMap]

  return shortly ? saidShortly(map, flat) : saidOver(map, flat)
}
