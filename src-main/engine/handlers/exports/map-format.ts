import type { ExportIdentity } from '@shared/exports'
import type { PlacedMap } from '../map-on-image'
import type { ExportFormatWords } from './export-format'
import type { MapToWrite } from './map-to-write'

/** Choices of the user that a format of maps may heed. */
export interface MapFileOptions {
  readonly identity: ExportIdentity
  /** Part of the map's scale, 0…1, above which a region counts as marked. */
  readonly threshold: number
}

/** A format of single maps. Its files go beside the others of the map and into the same `recipe.json`. */
export interface MapFormat extends ExportFormatWords {
  /** Why this map cannot be written so, as a sentence; null when it can. */
  refuses(map: Pick<MapToWrite, 'sourcePaths' | 'size'>): string | null
  /** Content by file ending (".npy"). `placed` is the map after its reduction, on the grid of its image. */
  content(map: MapToWrite, placed: PlacedMap, options: MapFileOptions): Promise<ReadonlyMap<string, Uint8Array>>
}
