import {
  differing,
  foundIn,
  otherModel,
  relied,
  misledModel,
  refused,
  whereTheyLie,
  type AnswerEvidence
} from '@engine/criteria/answer-sentences'
import { classifiers, patientCount } from '@engine/criteria/case-choice'
import type { RunModel } from '@engine/criteria/experiment-run'
import { capital, counted, inWords, listed } from '@engine/criteria/wording'
import { rulesStart } from '@shared/answer-columns'
import { modelsOnCues } from '@shared/model-uses'
import type { Answer, MatrixRow } from '@shared/report'
import type { Area } from '@shared/verdict'
import { areaQuestion } from '@shared/verdict-words'

/**
 * The first page in plain words: which maps may be relied on for what, which not, what could not be assessed and what is missing.
 * It speaks of the first model that does not follow a cue; a model that does is named apart and left out of the answer.
 */
export function composeAnswer(evidence: AnswerEvidence): Answer {
  const models = classifiers(evidence.spec)
  const onCues = modelsOnCues(evidence.answerKey)
  const misled = models.filter((model) => onCues.includes(model.id))
  const lead = models.find((model) => !misled.includes(model)) ?? models[0]
  if (lead === undefined) return nothingAsked
  const maps = mapsOf(evidence, lead)
  return {
    headline: headline(evidence, maps, lead),
    tested: tested(evidence, models, lead),
    reliedOn: [...relied(evidence, maps), ...differing(evidence, lead)],
    notReliedOn: refused(evidence, maps, 'do-not-rely'),
    unclear: refused(evidence, maps, 'unclear'),
    notAssessed: notAssessed(evidence, maps),
    models: [
      ...whereTheyLie(evidence, models),
      ...misled.map((model) => misledModel(evidence, model, model !== lead)),
      ...models
        .filter((model) => model !== lead && !misled.includes(model) && model.elsewhere !== true)
        .map((model) => otherModel(evidence, model, mapsOf(evidence, model)))
    ]
  }
}

const nothingAsked: Answer = {
  headline: 'There is no classifier to assess.',
  tested: '',
  reliedOn: [],
  notReliedOn: [],
  unclear: [],
  notAssessed: [],
  models: []
}

/** Rows of the matrix that count as maps: references are shown there but are not maps of the model. */
function mapsOf({ matrix }: AnswerEvidence, model: RunModel): readonly MatrixRow[] {
  return matrix.filter((row) => row.model === model.id && row.role === 'method')
}

function headline(evidence: AnswerEvidence, maps: readonly MatrixRow[], lead: RunModel): string {
  const { spec, changedRules, coverage } = evidence
  const soFar = coverage?.complete === false ? `So far, after ${counted(coverage.casesDone, 'image')}: ` : ''
  const rules = changedRules.length === 0 ? '' : ` ${rulesStart}${changedRules.join('; ')}.`
  const finding = foundIn(spec)
  if (lead.elsewhere === true) {
    const lying = maps.filter(({ cells }) =>
      cells.some((cell) => cell.area === 'localisation' && cell.state === 'pass')
    )
    return `${soFar}Whether these maps may be relied on cannot be told without the model; ${inWords(lying.length)} of ${inWords(maps.length)} point${lying.length === 1 ? 's' : ''} at the ${finding} better than chance.${rules}`
  }
  if (soFar !== '' && maps.every((row) => row.conclusion === 'not-assessed')) {
    return `Not finished: no conclusion about these maps yet.${rules}`
  }
  if (maps.every((row) => row.conclusion === 'not-assessed')) {
    const scored = maps.some(({ cells }) =>
      cells.some((cell) => cell.area === 'localisation' && cell.state !== 'not-assessable')
    )
    const whether = scored ? 'may be relied on to show' : 'show'
    return `${soFar}It could not be assessed whether these maps ${whether} where the ${finding} is.${rules}`
  }
  const everywhere = maps.filter((row) => row.conclusion === 'rely').length
  const here = maps.filter((row) => row.conclusion === 'rely-this-model').length
  const whose = classifiers(spec).length > 1 ? ` of ${lead.title}` : ''
  const share = `${inWords(everywhere)} of ${inWords(maps.length)} map${maps.length === 1 ? '' : 's'}${whose}`
  const more = here === 0 ? '' : `, ${inWords(here)} more for this model only`
  return `${soFar === '' ? capital(share) : soFar + share} may be relied on to show where the ${finding} is${more}.${rules}`
}

function tested({ spec, performance }: AnswerEvidence, models: readonly RunModel[], lead: RunModel): string {
  const outlined = spec.cases.filter((item) => item.hasMask).length
  const figures = performance?.find((item) => item.modelId === lead.id)?.figures[0]
  const accuracy = figures?.accuracy.value ?? null
  const right =
    accuracy === null ? '' : ` ${lead.title} was right on ${Math.round(accuracy * figures!.n)} of the ${figures!.n}.`
  const whose = models.every(({ elsewhere }) => elsewhere === true)
    ? `Maps made elsewhere were scored${models.length > 1 ? `, those of ${listed(models.map(({ title }) => title))},` : ''}`
    : `Tested with ${listed(models.map((model) => model.title))}`
  return (
    `${whose} on ${counted(spec.cases.length, 'image')} of ` +
    `${counted(patientCount(spec.cases), 'patient')}, ${outlined} with the ${foundIn(spec)} outlined.${right} ` +
    'Intervals are confidence intervals over patients.'
  )
}

/** Questions no map is relied on without. */
const indispensable = {
  localisation: 'This assessment did not ask whether they show where the finding is.',
  randomisation:
    'This assessment did not ask whether they depend on what the model has learned; without that no map is relied on.'
} as const

interface Missing {
  readonly reason: string
  /** Questions it is missing for; none: for every answer. */
  readonly areas: Area[]
  readonly maps: string[]
}

/** Questions that lack the same thing for the same maps are named in one sentence. */
function together(missing: readonly Missing[]): Missing[] {
  const joined: Missing[] = []
  for (const one of missing) {
    const same = joined.find(({ reason, maps }) => reason === one.reason && maps.join('|') === one.maps.join('|'))
    if (same === undefined) joined.push({ ...one, areas: [...one.areas] })
    else same.areas.push(...one.areas)
  }
  return joined
}

/** What is missing, each thing once, with the maps it is missing for; what was never asked is said once everything is there. */
function notAssessed({ spec, coverage }: AnswerEvidence, maps: readonly MatrixRow[]): string[] {
  const missing: Missing[] = []
  const miss = (reason: string, map: string, areas: Area[]): void => {
    const one = missing.find((item) => item.reason === reason && item.areas[0] === areas[0])
    if (one === undefined) missing.push({ reason, areas, maps: [map] })
    else if (!one.maps.includes(map)) one.maps.push(map)
  }
  for (const row of maps) {
    const title = spec.methods.find((method) => method.id === row.method)?.title ?? row.method
    for (const area of ['localisation', 'randomisation'] as const) {
      if (coverage?.complete === false || row.cells.some((cell) => cell.area === area)) continue
      miss(indispensable[area], title, [])
    }
    for (const cell of row.cells.filter((item) => item.state === 'not-assessable')) {
      miss(cell.reason, title, [cell.area])
    }
  }
  return together(missing).map(({ reason, areas, maps: titles }) => {
    const whom = titles.length === maps.length && maps.length > 1 ? 'all maps' : listed(titles)
    if (areas.length === 0) return `${capital(whom)}: ${reason}`
    return `${listed(areas.map((area) => areaQuestion[area]))} (${whom}): ${reason}`
  })
}
