import { randomStream } from '@engine/tensor/random'

/** `count` of a list in an order that the seed decides. */
export function drawn<T>(list: readonly T[], { count, seed }: { count: number; seed: number }): T[] {
  return list
    .map((one, index) => ({ one, at: randomStream(seed, 'rerun', index).uniform() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ one }) => one)
}
