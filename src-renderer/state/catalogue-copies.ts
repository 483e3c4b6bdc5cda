import type { DrawingCopy } from '@shared/drawing-copies'
import { count } from './catalogue'

/** Words of strokes that were held when somebody else took a drawing over. */
export const copyWords = {
  title: 'Held changes',
  /** Heads the notice when it happens. */
  kept: 'Your changes are kept in a copy',
  what: ({ changes, made, segments }: DrawingCopy): string => {
    const where = segments.length === 0 ? '' : ` (${segments.join(', ')})`

    return `${count(changes, 'change')} of yours from ${new Date(made).toTimeString().slice(0, 5)}${where} ${changes === 1 ? 'was' : 'were'} held when this case was taken over elsewhere.`
  },
  comment: (comment: string): string => `Comment: “${comment}”`,
  add: 'Add to this outline',
  adding: 'Adding held changes',
  added: (undo: string): string => `Added; ${undo} takes it back.`,
  nothing: 'It is all there already.',
  away: 'Put away'
} as const
