import type { Experiment } from '@shared/experiment'
import type { ReportMethod } from '@shared/report'
import type { RunSetting } from './published/published-study'

/** What the maps and criteria of a run were computed with. */
export interface RunSettings {
  readonly maps: readonly Pick<ReportMethod, 'params'>[]
  readonly criteria: readonly { readonly id: string; readonly params: Readonly<Record<string, unknown>> }[]
  readonly background: Experiment['references']['background']
}

/** Words of a departure with the value of this run in place of `{}`; where the run has no such setting that is what stands there. */
export function withSetting(words: string, setting: RunSetting, run: RunSettings): string {
  const values = valuesOf(setting, run)
  return values.length === 0 ? 'not used in this run' : words.replace('{}', values.join(' and '))
}

function valuesOf(setting: RunSetting, run: RunSettings): string[] {
  if (setting.kind === 'maps') return distinct(run.maps.map(({ params }) => params[setting.param]))
  if (setting.kind === 'criterion')
    return distinct(run.criteria.filter(({ id }) => id === setting.id).map(({ params }) => params[setting.param]))
  if (run.background === null) return ['the card’s']
  const { split, n } = run.background
  return [
    `${n} images ${split === null ? 'of other patients of the experiment' : `of the split “${split}”, of other patients`}`
  ]
}

const distinct = (values: readonly unknown[]): string[] => [
  ...new Set(
    values.flatMap((value) =>
      value === undefined ? [] : [value === null ? 'all' : String(value).replaceAll(',', ', ')]
    )
  )
]
