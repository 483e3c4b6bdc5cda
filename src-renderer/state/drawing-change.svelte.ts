import type { DrawingOperation } from '@shared/drawing-operations'
import { readWords } from './catalogue-read'
import { hand } from './drawing-hand.svelte'
import { drawing } from './drawing.svelte'

export const changeIds = [
  'fill-between',
  'grow-seeds',
  'keep-largest',
  'remove-small',
  'split-parts',
  'margin',
  'smooth',
  'hollow',
  'fill-holes',
  'combine'
] as const
export type ChangeId = (typeof changeIds)[number]

/** Changes without a question are made at once; the others show their settings first. */
const asks = new Set<ChangeId>(['remove-small', 'margin', 'smooth', 'hollow', 'combine'])

type Smoothing = Extract<DrawingOperation, { operation: 'smooth' }>['method']
type Wall = Extract<DrawingOperation, { operation: 'hollow' }>['wall']
type Way = Extract<DrawingOperation, { operation: 'combine' }>['how']

/** Changes of a whole segment that the engine makes, and their settings. */
class Change {
  /** The one whose settings are shown. */
  asked = $state<ChangeId | null>(null)
  running = $state<ChangeId | null>(null)
  marginMm = $state(2)
  sizeMm = $state(2)
  method = $state<Smoothing>('median')
  thicknessMm = $state(2)
  wall = $state<Wall>('inside')
  least = $state(0.1)
  perSlice = $state(true)
  other = $state<string | null>(null)
  how = $state<Way>('union')
  /** Why it could not be done, in a sentence. */
  said = $state<string | null>(null)

  /** From a key or a button: asks for settings where there are any. */
  choose(id: ChangeId): void {
    this.said = this.#missing(id)
    if (this.said !== null) return
    if (asks.has(id)) this.asked = this.asked === id ? null : id
    else void this.apply(id)
  }

  async apply(id: ChangeId): Promise<void> {
    const action = this.#action(id)
    if (action === null || hand.painting) return
    this.running = id
    const end = await drawing.operate(action, readWords.change[id])
    if (this.running === id) this.running = null
    // Another question may have been opened while this one was answered.
    if (this.asked === id) this.asked = null
    this.said = end === 'unchanged' ? readWords.change.unchanged : null
  }

  get others(): { value: string; label: string }[] {
    return drawing.segments
      .filter(({ segment }) => segment !== drawing.activeId)
      .map(({ segment, name }) => ({ value: segment, label: name }))
  }

  #missing(id: ChangeId): string | null {
    const words = readWords.change
    if (!drawing.mayDraw) return drawing.opened?.readOnly?.sentence ?? words.need
    if (id === 'grow-seeds') {
      const seeds = drawing.segments.filter(({ segment }) => drawing.planes(segment).voxels > 0).length

      return seeds < 2 ? words.needSeeds : null
    }
    if (drawing.active === null || drawing.planes(drawing.active.segment).voxels === 0) return words.need

    return id === 'combine' && this.others.length === 0 ? words.needOther : null
  }

  #action(id: ChangeId): DrawingOperation | null {
    const segment = drawing.activeId
    if (id === 'grow-seeds') return { operation: id, marginMm: 10 }
    if (segment === null) return null
    switch (id) {
      case 'remove-small':
        return { operation: id, segment, least: this.least }
      case 'margin':
        return { operation: id, segment, marginMm: this.marginMm }
      case 'smooth':
        return { operation: id, segment, method: this.method, sizeMm: this.sizeMm }
      case 'hollow':
        return { operation: id, segment, thicknessMm: this.thicknessMm, wall: this.wall }
      case 'fill-holes':
        return { operation: id, segment, perSlice: this.perSlice }
      case 'combine': {
        const other = this.others.some(({ value }) => value === this.other) ? this.other : this.others[0]?.value

        return other === null || other === undefined ? null : { operation: id, segment, other, how: this.how }
      }
      default:
        return { operation: id, segment }
    }
  }
}

export const change = new Change()
