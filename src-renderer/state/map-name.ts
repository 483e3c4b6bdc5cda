import type { MapSummary } from '@shared/vocabulary'
import { isAttached } from './map-kinds'
import { session } from './session.svelte'

/** "Grad-CAM for Opacity"; a map that came with the study has its own title alone. */
export const mapName = (map: MapSummary): string =>
  isAttached(map) ? map.title : `${map.title} for ${map.target.label}`

/** Names that tell maps apart: with the model where two of them are called the same. */
export function distinctNames(list: readonly MapSummary[]): readonly string[] {
  const names = list.map(mapName)

  return list.map((map, at) => {
    const model = session.models.find((one) => one.modelId === map.modelId)?.name

    return model !== undefined && names.filter((name) => name === names[at]).length > 1
      ? `${names[at]} · ${model}`
      : names[at]
  })
}
