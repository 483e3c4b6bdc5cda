import type { RunSpec } from '@engine/criteria/experiment-run'
import { areaOf, areaQuestion } from '@shared/verdict-words'
import type { Answer, AnswerKey, MatrixRow, Performance, ResultRow } from '@shared/report'
import { listed, percent, percentInterval } from './words'

/** Everything the first page is written from. */
export interface AnswerFacts {
  readonly spec: RunSpec
  readonly matrix: readonly MatrixRow[]
  readonly results: readonly ResultRow[]
  readonly answerKey: readonly AnswerKey[]
  readonly performance: ReadonlyMap<string, readonly Performance[]>
  readonly casesDone: number
  readonly complete: boolean
  readonly changedRules: readonly string[]
}

/** The first page in plain words; every figure comes from the results. */
export function answerOf(facts: AnswerFacts): Answer {
  const misled = facts.answerKey.filter((key) => key.uses === 'cue').map((key) => key.model)
  const lead = facts.spec.models.find((model) => !misled.includes(model.id)) ?? facts.spec.models[0]
  const rows = facts.matrix.filter((row) => row.model === lead.id && row.role === 'method')
  return {
    headline: headline(facts, rows),
    tested: tested(facts, lead.id),
    reliedOn: relied(facts, rows),
    notReliedOn: notRelied(facts, rows),
    notAssessed: notAssessed(facts, rows),
    models: [...misled.map((id) => misledSentence(facts, id)), ...otherModels(facts, { lead: lead.id, misled })]
  }
}

const numberWords = ['None', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve']
const inWords = (count: number): string => numberWords[count] ?? String(count)

function headline(facts: AnswerFacts, rows: readonly MatrixRow[]): string {
  const finding = findingOf(facts.spec)
  const good = rows.filter((row) => row.conclusion === 'rely').length
  const here = rows.filter((row) => row.conclusion === 'rely-this-model').length
  const prefix = facts.complete ? '' : `So far, after ${facts.casesDone} images: `
  const changed = facts.changedRules.length === 0 ? '' : ` (rules changed: ${facts.changedRules.join(', ')})`
  const of = `of ${rows.length === 1 ? 'one map' : `${inWords(rows.length).toLowerCase()} maps`}`
  const judged = rows.filter((row) => row.conclusion !== 'not-assessed').length
  if (judged === 0) return `${prefix}It could not be assessed whether these maps show where the ${finding} is.${changed}`
  const sentence = good === 0 ? `None ${of} may be relied on to show where the ${finding} is` : `${inWords(good)} ${of} may be relied on to show where the ${finding} is`
  const further = here === 0 ? '' : `; ${inWords(here).toLowerCase()} more for this model only`
  return `${prefix}${sentence}${further}.${changed}`
}

function tested({ spec, performance, casesDone }: AnswerFacts, lead: string): string {
  const patients = new Set(spec.cases.map((item) => item.patient)).size
  const marked = spec.cases.filter((item) => item.hasMask).length
  const models = listed(spec.models.map((model) => model.title))
  const [figures] = performance.get(lead) ?? []
  const title = spec.models.find((model) => model.id === lead)?.title ?? lead
  const right = figures?.accuracy.value ?? null
  const accuracy = right === null ? '' : ` ${title} was right on ${Math.round(right * figures.n)} of ${figures.n}.`
  return `Tested with ${models} on ${casesDone} images of ${patients} patients, ${marked} with the ${findingOf(spec)} outlined.${accuracy} Intervals are 95 % confidence intervals over patients.`
}

function relied(facts: AnswerFacts, rows: readonly MatrixRow[]): string[] {
  const finding = findingOf(facts.spec)
  const sentences = rows
    .filter((row) => row.conclusion === 'rely' || row.conclusion === 'rely-this-model')
    .map((row) => {
      const only = row.conclusion === 'rely-this-model' ? ', but for this model only: another architecture gives another map' : ''
      return `${titleOf(facts.spec, row.method)} points at the ${finding}${pointing(facts, row)}${only}.`
    })
  return sentences
}

/** ": the hottest point lay inside the outline in 53 of 60 images (88 %, 78–94)". */
function pointing({ results }: AnswerFacts, row: MatrixRow): string {
  const found = results.find((candidate) => candidate.metric === 'pointing-game' && candidate.method === row.method && candidate.models.length === 1 && candidate.model === row.model)
  if (found === undefined || found.value === null) return ''
  const hits = Math.round(found.value * found.n)
  const random = found.references.find((reference) => reference.id === 'random')
  const chance = random?.value === null || random === undefined ? '' : `; a random map manages ${percent(random.value)}`
  return `: the hottest point lay inside the outline in ${hits} of ${found.n} images (${percentInterval(found.value, found.ci95)})${chance}`
}

/** Maps that fail, grouped by their first reason. */
function notRelied({ spec }: AnswerFacts, rows: readonly MatrixRow[]): string[] {
  return grouped(rows.filter((row) => row.conclusion === 'do-not-rely' || row.conclusion === 'unclear')).map(([reason, methods]) => {
    return `${listed(methods.map((id) => titleOf(spec, id)))}: ${lowerFirst(reason)}.`
  })
}

/** Questions nobody could answer, with what is missing; then maps without any answer. */
function notAssessed({ spec }: AnswerFacts, rows: readonly MatrixRow[]): string[] {
  const missing = rows.flatMap((row) => row.cells.filter((cell) => cell.state === 'not-assessable').map((cell) => ({ key: `${areaQuestion[cell.area]}: ${cell.reason}`, method: row.method })))
  const byReason = new Map<string, string[]>()
  for (const { key, method } of missing) byReason.set(key, [...(byReason.get(key) ?? []), method])
  const sentences = [...byReason].map(([reason, methods]) => {
    const whom = methods.length === rows.length ? 'all maps' : listed(methods.map((id) => titleOf(spec, id)))
    return `${reason} (${whom}).`
  })
  return [...sentences, `Images unlike these: nothing here speaks for other patients, devices or findings.`]
}

/** "…is right on 32 of 32 here, yet 45 % of its map lies on the marker, which covers 3.6 % of the image…". */
function misledSentence(facts: AnswerFacts, id: string): string {
  const title = facts.spec.models.find((model) => model.id === id)?.title ?? id
  const [figures] = facts.performance.get(id) ?? []
  const right = figures?.accuracy.value ?? null
  const accuracy = right === null ? '' : ` It is right on ${Math.round(right * figures.n)} of ${figures.n} of these images, yet it looks at the wrong thing.`
  const key = facts.answerKey.find((candidate) => candidate.model === id)
  const variant = (name: string): number | null => key?.variants.find((item) => item.id === name)?.meanLogit.value ?? null
  const logits = [variant('as-is'), variant('finding-removed'), variant('cue-removed')]
  const moved = logits.some((value) => value === null)
    ? ''
    : ` Its logit is ${round(logits[0])} on average, ${round(logits[1])} without the ${findingOf(facts.spec)}, and ${round(logits[2])} without the marker.`
  return `${title} uses the marker, not the ${findingOf(facts.spec)}.${accuracy}${cueShare(facts, id)}${moved} Its maps show this; the model is not usable. It was left out of the answer above.`
}

function cueShare({ results, spec }: AnswerFacts, id: string): string {
  const rows = results.filter((row) => areaOf(row) === 'cues' && row.headline && row.model === id && row.value !== null && row.method !== '' && spec.methods.find((method) => method.id === row.method)?.role === 'method')
  const largest = rows.reduce<ResultRow | null>((best, row) => (best === null || (row.value ?? 0) > (best.value ?? 0) ? row : best), null)
  const area = largest?.references.find((reference) => reference.id === 'area-share')?.value ?? null
  if (largest === null || largest.value === null || area === null) return ''
  return ` ${percent(largest.value)} of its ${titleOf(spec, largest.method)} map lies on the marker, which covers ${percent(area)} of the image.`
}

function otherModels({ matrix, spec }: AnswerFacts, { lead, misled }: { lead: string; misled: readonly string[] }): string[] {
  return spec.models
    .filter((model) => model.id !== lead && !misled.includes(model.id))
    .map((model) => {
      const rows = matrix.filter((row) => row.model === model.id && row.role === 'method')
      const good = rows.filter((row) => row.conclusion === 'rely' || row.conclusion === 'rely-this-model').map((row) => titleOf(spec, row.method))
      return good.length === 0 ? `${model.title}: none of its ${rows.length} maps may be relied on.` : `${model.title}: ${listed(good)} may be relied on.`
    })
}

function grouped(rows: readonly MatrixRow[]): [string, string[]][] {
  const groups = new Map<string, string[]>()
  for (const row of rows) groups.set(row.reason, [...(groups.get(row.reason) ?? []), row.method])
  return [...groups]
}

/** The finding most cases carry, in words. */
export function findingOf(spec: RunSpec): string {
  const counts = new Map<string, number>()
  for (const { label } of spec.cases) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'finding'
}

const titleOf = (spec: RunSpec, id: string): string => spec.methods.find((method) => method.id === id)?.title ?? id
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
const round = (value: number | null): string => (value ?? 0).toFixed(1).replace('-', '−')
