import type { CriterionResult } from '@engine/criteria/criterion'
import type { RunModel, RunSpec } from '@engine/criteria/experiment-run'
import { figure, listed, percent, percentWithInterval } from '@engine/criteria/wording'
import type { AnswerKey, MatrixRow, ResultRow } from '@shared/report'

/** Everything the first page is written from; every figure in it comes from here. */
export interface AnswerEvidence {
  readonly spec: RunSpec
  readonly matrix: readonly MatrixRow[]
  readonly answerKey: readonly AnswerKey[]
  readonly results: readonly ResultRow[]
  readonly changedRules: readonly string[]
  readonly performance?: CriterionResult['performance']
  readonly coverage?: { readonly complete: boolean; readonly casesDone: number }
}

/** The finding's name when the cases carry one label only. */
export function foundIn(spec: RunSpec): string {
  const labels = new Set(spec.cases.flatMap((item) => (item.label === null ? [] : [item.label])))
  return labels.size === 1 ? [...labels][0] : 'finding'
}

function titleOf(spec: RunSpec, id: string): string {
  return spec.methods.find((method) => method.id === id)?.title ?? id
}

/** One sentence per map that may be relied on, with how often its hottest point hits. */
export function relied(evidence: AnswerEvidence, maps: readonly MatrixRow[]): string[] {
  const { spec } = evidence
  return maps
    .filter((row) => row.conclusion === 'rely' || row.conclusion === 'rely-this-model')
    .map((row) => {
      const only = row.conclusion === 'rely' ? '' : ' For this model only: another architecture gives another map.'
      return `${titleOf(spec, row.method)} points at the ${foundIn(spec)}${hits(evidence, row)}.${only}${seldom(evidence, row)}`
    })
}

/** What the mean maps of groups show: one sentence a method whose maps differ between them. */
export function differing({ results, spec }: AnswerEvidence, model: RunModel): string[] {
  return results
    .filter((row) => row.criterion === 'groups.difference' && row.model === model.id && row.verdict.state === 'pass')
    .map(({ method, verdict }) => {
      const [what] = verdict.reason.split(':')
      return `${titleOf(spec, method)}, over whole groups: ${what.charAt(0).toLowerCase()}${what.slice(1)}. That says nothing of a single patient.`
    })
}

/** Maps of models that are not at hand: where they lie can be told, and that is no reason to rely on them. */
export function whereTheyLie(evidence: AnswerEvidence, models: readonly RunModel[]): string[] {
  const elsewhere = models.filter((model) => model.elsewhere === true)
  return elsewhere.flatMap((model) =>
    evidence.matrix.flatMap((row) => {
      const cell = row.cells.find(({ area }) => area === 'localisation')
      if (row.model !== model.id || cell?.state !== 'pass') return []
      const whose = models.length > 1 ? ` (${model.title})` : ''
      return [
        `${titleOf(evidence.spec, row.method)}${whose}: ${cell.reason} That a map lies there does not show that the model’s answer rests on it.`
      ]
    })
  )
}

/** `: the hottest point lay inside the outline in 53 of 60 images (88 %, 78–94); a random map manages 1.9 %`. */
function hits(evidence: AnswerEvidence, row: MatrixRow): string {
  const found = pointing(evidence, row)
  if (found === undefined || found.value === null) return ''
  const inside = Math.round(found.value * found.n)
  const chance = found.references.find((reference) => reference.id === 'random')?.value ?? null
  const random = chance === null ? '' : `; a random map manages ${percent(chance)}`
  const share = percentWithInterval(found.value, found.ci95)
  return `: the hottest point lay inside the outline in ${inside} of ${found.n} images (${share})${random}`
}

/** Better than what it is measured against, and still no pointer. */
function seldom(evidence: AnswerEvidence, row: MatrixRow): string {
  const value = pointing(evidence, row)?.value ?? null
  return value !== null && value < 0.5
    ? ' The hottest point misses more often than it hits: look at the whole map.'
    : ''
}

const pointing = ({ results }: AnswerEvidence, { method, model }: MatrixRow): ResultRow | undefined =>
  results.find((item) => item.metric === 'pointing-game' && item.method === method && item.model === model)

/** Maps of one conclusion: those that share the question they fail on (or leave open) share a sentence, with the figures of the first. */
export function refused(
  { spec }: AnswerEvidence,
  maps: readonly MatrixRow[],
  conclusion: 'do-not-rely' | 'unclear'
): string[] {
  const groups = new Map<string, MatrixRow[]>()
  for (const row of maps.filter((item) => item.conclusion === conclusion)) {
    const cell = row.cells.find((item) => item.reason === row.reason)
    const key = `${cell?.area ?? ''} ${cell?.state ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].map((rows) => {
    const names = rows.map((row) => titleOf(spec, row.method))
    const reason = rows.length === 1 ? rows[0].reason : `${names[0]}: ${rows[0].reason}`
    return `${listed(names)}. ${reason}`
  })
}

/** A model that follows the cue: for which findings, how right it is here, where its map lies, what moves its output. */
export function misledModel(evidence: AnswerEvidence, model: RunModel, leftOut: boolean): string {
  const { performance, results, spec } = evidence
  const keys = evidence.answerKey.filter((key) => key.model === model.id)
  const about = (uses: AnswerKey['uses']): string[] =>
    keys.flatMap((key) => (key.uses === uses && typeof key.finding === 'string' ? [key.finding] : []))
  const wrong = about('cue')
  const several = keys.length > 1
  const known = performance?.find((item) => item.modelId === model.id)?.figures
  const figures = known?.find(({ label }) => label === wrong[0]) ?? known?.[0]
  const accuracy = figures?.accuracy.value ?? null
  const right =
    accuracy === null ? '' : ` It is right on ${Math.round(accuracy * figures!.n)} of these ${figures!.n} images.`
  const moved = results
    .filter(
      (row) => row.criterion === 'cues.answer-key' && row.models.includes(model.id) && row.verdict.state === 'fail'
    )
    .map(({ verdict }) => ` ${verdict.reason}`)
    .join('')
  const rightly = several && about('finding').length > 0 ? ` For ${listed(about('finding'))} it uses the finding.` : ''
  const usable = several ? `not usable for ${listed(wrong)}` : 'not usable'
  const aside = leftOut ? ' It was left out of the answer above.' : ''
  return (
    `${model.title} looks at the wrong thing${several ? ` for ${listed(wrong)}` : ''}: the ${cueName(evidence)}, not the ${foundIn(spec)}.${right}` +
    `${cueShare(evidence, model)}${moved}${rightly} Its maps may show this truly; the model is ${usable}.${aside}`
  )
}

function cueName({ results }: AnswerEvidence): string {
  return results.some((row) => row.criterion === 'cues.energy') ? 'marked cue' : 'cue'
}

/** The map that lies most on the cue. */
function cueShare({ results, spec }: AnswerEvidence, model: RunModel): string {
  const maps = results.filter(
    (row) =>
      row.criterion === 'cues.energy' &&
      row.headline &&
      row.model === model.id &&
      row.value !== null &&
      spec.methods.find((method) => method.id === row.method)?.role === 'method'
  )
  if (maps.length === 0) return ''
  const most = maps.reduce((best, row) => (row.value! > best.value! ? row : best))
  const area = most.references.find((reference) => reference.id === 'area-share')?.value ?? null
  const margin = /margin-([1-9]\d*)$/u.exec(most.metric)?.[1]
  const around = margin === undefined ? '' : ` (with ${margin} pixels around it)`
  return (
    ` ${percent(most.value!)} of its ${titleOf(spec, most.method)} map lies on the cue${around}, ` +
    `which covers ${area === null ? figure(area) : percent(area)} of the image.`
  )
}

/** A further model in one sentence. */
export function otherModel({ spec, coverage }: AnswerEvidence, model: RunModel, maps: readonly MatrixRow[]): string {
  const named = (conclusion: MatrixRow['conclusion']): string[] =>
    maps.filter((row) => row.conclusion === conclusion).map((row) => titleOf(spec, row.method))
  const everywhere = named('rely')
  const here = named('rely-this-model')
  const parts = [
    ...(everywhere.length > 0 ? [`${listed(everywhere)} may be relied on`] : []),
    ...(here.length > 0 ? [`${listed(here)} for this model only`] : [])
  ]
  if (parts.length > 0) return `${model.title}: ${parts.join('; ')}.`
  const unknown = maps.every(({ conclusion }) => conclusion === 'not-assessed')
  const none = coverage?.complete === false ? 'no conclusion about its maps yet' : 'its maps could not be assessed'
  return `${model.title}: ${unknown ? none : 'no map may be relied on'}.`
}
