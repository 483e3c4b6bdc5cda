import { classifiers } from '@engine/criteria/case-choice'
import { type CaseSource, createCaseSource } from '@engine/criteria/case-maps'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import type { Report, ReportCase } from '@shared/report'
import { noPictures } from '../report-pictures'
import { drawnByAProgram, type SettledParts } from '../report-settled'
import { differingMembers, isSame, named, type Wrong } from './parts/part'
import type { Rerun } from './rerun'
import { asStated, differs } from './said'

/**
 * What a report says of its experiment, against the experiment: criteria with their parameters and rules, models with their SHA-256, methods, cases with
 * their patients and outlines, sources, limits. Values are drawn again with these parameters and these patients: a changed one would let anything
 * follow. Throws Fault `cancelled`.
 */
export async function statementsAgain(
  report: Report,
  { settled, run }: { readonly settled: SettledParts; readonly run: ExperimentRun },
  job: Job
): Promise<Rerun[]> {
  const wrong = [
    ...recipeProblems(report, settled),
    ...listProblems('model', report.models, settled.models),
    ...listProblems('method', report.methods, settled.methods),
    ...wordProblems(report, settled),
    ...(await caseProblems(report, run, job))
  ]
  if (wrong.length > 0) return wrong.map(({ what, reason }) => differs(`report.json, ${what}`, reason))
  return [asStated('report.json, what it says of its experiment (criteria, rules, models, methods, cases)')]
}

function recipeProblems({ recipe }: Report, { recipe: settled }: SettledParts): Wrong[] {
  const stated = recipe as Record<string, unknown>
  return Object.entries(settled).flatMap(([name, own]): Wrong[] => {
    if (name === 'criteria') return criteriaProblems(stated[name], settled.criteria)
    if (isSame(stated[name], own)) return []
    return [{ what: named('recipe', name), reason: 'the experiment gives another one' }]
  })
}

function criteriaProblems(stated: unknown, settled: SettledParts['recipe']['criteria']): Wrong[] {
  const given = Array.isArray(stated) ? (stated as SettledParts['recipe']['criteria']) : []
  const of = (list: typeof settled, id: string): object => list.find((one) => one.id === id)?.params ?? {}
  const ids = [...new Set([...settled, ...given].map(({ id }) => id))]
  const wrong = ids.flatMap((id): Wrong[] => {
    const names = differingMembers(of(given, id), of(settled, id))
    const what = named('criterion', id)
    if (!settled.some((one) => one.id === id)) return [{ what, reason: 'the experiment does not ask it' }]
    if (!given.some((one) => one.id === id)) return [{ what, reason: 'the experiment asks it, the report does not' }]
    return names.length === 0 ? [] : [{ what, reason: `the experiment asks it otherwise (${names.join(', ')})` }]
  })
  return wrong.length > 0 || isSame(given, settled)
    ? wrong
    : [{ what: 'criteria', reason: 'the experiment asks them in another order, or once' }]
}

/** Members that a report of an older version does not have are no difference. */
const younger = ['prepared', 'targetLayer']

function listProblems(
  thing: string,
  stated: readonly { readonly id: string }[],
  settled: readonly { readonly id: string }[]
): Wrong[] {
  if (stated.map(({ id }) => id).join('\n') !== settled.map(({ id }) => id).join('\n'))
    return [{ what: `${thing}s`, reason: `the experiment has ${settled.map(({ id }) => id).join(', ')}` }]
  return settled.flatMap((own, index): Wrong[] => {
    const { performance: _figures, ...given } = stated[index] as Record<string, unknown> & { id: string }
    const names = differingMembers(given, own).filter((name) => !(younger.includes(name) && !(name in given)))
    if (names.length === 0) return []
    return [{ what: named(thing, own.id), reason: `the experiment gives another one (${names.join(', ')})` }]
  })
}

function wordProblems(
  { questions, citations, limits, coverage, cases, preset }: Report,
  settled: SettledParts
): Wrong[] {
  // The sample is known by its place, and why a picture could not be drawn is known to the run that drew it.
  const without = (list: readonly string[]): string[] =>
    list.filter((one) => one !== drawnByAProgram && !one.startsWith(noPictures))
  const parts: [string, boolean][] = [
    ['questions and rules', isSame(questions, settled.questions)],
    ['sources', citations === undefined || isSame(citations, settled.citations)],
    ['limits', isSame(without(limits), without(settled.limits))],
    ['published study', (preset?.id ?? null) === settled.preset],
    ['number of images', coverage.casesTotal === cases.length],
    ['number of scored images', !coverage.complete || coverage.casesDone === cases.length]
  ]
  return parts.flatMap(([what, same]) => (same ? [] : [{ what, reason: 'the experiment gives others' }]))
}

/** Cases with their patients, findings and outlined pixels; what models answer to them is drawn with the lines of results.csv. */
async function caseProblems({ cases }: Report, run: ExperimentRun, job: Job): Promise<Wrong[]> {
  const { spec } = run
  if (cases.map(({ id }) => id).join('\n') !== spec.cases.map(({ id }) => id).join('\n'))
    return [{ what: 'cases', reason: `the experiment has ${spec.cases.length} others, or in another order` }]
  const source = createCaseSource(run, job)
  const wrong: Wrong[] = []
  for (const [index, { id, patient, label }] of spec.cases.entries()) {
    job.progress('reading outlines', index, spec.cases.length)
    const stated = cases[index]
    const parts = differingMembers({ patient: stated.patient, label: stated.label }, { patient, label })
    if (parts.length > 0)
      wrong.push({ what: named('case', id), reason: `the experiment gives another ${parts.join(', ')}` })
    // What went wrong with a case is said beside it.
    if (stated.flags.length === 0 && !isSame(stated.masks, await masksOf(source, id)))
      wrong.push({ what: named('outlines', id), reason: 'the files give other numbers of pixels' })
  }
  return wrong
}

async function masksOf(source: CaseSource, caseId: string): Promise<ReportCase['masks']> {
  const { run } = source
  const masks: ReportCase['masks'] = []
  for (const { id: model } of classifiers(run.spec)) {
    const found = await source.ask({ modelId: model, caseId }, () => run.mask(model, caseId))
    if (typeof found === 'string') continue
    masks.push({ model, pixels: found.mask.reduce((sum, one) => sum + Number(one !== 0), 0), lost: found.lost })
  }
  return masks
}
