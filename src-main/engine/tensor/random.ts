/**
 * Seeded pseudo-random numbers (sfc32, seeded through splitmix32): the same seed gives the same stream on every machine.
 * Used for noise, null references, weight randomisation and the bootstrap.
 * Source: Doty-Humphrey, PractRand 0.94 (sfc32); passes BigCrush.
 */
export interface RandomStream {
  /** Uniform in [0, 1) with 32 bits of resolution. */
  uniform(): number
  /** Standard normal (polar Box–Muller). */
  normal(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
}

/** A stream for a seed and any number of further keys (case, method, layer), so that streams never overlap by accident. */
export function randomStream(seed: number, ...keys: readonly (number | string)[]): RandomStream {
  const next = sfc32(mixSeed(seed, keys))
  let spare: number | null = null

  const uniform = (): number => next() / 4294967296

  function normal(): number {
    if (spare !== null) {
      const value = spare
      spare = null
      return value
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const w = 2 * uniform() - 1
      const s = u * u + w * w
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        spare = w * factor
        return u * factor
      }
    }
  }

  return { uniform, normal, integer: (bound) => Math.floor(uniform() * bound) }
}

/** FNV-1a over the seed and its keys, spread to four words by splitmix32. */
function mixSeed(seed: number, keys: readonly (number | string)[]): [number, number, number, number] {
  let hash = 0x811c9dc5
  for (const character of `${seed}|${keys.join('|')}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  }
  let state = hash >>> 0
  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  return [word(), word(), word(), word()]
}

function sfc32([a, b, c, d]: [number, number, number, number]): () => number {
  const next = (): number => {
    const t = (((a + b) >>> 0) + d) >>> 0
    d = (d + 1) >>> 0
    a = (b ^ (b >>> 9)) >>> 0
    b = (c + (c << 3)) >>> 0
    c = ((c << 21) | (c >>> 11)) >>> 0
    c = (c + t) >>> 0
    return t
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) next()
  return next
}
