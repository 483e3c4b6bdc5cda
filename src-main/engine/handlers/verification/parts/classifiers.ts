import { aucNote } from '@engine/criteria/agreement-rows'
import { answered } from '@engine/criteria/correctness'
import { performanceOf, type GivenAnswer } from '@engine/criteria/performance'
import type { RunModel, RunSpec } from '@engine/criteria/experiment-run'
import { everyPair } from '@engine/criteria/families'
import type { CaseAnswer } from '@shared/classifier-figures'
import type { ReportAgain } from '../makings'
import { held, named, type PartFound, type ReportPart, type Wrong } from './part'

const asWritten = 'figures of the classifiers'

/** AUC, accuracy, sensitivity, specificity and Brier score of every classifier, and the AUC differences beside comparisons of models. */
export const classifiersPart: ReportPart = {
  title: 'figures of a classifier',
  again(of) {
    const { report } = of
    const performance = of.of('performance')
    const figures = report.models.flatMap(({ id, performance: all }) => all.map((one) => ({ id, one })))
    const kept = figures.filter(({ one }) => one.perCase !== undefined)
    if (performance === undefined) return notesAgain(of)
    const wrong = kept.flatMap(({ id, one }): Wrong[] => {
      const what = named('figures of a classifier', id, one.label)
      const model = of.spec.models.find((candidate) => candidate.id === id)
      if (model === undefined) return [{ what, reason: 'the experiment has no such model' }]
      const answers = answersAgain(of.spec, model, one.label, one.perCase!)
      return held(what, one, performanceOf(answers, { label: one.label, model }, performance.statistics))
    })
    const notes = notesAgain(of)
    return {
      drawn: kept.length + notes.drawn,
      wrong: [...wrong, ...notes.wrong],
      asWritten: kept.length < figures.length ? [asWritten] : notes.asWritten
    }
  }
}

/** Answers as a criterion has them, from what a report keeps; of cases that are in the experiment. */
export function answersAgain(
  { cases }: RunSpec,
  model: RunModel,
  label: string,
  kept: readonly CaseAnswer[]
): GivenAnswer[] {
  const items = new Map(cases.map((item) => [item.id, item]))
  return kept.flatMap((one) => {
    const item = items.get(one.case)
    return item === undefined ? [] : [{ ...answered(model, item, label, one), item }]
  })
}

const noteStart = /^ROC AUC for .+: (?!not defined)/u

/** Sentences about AUC differences must be one that two models of the report give. */
function notesAgain(of: ReportAgain): PartFound {
  const rows = of.report.results.filter(({ notes }) => notes.some((note) => noteStart.test(note)))
  if (rows.length === 0) return { drawn: 0, wrong: [], asWritten: [] }
  const right = new Map(
    ['repeatability', 'reproducibility'].map((id) => [id, new Set(of.of(id) === undefined ? [] : notesOf(of, id))])
  )
  if (!of.report.models.some(({ performance }) => performance.some(({ perCase }) => perCase !== undefined)))
    return { drawn: 0, wrong: [], asWritten: ['AUC differences between classifiers'] }
  const wrong = rows.flatMap(({ criterion, metric, method, model, notes }): Wrong[] => {
    const given = right.get(criterion.slice(0, criterion.indexOf('.')))
    const others = notes.filter((note) => noteStart.test(note) && given?.has(note) !== true)
    const what = named('AUC differences', criterion, metric, method, model)
    return others.map((note) => ({ what, reason: `the answers of the two models do not give “${note}”` }))
  })
  return { drawn: rows.length, wrong, asWritten: [] }
}

function notesOf({ report, spec, of }: ReportAgain, criterionId: string): string[] {
  const { statistics } = of(criterionId)!
  const known = report.models.flatMap(({ id, performance }) => {
    const model = spec.models.find((one) => one.id === id)
    return model === undefined ? [] : [{ model, performance }]
  })
  return everyPair(known).flatMap(([one, other]) =>
    [one, other].flatMap((first) => {
      const second = first === one ? other : one
      return first.performance.flatMap(({ label, perCase }) => {
        const beside = second.performance.find((figures) => figures.label === label)
        return aucNote(
          label,
          [first.model, second.model],
          [
            answersAgain(spec, first.model, label, perCase ?? []),
            answersAgain(spec, second.model, label, beside?.perCase ?? [])
          ],
          statistics
        )
      })
    })
  )
}
