import type { GraphWriter } from '@engine/graph/writer'

/** Channels that hold the phases of an upsampled grid. */
export interface Phases {
  readonly channels: number
  /** Sizes before upsampling and the factor, per spatial axis. */
  readonly sizes: readonly number[]
  readonly factors: readonly number[]
  /** Whether the phase changes slower or faster than the channel along axis 1. */
  readonly order: 'phase-first' | 'channel-first'
}

/**
 * Spreads phases over a finer grid: `[N, phases * C, ...sizes]` to `[N, C, ...sizes * factors]`, any number of spatial
 * axes.
 */
export function depthToSpace(w: GraphWriter, tensor: string, { channels, sizes, factors, order }: Phases): string {
  const axes = sizes.map((_, axis) => axis)
  const count = axes.length
  const split = order === 'phase-first' ? [...factors, channels] : [channels, ...factors]
  const channelAxis = order === 'phase-first' ? 1 + count : 1
  const firstPhase = order === 'phase-first' ? 1 : 2
  const apart = w.op('Reshape', [tensor, w.int64s([0, ...split, ...sizes])])
  const woven = w.op('Transpose', [apart], {
    perm: [0, channelAxis, ...axes.flatMap((axis) => [2 + count + axis, firstPhase + axis])]
  })
  return w.op('Reshape', [woven, w.int64s([0, channels, ...axes.map((axis) => sizes[axis] * factors[axis])])])
}
