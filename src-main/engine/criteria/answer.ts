import { classifiers, patientCount } from '@engine/criteria/case-choice'
import type { RunMethod, RunModel, RunSpec } from '@engine/criteria/experiment-run'
import { counted, listed } from '@engine/criteria/wording'
import type { Answer, AnswerKey, MatrixRow, ResultRow } from '@shared/report'

export interface AnswerEvidence {
  readonly spec: RunSpec
  readonly matrix: readonly MatrixRow[]
  readonly answerKey: readonly AnswerKey[]
  readonly results: readonly ResultRow[]
  readonly changedRules: readonly string[]
}

/** The first page in plain words: which maps may be relied on for what, which not, what could not be assessed and what is missing. */
export function composeAnswer(evidence: AnswerEvidence): Answer {
  const { spec, matrix } = evidence
  const models = classifiers(spec)
  const finding = findingName(spec)
  const byModel = models.map((model) => ({
    model,
    maps: matrix.filter((row) => row.model === model.id && row.role === 'method')
  }))
  return {
    headline: headline(byModel, finding, evidence.changedRules),
    tested: tested(spec, models),
    reliedOn: byModel.flatMap(({ model, maps }) => reliedOn(spec, model, maps)),
    notReliedOn: byModel.flatMap(({ model, maps }) => refused(spec, model, maps)),
    notAssessed: notAssessed(spec, matrix),
    models: models.flatMap((model) => aboutModel(model, evidence))
  }
}

interface ModelMaps {
  readonly model: RunModel
  readonly maps: readonly MatrixRow[]
}

/** The finding's name when the cases carry one label only. */
function findingName(spec: RunSpec): string {
  const labels = new Set(spec.cases.flatMap((item) => (item.label === null ? [] : [item.label])))
  return labels.size === 1 ? [...labels][0] : 'finding'
}

function reliable({ maps }: ModelMaps): readonly MatrixRow[] {
  return maps.filter((row) => row.conclusion === 'rely' || row.conclusion === 'rely-this-model')
}

const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

function inWords(count: number): string {
  return words[count] ?? String(count)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function shareOf(item: ModelMaps): string {
  const all = item.maps.length
  return `${inWords(reliable(item).length)} of ${inWords(all)} map${all === 1 ? '' : 's'}`
}

function headline(byModel: readonly ModelMaps[], finding: string, changedRules: readonly string[]): string {
  const ranked = [...byModel].sort((left, right) => reliable(right).length - reliable(left).length)
  const best = ranked[0]
  const last = ranked[ranked.length - 1]
  const changed = changedRules.length === 0 ? '' : ` Judged by changed rules: ${changedRules.join('; ')}.`
  if (best === undefined || best.maps.length === 0) return `No map was assessed.${changed}`
  const place = `may be relied on to show where the ${finding} is`
  if (byModel.every(({ maps }) => maps.every((row) => row.conclusion === 'not-assessed'))) {
    return `It could not be assessed whether these maps show where the ${finding} is.${changed}`
  }
  if (reliable(best).length === 0) return `No map ${place}.${changed}`
  if (byModel.length === 1) return `${capital(shareOf(best))} ${place}.${changed}`
  const contrast =
    reliable(last).length === reliable(best).length
      ? 'the same for every model'
      : `${last.model.title}: ${shareOf(last)}`
  return `${best.model.title}: ${shareOf(best)} ${place}; ${contrast}.${changed}`
}

function tested(spec: RunSpec, models: readonly RunModel[]): string {
  const positives = spec.cases.filter((item) => item.label !== null).length
  const outlined = spec.cases.filter((item) => item.hasMask).length
  return (
    `Tested with ${listed(models.map((model) => model.title))} on ${counted(spec.cases.length, 'image')} of ` +
    `${counted(patientCount(spec.cases), 'patient')}, ${positives} with a finding, ${outlined} of them outlined. ` +
    'Intervals are confidence intervals over patients.'
  )
}

function titleOf(spec: RunSpec, id: string): string {
  return spec.methods.find((method: RunMethod) => method.id === id)?.title ?? id
}

function reliedOn(spec: RunSpec, model: RunModel, maps: readonly MatrixRow[]): string[] {
  const everywhere = maps.filter((row) => row.conclusion === 'rely')
  const here = maps.filter((row) => row.conclusion === 'rely-this-model')
  return [
    ...sentenceFor(spec, everywhere, `${model.title}: `),
    ...sentenceFor(spec, here, `${model.title}, for this model only: `)
  ]
}

/** Maps that share the question they fail on (or leave open) share a sentence. */
function refused(spec: RunSpec, model: RunModel, maps: readonly MatrixRow[]): string[] {
  const groups = new Map<string, MatrixRow[]>()
  for (const row of maps.filter((item) => item.conclusion === 'do-not-rely' || item.conclusion === 'unclear')) {
    const cell = row.cells.find((item) => item.reason === row.reason)
    const key = `${row.conclusion} ${cell?.area ?? ''} ${cell?.state ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].flatMap((rows) => sentenceFor(spec, rows, `${model.title}: `))
}

/** Names of the maps, and the reason of the first with its figures. */
function sentenceFor(spec: RunSpec, rows: readonly MatrixRow[], opening: string): string[] {
  if (rows.length === 0) return []
  const names = rows.map((row) => titleOf(spec, row.method))
  const reason = rows.length === 1 ? rows[0].reason : `${names[0]}: ${rows[0].reason}`
  return [`${opening}${listed(names)}. ${reason}`]
}

/** Missing things, each once, with the models it is missing for. */
function notAssessed(spec: RunSpec, matrix: readonly MatrixRow[]): string[] {
  const models = new Map<string, Set<string>>()
  for (const row of matrix.filter((item) => item.role === 'method')) {
    for (const cell of row.cells.filter((item) => item.state === 'not-assessable')) {
      const title = spec.models.find((model) => model.id === row.model)!.title
      models.set(cell.reason, (models.get(cell.reason) ?? new Set()).add(title))
    }
  }
  return [...models].map(([reason, titles]) => `${listed([...titles])}: ${reason}`)
}

/** A model that looks at the wrong thing is named, however good its maps show that. */
function aboutModel(model: RunModel, { answerKey, results }: AnswerEvidence): string[] {
  const key = answerKey.find((item) => item.model === model.id)
  const row = results.find((item) => item.criterion === 'cues.answer-key' && item.models.includes(model.id))
  if (key?.uses === 'cue' && row !== undefined)
    return [`${model.title} looks at the wrong thing. ${row.verdict.reason}`]
  const onCue = results.filter(
    (item) =>
      item.criterion === 'cues.energy' &&
      item.headline &&
      item.models.includes(model.id) &&
      item.verdict.state === 'fail'
  )
  if (key?.uses === 'finding' || onCue.length === 0) return []
  return [`${model.title} may look at the wrong thing. ${onCue[0].verdict.reason}`]
}
