import type { MapSummary } from '@shared/vocabulary'

/** Something of it can be drawn: it is done, being refined, or was stopped with something there. */
export const isDrawable = (map: MapSummary): boolean => map.state === 'done' || (map.preliminary ?? null) !== null

/** It came with the study: no model made it, and it is neither computed again nor assessed. */
export const isAttached = (map: MapSummary): boolean => map.modelId === ''
