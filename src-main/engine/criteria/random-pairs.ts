import type { RunCase } from '@engine/criteria/experiment-run'
import { randomStream } from '@engine/tensor/random'

/**
 * For every image the images of other patients it is compared with by chance: `perImage` of them, drawn without
 * replacement with the experiment's seed, or all when there are no more (0 asks for all).
 * Source: Arun et al. 2021 (50 pairs per image).
 */
export function chancePartners(cases: readonly RunCase[], perImage: number, seed: number): number[][] {
  return cases.map((item) => {
    const others = cases.flatMap((other, index) => (other.patient === item.patient ? [] : [index]))
    if (perImage === 0 || others.length <= perImage) return others
    const random = randomStream(seed, 'random-pairs', item.id)
    for (let index = 0; index < perImage; index++) {
      const chosen = index + random.integer(others.length - index)
      ;[others[index], others[chosen]] = [others[chosen], others[index]]
    }
    return others.slice(0, perImage).sort((left, right) => left - right)
  })
}
