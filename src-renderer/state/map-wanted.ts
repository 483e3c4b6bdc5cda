import type { MapSummary } from '@shared/vocabulary'
import { settingsKey } from './map-settings'

/** What makes two maps of different cases "the same map" to the user. */
export interface Wanted {
  readonly modelId: string
  readonly expression: string
  readonly target: string
  /** Of the settings; absent: whichever. */
  readonly settings?: string
}

/** What the user means by this map, whichever case it is of. */
export const wantedOf = (map: MapSummary): Wanted => ({
  modelId: map.modelId,
  expression: map.expression,
  target: map.target.label,
  settings: settingsKey(map.params)
})

/** The best match of a wish among the maps of a case: same map, else same finding, else same method and model. */
export function matching(list: readonly MapSummary[], wanted: Wanted | null): MapSummary | null {
  if (wanted === null) return null
  const alike = list.filter(
    (map) => map.scrambled === undefined && map.modelId === wanted.modelId && map.expression === wanted.expression
  )

  const set = alike.filter((map) => settingsKey(map.params) === wanted.settings)
  const explains = (map: MapSummary): boolean => map.target.label === wanted.target

  return set.find(explains) ?? alike.find(explains) ?? set[0] ?? alike[0] ?? null
}
