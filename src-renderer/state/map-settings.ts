import type { MapSummary, ParamField } from '@shared/vocabulary'
import { session } from './session.svelte'

export type Settings = MapSummary['params']

const fieldOf = (name: string): ParamField | undefined =>
  session.methods.flatMap(({ params }) => params).find((field) => field.name === name)

/** The settings that differ from the method's own, by name. */
export function changedSettings(settings: Settings): Settings {
  const changed = Object.entries(settings).filter(
    ([name, value]) => value !== null && value !== (fieldOf(name)?.default ?? null)
  )

  return Object.fromEntries(changed.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Two maps of one method are made alike exactly if these are equal. */
export const settingsKey = (settings: Settings): string => JSON.stringify(changedSettings(settings))

/** "Steps 10, Baseline blur"; empty for the method's own settings. */
export function settingsWords(settings: Settings): string {
  return Object.entries(changedSettings(settings))
    .map(([name, value]) => `${fieldOf(name)?.title ?? name} ${String(value)}`)
    .join(', ')
}
