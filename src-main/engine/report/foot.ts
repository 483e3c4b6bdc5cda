import type { Report } from '@shared/report'
import { researchUse, shortRecipe } from '@shared/verdict-words'

/** `Research use… · Saliscope 0.1.0 · recipe 7f3a91c2 · seed 42 · cpu`, at the end and on every printed page. */
export const footLine = ({ recipe }: Report): string =>
  `${researchUse} Saliscope ${recipe.saliscope} · recipe ${shortRecipe(recipe.id)} · seed ${recipe.seed} · ${recipe.provider}`
