import type { CaseSummary, MapSummary } from '@shared/vocabulary'
import { changedSettings, settingsKey, settingsWords, type Settings } from './map-settings'
import { session } from './session.svelte'
import { sheetWords as words } from './catalogue-sheet'

/** The map that all cases of a sheet are shown under. */
export interface SheetWish {
  readonly modelId: string | null
  readonly expression: string | null
  readonly params: Settings
  /** `label`: the case's own, else the predicted one; `predicted`; or one finding for all. */
  readonly target: string
}

/** Whether a map explains what the sheet asks of its case. Until it is done a map names what was asked, not what was found. */
export function explainsWish(map: MapSummary, target: string, { label }: Pick<CaseSummary, 'label'>): boolean {
  if (map.answer === undefined) return map.target.label === target
  if (target !== 'label' && target !== 'predicted') return map.target.label === target
  const labels = session.models.find((one) => one.modelId === map.modelId)?.card.outputs[0].labels ?? []
  const own = labels.find((one) => one.toLowerCase() === label?.toLowerCase())

  return target === 'label' && own !== undefined ? map.target.label === own : map.answer.predicted
}

/** Whether a map belongs into the sheet: same model, method and settings, trained weights, and what it explains. */
export function fitsWish(map: MapSummary, wish: SheetWish, one: Pick<CaseSummary, 'label'>): boolean {
  return (
    map.scrambled === undefined &&
    map.modelId === wish.modelId &&
    map.expression === wish.expression &&
    settingsKey(map.params) === settingsKey(wish.params) &&
    explainsWish(map, wish.target, one)
  )
}

/** A method with its settings as one choice of a list. */
export const choiceKey = (expression: string, params: Settings): string => `${expression} ${settingsKey(params)}`

export interface MethodChoice {
  readonly value: string
  readonly label: string
  readonly expression: string
  readonly params: Settings
}

/** Methods as they are, and those settings and wrappers that some map was made with. */
export function methodChoices(maps: readonly MapSummary[]): readonly MethodChoice[] {
  const own = session.methods
    .filter((one) => one.kind === 'base')
    .map(({ id, title }) => ({ value: choiceKey(id, {}), label: title, expression: id, params: {} }))
  const made = maps
    .filter((map) => map.scrambled === undefined)
    .map((map) => ({
      value: choiceKey(map.expression, map.params),
      label: [map.title, settingsWords(map.params)].filter(Boolean).join(', '),
      expression: map.expression,
      params: changedSettings(map.params)
    }))

  return [...own, ...made].filter(({ value }, at, all) => all.findIndex((one) => one.value === value) === at)
}

/** "for lesion", "for the predicted finding". */
export function targetWords({ modelId, target }: SheetWish): string {
  const labels = session.models.find((one) => one.modelId === modelId)?.card.outputs[0].labels ?? []
  if (labels.length === 1) return words.explaining(labels[0])

  return target === 'label' || target === 'predicted' ? words.targetLines[target] : words.explaining(target)
}
