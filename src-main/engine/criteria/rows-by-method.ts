import { classifiers } from '@engine/criteria/case-choice'
import { methodsOf, type ExperimentRun, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import { missingRow, type RowFrame } from '@engine/criteria/row'
import type { ResultRow } from '@shared/report'

/** What a criterion that asks the model says where there is none: its headline row with the reason. */
export interface Unasked extends Pick<RowFrame, 'criterion' | 'metric' | 'better'> {
  readonly rule: string
}

/** Why nothing can be asked of a model of which only maps are known. */
export const modelMissing =
  'The model was not given: name the ONNX file the maps were made with, so that changed images can be shown to it.'

/** Makes the rows of one method. */
export type RowMaker = (method: RunMethod) => Promise<readonly ResultRow[]>

/**
 * Rows of every classifier and method, in the experiment's order, each handed on as soon as it is there. `begin` prepares what the methods of one model
 * share. Throws Fault `cancelled`.
 */
export async function rowsByMethod(
  run: ExperimentRun,
  job: Job,
  title: string,
  begin: (model: RunModel) => RowMaker | Promise<RowMaker>
): Promise<ResultRow[]> {
  const rows: ResultRow[] = []
  for (const model of classifiers(run.spec)) {
    const rowsOf = await begin(model)
    const methods = methodsOf(run.spec, model.id)
    for (const [index, method] of methods.entries()) {
      const found = await rowsOf(method)
      for (const row of found) job.partial?.({ row })
      rows.push(...found)
      job.progress(`${title}, ${model.title}`, index + 1, methods.length)
    }
  }
  return rows
}

/** `begin` for models that can be asked; of one that is not at hand every method gets its headline row with the reason. */
export function ofModelsAtHand(
  { spec }: ExperimentRun,
  { rule, ...headline }: Unasked,
  begin: (model: RunModel) => Promise<RowMaker>
): (model: RunModel) => Promise<RowMaker> {
  return async (model) => {
    if (model.elsewhere !== true) return begin(model)
    return (method) => {
      const frame = { ...headline, method: method.id, models: [model.id], grid: spec.grid, headline: true }
      return Promise.resolve([missingRow(frame, rule, modelMissing)])
    }
  }
}
