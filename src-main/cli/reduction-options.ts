import type { Reduction } from '@engine/attribution/reduction'
import { Fault } from '@engine/fault'
import type { Arguments } from './arguments'

const channels = ['sum-abs', 'max-abs', 'sum', 'max', 'mean'] as const
const scales = ['none', 'min-max', 'max', 'diverging'] as const

/** The options that say how a signed map becomes one value a pixel. */
export const reductionOptions = ['reduce', 'clip', 'normalise']

export const reductionUsage = `[--reduce ${channels.join('|')}] [--clip PERCENTILE] [--normalise ${scales.join('|')}: one value a pixel]`

/**
 * What `--reduce`, `--clip` and `--normalise` change of the reduction of every map; empty without them.
 * Throws Fault `usage`, also where a raw tensor is asked for: nothing is reduced there.
 */
export function statedReduction(args: Arguments): Partial<Reduction> {
  const [reduce, clip, normalise] = reductionOptions.map((name) => args.option(name))
  const stated = [reduce, clip, normalise].some((one) => one !== undefined)
  if (stated && args.option('tensor') !== undefined)
    throw new Fault('usage', '--tensor writes the attribution as it is, every channel with its sign.', {
      hint: 'Leave out --reduce, --clip and --normalise, or give --input.'
    })
  if (stated && args.option('tree') === 'clinicadl')
    throw new Fault('usage', 'The tree clinicadl holds maps as they are computed, without a reduction.', {
      hint: 'Leave out --reduce, --clip and --normalise.'
    })
  return {
    ...(reduce === undefined ? {} : { reduce: known('reduce', reduce, channels) }),
    ...(clip === undefined ? {} : { clip: percentile(clip) }),
    ...(normalise === undefined ? {} : { normalise: known('normalise', normalise, scales) })
  }
}

function known<const Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  throw new Fault('usage', `--${name} takes ${words.join(', ')}; not "${text}".`, {
    hint: text === 'none' ? 'Every channel by itself: --tensor, which writes the raw attribution.' : undefined
  })
}

function percentile(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= 0 && value <= 100) return value
  throw new Fault('usage', `--clip takes a percentile from 0 to 100 (100 cuts nothing), not "${text}".`)
}
