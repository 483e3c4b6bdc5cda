import { classifiers } from '@engine/criteria/case-choice'
import { methodsOf, type ExperimentRun, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import type { ResultRow } from '@shared/report'

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
