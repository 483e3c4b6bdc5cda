import type { ExperimentRun } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import type { AssessmentForecast } from './assessment-forecast'

/** The run, with every answer a criterion was given told to the forecast. */
export function meteredRun(
  run: ExperimentRun,
  forecast: Pick<AssessmentForecast, 'asked' | 'computed'>
): ExperimentRun {
  const own: Partial<ExperimentRun> = {
    prefetch: (requests, job) => run.prefetch(requests, wholeMaps(job)),
    async map(request, job) {
      const map = await run.map(request, wholeMaps(job))
      forecast.asked(request.modelId, request.methodId, request.caseId)
      return map
    },
    async perturbed(modelId, caseId, inputs, job) {
      const since = performance.now()
      const answers = await run.perturbed(modelId, caseId, inputs, job)
      forecast.computed({ kind: 'inputs', modelId, methodId: '', count: inputs.length }, since)
      return answers
    },
    async attributions(request, inputs, job) {
      const since = performance.now()
      const maps = await run.attributions(request, inputs, job)
      const { modelId, methodId } = request
      forecast.computed({ kind: 'changed', modelId, methodId, count: inputs.length }, since)
      return maps
    },
    async groupMap(request, job) {
      const since = performance.now()
      const map = await run.groupMap(request, job)
      const { modelId, methodId } = request
      forecast.computed({ kind: 'changed', modelId, methodId, count: 1 }, since)
      return map
    }
  }
  return new Proxy(run, {
    get(target, name: keyof ExperimentRun) {
      const value: unknown = own[name] ?? Reflect.get(target, name, target)
      return typeof value === 'function' && own[name] === undefined ? (value.bind(target) as unknown) : value
    }
  })
}

/** Nobody looks at the maps of an assessment while they are refined; showing them would cost a copy a slice. */
const wholeMaps = ({ signal, progress }: Job): Job => ({ signal, progress })
