import type { ModelPair } from '@engine/criteria/replicates'
import { listed } from '@engine/criteria/wording'

/** Settings in which the preprocessing of two models differs; none where it is not known. */
function differing([first, second]: ModelPair, kind: 'place' | 'values'): string[] {
  const [own, other] = [first.sees?.[kind], second.sees?.[kind]]
  if (own === undefined || other === undefined) return []
  return Object.keys(own).filter((name) => own[name] !== other[name])
}

/** Why the maps of two models cannot be compared pixel by pixel on the grid of a model: their pixels come from other places of the image. */
export function seenElsewhere(pair: ModelPair, grid: string): string | null {
  const names = grid === 'image' ? [] : differing(pair, 'place')
  if (names.length === 0) return null
  return `the models see the image differently (${listed(names)}): give them one preprocessing, or score on "grid": "image"`
}

/** What is said beside a comparison of models that see the same pixels with other values, or other pixels on the grid of the image. */
export function seenNote(pair: ModelPair, grid: string): string[] {
  const names = [...(grid === 'image' ? differing(pair, 'place') : []), ...differing(pair, 'values')]
  return names.length === 0
    ? []
    : [
        `${pair[0].id} and ${pair[1].id} are given the image differently (${listed(names)}): part of the difference may come from that.`
      ]
}
