import { intervalWords } from '@shared/interval-words'
import { counted } from '@shared/number-words'
import { reductionsOf } from '@shared/reduction-words'
import { folded } from '../folded'
import { html } from '../markup'
import type { Section } from '../section'

/** Everything that is needed to compute the report again. */
export const recipeSection: Section = {
  id: 'recipe',
  title: 'Recipe',
  write(report) {
    const { recipe } = report
    const { ssim } = recipe
    const lines: [string, string][] = [
      ['Recipe', recipe.id],
      ['Saliscope', recipe.saliscope],
      ['Seed', String(recipe.seed)],
      ['Computed on', recipe.provider],
      ['Explained', `${recipe.target}, ${recipe.explained}`],
      ['Scored on', recipe.grid],
      ['Map reduction', reductionsOf(report)],
      ['Intervals', intervalWords(recipe)],
      ['Similarity', `SSIM, window ${ssim.window}, data range ${ssim.dataRange}, ${ssim.covariance} covariance`]
    ]
    const files = Object.entries(recipe.files)

    return html`<h2 id="recipe">Recipe</h2>
      <p class="lede">The same recipe on the same files gives the same report.</p>
      <dl>
        ${lines.map(
          ([term, words]) =>
            html`<dt>${term}</dt>
              <dd>${words}</dd>`
        )}
      </dl>
      ${
        files.length === 0
          ? null
          : folded(
              `SHA-256 of ${counted(files.length, 'file')}`,
              html`<pre>${files.map(([name, hash]) => `${hash}  ${name}`).join('\n')}</pre>`
            )
      }`
  }
}
