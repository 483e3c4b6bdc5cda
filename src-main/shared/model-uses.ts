import type { AnswerKey, Report } from './report'

/** Models whose answer follows a cue for one finding at least, each once. */
export const modelsOnCues = (keys: readonly AnswerKey[]): string[] => [
  ...new Set(keys.filter(({ uses }) => uses === 'cue').map(({ model }) => model))
]

/** What a model's answer follows over all its findings: a cue where it does for one of them, the finding where it does for all of them. */
export function modelUses(keys: readonly AnswerKey[], model: string): AnswerKey['uses'] | null {
  const all = keys.filter((key) => key.model === model).map(({ uses }) => uses)
  if (all.length === 0) return null
  if (all.includes('cue')) return 'cue'

  return all.every((uses) => uses === all[0]) ? all[0] : 'unclear'
}

/** Whether the keys are about more than one finding, so that each has to be named. */
export const severalFindings = (keys: readonly AnswerKey[]): boolean =>
  new Set(keys.flatMap(({ finding }) => (typeof finding === 'string' ? [finding] : []))).size > 1

/** `Net A`, or `Net A: nodule` where the report is about more than one finding. */
export function keyTitle(key: AnswerKey, keys: readonly AnswerKey[], modelTitle: (id: string) => string): string {
  return typeof key.finding === 'string' && severalFindings(keys)
    ? `${modelTitle(key.model)}: ${key.finding}`
    : modelTitle(key.model)
}

/** `Net A looks at the wrong thing`, for the head of what is said of models; null where none does. */
export function wrongThing(report: Report, modelTitle: (id: string) => string): string | null {
  const wrong = modelsOnCues(report.answerKey)
  if (wrong.length === 0) return null

  return `${modelTitle(wrong.join(' × '))} ${wrong.length === 1 ? 'looks' : 'look'} at the wrong thing`
}
