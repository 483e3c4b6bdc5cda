import type { ExperimentRun, RunMethod, RunModel } from '@engine/criteria/experiment-run'
import type { GroupSamples } from '@engine/criteria/groups/samples'

interface FilePlan {
  readonly model: RunModel
  readonly method: RunMethod
  /** The mean map of every patient too. */
  readonly individual: boolean
}

/** The name under which the t map of two groups is kept. */
export const tMapName = (first: string, second: string): string => `t ${first} against ${second}`

/** Mean maps, the t map and on request every patient's map, kept where the run keeps files; their names. */
export async function groupFiles(
  run: ExperimentRun,
  { model, method, individual }: FilePlan,
  { first, second, space }: GroupSamples,
  t: Float64Array
): Promise<string[]> {
  const folder = ['groups', model.id, method.id]
  const written: string[] = []
  const keep = async (name: string, values: ArrayLike<number>): Promise<void> => {
    const file = await run.keepMap([...folder, name], { ...space, values: Float32Array.from(values) })
    if (file !== null) written.push(file)
  }
  for (const group of [first, second]) await keep(`mean ${group.name}`, group.sums.mean)
  await keep(
    tMapName(first.name, second.name),
    t.map((value) => (Number.isNaN(value) ? 0 : value))
  )
  if (!individual) return written
  for (const group of [first, second]) {
    for (const { patient, map } of group.patients) await keep(`${group.name} ${patient}`, map)
  }
  return written
}
