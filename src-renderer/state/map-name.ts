import type { MapSummary } from '@shared/vocabulary'
import { isAttached } from './map-kinds'
import { settingsWords } from './map-settings'
import { session } from './session.svelte'

/** "Grad-CAM for Opacity"; a map that came with the study has its own title alone. */
export const mapName = (map: MapSummary): string =>
  isAttached(map) ? map.title : `${map.title} for ${map.target.label}`

/** Names that tell maps apart: with settings and model where two of them are called the same. */
export function distinctNames(list: readonly MapSummary[]): readonly string[] {
  const names = list.map(mapName)

  return list.map((map, at) => {
    const model = session.models.find((one) => one.modelId === map.modelId)?.name

    if (names.filter((name) => name === names[at]).length < 2) return names[at]

    return [names[at], settingsWords(map.params), model].filter(Boolean).join(' · ')
  })
}
