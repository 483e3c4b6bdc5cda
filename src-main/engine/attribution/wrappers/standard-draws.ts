import { randomStream, type RandomStream } from '@engine/tensor/random'

/** Draws kept, 16 MiB: 25 copies of a 224 × 224 colour image fit. */
const mostKept = 4_194_304

/** The beginning of one seed's stream, as far as it was needed. */
interface KeptDraws {
  readonly seed: number
  readonly stream: RandomStream
  readonly values: Float32Array
  known: number
}

let kept: KeptDraws | null = null

/**
 * Standard normal values of a seed's stream `sg`, read in order from its start. Every image of a cohort gets the same
 * draws, so their beginning is kept: drawing them again takes longer than the model does on small images.
 */
export function standardDraws(seed: number): (target: Float32Array) => void {
  const own = kept?.seed === seed ? kept : freshDraws(seed)
  kept = own
  let position = 0
  let beyond: RandomStream | null = null

  return (target) => {
    const fromKept = Math.max(0, Math.min(target.length, mostKept - position))
    extend(own, position + fromKept)
    target.set(own.values.subarray(position, position + fromKept))
    if (fromKept < target.length) {
      beyond ??= streamFrom(seed, position + fromKept)
      for (let index = fromKept; index < target.length; index++) target[index] = beyond.normal()
    }
    position += target.length
  }
}

function freshDraws(seed: number): KeptDraws {
  return { seed, stream: randomStream(seed, 'sg'), values: new Float32Array(mostKept), known: 0 }
}

function extend(draws: KeptDraws, needed: number): void {
  for (; draws.known < needed; draws.known++) draws.values[draws.known] = draws.stream.normal()
}

/** The same stream with its first values drawn and thrown away. */
function streamFrom(seed: number, skipped: number): RandomStream {
  const stream = randomStream(seed, 'sg')
  for (let index = 0; index < skipped; index++) stream.normal()
  return stream
}
