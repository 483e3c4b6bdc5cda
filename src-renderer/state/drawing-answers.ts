import type { Input, Output } from '@shared/protocol'
import type { CallOptions } from '../engine/client'

export type Operation = Input<'drawing.operation'>['action']

/** An entry the engine made, and what it changed. */
export type Made = Pick<Output<'drawing.segment'>, 'entry' | 'name' | 'savedAt' | 'segments' | 'deltas'>

/** What came of asking for a change of the labelmaps: `stopped` where it could not be made. */
export type Changed = 'changed' | 'unchanged' | 'stopped'

/** Asks the engine for such a change of a drawing. */
export type ChangeAsked = (drawing: string, options: CallOptions) => Promise<Output<'drawing.operation'>>
