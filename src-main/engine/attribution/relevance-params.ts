import { baselineParam, choiceParam, numberParam } from '@engine/attribution/param'

/** Stabiliser of the ε rule. */
export function epsilonParam(preset = 1e-6) {
  return numberParam(
    {
      title: 'Epsilon',
      description:
        'Added to what relevance is divided by. Larger values, such as 0.1, absorb weak and contradicting contributions.'
    },
    { default: preset, min: 1e-12, max: 1000 }
  )
}

/** How much more positive weights count. */
export function gammaParam() {
  return numberParam(
    { title: 'Gamma', description: 'Positive weights count 1 + gamma times; large values come close to z+.' },
    { default: 0.25, min: 0, max: 1000 }
  )
}

/** Smallest value of a pixel. */
export function lowParam() {
  return baselineParam(
    { title: 'Lowest pixel', description: 'Smallest value a pixel can have: black, or a number.' },
    'black'
  )
}

/** Largest value of a pixel. */
export function highParam() {
  return baselineParam(
    { title: 'Highest pixel', description: 'Largest value a pixel can have: white, or a number.' },
    'white'
  )
}

/** What becomes of normalizations. */
export function batchnormParam() {
  return choiceParam(
    {
      title: 'Batch normalization',
      description:
        'merge: part of the layer beside it, or scale and shift of its own. pass: as zennit does, which ignores those before a convolution.'
    },
    ['merge', 'pass'],
    'merge'
  )
}

/** What relevance begins with. */
export function startParam(preset: 'one' | 'logit' = 'one') {
  return choiceParam(
    {
      title: 'Begins with',
      description: 'one: relevance adds up to 1. logit: it adds up to the score, and is negative for a negative one.'
    },
    ['one', 'logit'],
    preset
  )
}
