import type { Report } from './report'

/** How maps were reduced to one value a pixel: as each of them was. */
export function reductionsOf({ methods, recipe }: Pick<Report, 'methods' | 'recipe'>): string {
  const own = [...new Set(methods.map(({ reduction }) => reduction))]
  if (own.length === 0) return recipe.reduction
  return own.length === 1 ? own[0] : `${own.join('; ')} (see the maps)`
}
