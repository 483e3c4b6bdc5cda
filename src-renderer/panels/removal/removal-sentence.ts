import type { RemovalScene } from '@shared/comparison'
import { removalWords } from '../../state/catalogue-removal'
import { answerProbability } from '@shared/number-words'

/** An answer of the model as it is written: two digits of a probability, or of a logit. */
export const answerFigure = (value: number, scale: RemovalScene['scale']): string =>
  scale === 'logit' ? value.toFixed(2).replace('-', '−') : answerProbability(value)

export interface RemovalFacts {
  readonly scene: RemovalScene
  readonly percent: number
  /** Answer at the share; null while the model is asked. */
  readonly after: number | null
  readonly random: number | null
}

/** What the curve says at one place, in plain words. */
export function removalSentence({ scene, percent, after, random }: RemovalFacts): string {
  const before = answerFigure(scene.before, scene.scale)
  if (percent === 0) return removalWords.nothingRemoved(scene.label, scene.scale, before)
  if (after === null) return removalWords.coming
  const shown = answerFigure(after, scene.scale)

  return removalWords.sentence({
    percent,
    label: scene.label,
    scale: scene.scale,
    before,
    after: shown,
    change: shown === before ? 'stays' : after < scene.before ? 'falls' : 'rises',
    random: random === null ? null : answerFigure(random, scene.scale)
  })
}

/** The random line between its points, which lie every fifth per cent. */
export function randomAt(random: ReadonlyMap<number, number>, percent: number): number | null {
  const known = random.get(percent)
  if (known !== undefined) return known
  const below = [...random.keys()].filter((place) => place < percent)
  const above = [...random.keys()].filter((place) => place > percent)
  if (below.length === 0 || above.length === 0) return null
  const [from, to] = [Math.max(...below), Math.min(...above)]

  return random.get(from)! + ((percent - from) / (to - from)) * (random.get(to)! - random.get(from)!)
}
