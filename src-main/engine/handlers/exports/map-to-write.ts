import { createHash } from 'node:crypto'
import type { Reduction } from '@engine/attribution/reduction'
import type { Volume } from '@engine/geometry/volume'
import type { FinishedMap } from '../map-shelf'

/** A finished map with its image and the names it goes by. */
export interface MapToWrite extends FinishedMap {
  readonly image: Volume
  /** Files of the image, for formats that refer to their source or take patient and study from it. */
  readonly sourcePaths: readonly string[]
  /** File name without ending: the expression, or the experiment's method id. */
  readonly id: string
  readonly title: string
  readonly caseName: string
  readonly modelName: string
  readonly modelTitle: string
  readonly reduction: Reduction
}

/** The recipe's own hash: the name results refer to. */
export function recipeId(map: Pick<FinishedMap, 'recipe'>): string {
  return createHash('sha256').update(JSON.stringify(map.recipe)).digest('hex')
}
