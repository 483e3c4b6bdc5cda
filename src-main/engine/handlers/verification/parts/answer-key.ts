import { usesOf, variantFigures } from '@engine/criteria/answer-key'
import { outputOf } from '@engine/criteria/correctness'
import type { CaseNumber } from '@engine/criteria/summary'
import type { AnswerKey, ResultRow } from '@shared/report'
import type { ReportAgain } from '../makings'
import { answersAgain } from './classifiers'
import { held, isSame, named, type ReportPart, type Wrong } from './part'

/** Logits, changes and AUC of every intervention, and what the model uses. */
export const answerKeyPart: ReportPart = {
  title: 'interventions on finding and cue',
  again(of) {
    const keys = of.report.answerKey
    const kept = keys.filter(({ variants }) => variants.every(({ perCase }) => perCase !== undefined))
    return {
      drawn: kept.length,
      wrong: kept.flatMap((key) => keyAgain(of, key)),
      asWritten: kept.length < keys.length ? ['logits and AUC of interventions'] : []
    }
  }
}

function keyAgain({ report, spec, of }: ReportAgain, key: AnswerKey): Wrong[] {
  const finding = key.finding ?? null
  const what = named('interventions', key.model, finding ?? '')
  const row = report.results.find(
    (one) => one.criterion === 'cues.answer-key' && one.model === key.model && (one.finding ?? null) === finding
  )
  if (row === undefined) return [{ what, reason: 'no row says what the model uses' }]
  const uses = usesOf[row.verdict.state]
  if (uses !== key.uses) return [{ what, reason: `its row says “${uses}”, written is “${key.uses}”` }]
  const model = spec.models.find(({ id }) => id === key.model)
  const making = of('answer-key')
  if (finding === null || key.variants.length === 0 || making === undefined) return []
  if (model === undefined || outputOf(model, finding) < 0) return [{ what, reason: 'the model has no such output' }]
  const numbersOf = ({ id, perCase = [] }: AnswerKey['variants'][number]): CaseNumber[] => {
    const logits = new Map(perCase.map((one) => [one.case, one.logit]))
    return spec.cases
      .filter(({ label, variants }) => label === finding && (id === 'as-is' || variants.includes(id)))
      .map((item) => ({ id: item.id, patient: item.patient, value: logits.get(item.id) ?? null }))
  }
  const asIs = numbersOf(key.variants.find(({ id }) => id === 'as-is') ?? key.variants[0])
  const variants = key.variants.flatMap((stated) => {
    const answers = answersAgain(spec, model, finding, stated.perCase!)
    const found = variantFigures(stated.id, { numbers: numbersOf(stated), asIs, answers }, making.statistics)
    return held(`${what}, ${stated.title}`, stated, found)
  })
  const removed = key.variants.find(({ id }) => id === 'finding-removed')
  return removed === undefined || fallsOf(asIs, numbersOf(removed), row)
    ? variants
    : [...variants, { what, reason: 'the falls of its row are not those of its logits' }]
}

/** Whether the row holds the falls of the logit image by image. */
function fallsOf(asIs: readonly CaseNumber[], removed: readonly CaseNumber[], { perCase, n }: ResultRow): boolean {
  if (n === 0) return true
  const after = new Map(removed.map(({ id, value }) => [id, value]))
  const falls = asIs.flatMap(({ id, value }) => {
    const other = after.get(id) ?? null
    return value === null || other === null ? [] : [{ case: id, value: value - other }]
  })
  return isSame(falls, perCase)
}
