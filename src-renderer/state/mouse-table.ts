/** What buttons and wheel do on an image. The user may choose a preset and change single lines (Settings, Mouse). */

export type MouseAction = 'tool' | 'window' | 'zoom' | 'pan' | 'scroll' | 'opacity' | 'none'

/** Left + right is both held; a touchpad's two fingers come as the wheel. */
export const mousePlaces = [
  'left',
  'left+Shift',
  'left+Ctrl',
  'right',
  'middle',
  'left+right',
  'wheel',
  'wheel+Ctrl',
  'wheel+Shift'
] as const
export type MousePlace = (typeof mousePlaces)[number]
export type MouseTable = Readonly<Record<MousePlace, MouseAction>>

export const mousePresets = ['Saliscope', 'OHIF-like', 'RadiAnt-like', 'Horos-like'] as const
export type MousePreset = (typeof mousePresets)[number]

const saliscope: MouseTable = {
  left: 'tool',
  'left+Shift': 'pan',
  'left+Ctrl': 'window',
  right: 'zoom',
  middle: 'pan',
  'left+right': 'scroll',
  wheel: 'scroll',
  'wheel+Ctrl': 'zoom',
  'wheel+Shift': 'opacity'
}

/** What users of these programs have in their hands; where a program leaves a place free, ours stays. */
export const mouseTables: Readonly<Record<MousePreset, MouseTable>> = {
  Saliscope: saliscope,
  'OHIF-like': { ...saliscope, 'left+Shift': 'none', 'left+Ctrl': 'pan', 'left+right': 'none' },
  'RadiAnt-like': {
    ...saliscope,
    left: 'scroll',
    right: 'window',
    'left+right': 'pan',
    'left+Ctrl': 'tool',
    middle: 'zoom'
  },
  'Horos-like': { ...saliscope, 'left+Ctrl': 'pan', 'left+Shift': 'zoom', 'left+right': 'window' }
}

/** Actions that make sense at a place: a wheel cannot draw. */
export const actionsOf = (place: MousePlace): readonly MouseAction[] =>
  place.startsWith('wheel')
    ? ['scroll', 'zoom', 'opacity', 'none']
    : ['tool', 'window', 'zoom', 'pan', 'scroll', 'opacity', 'none']

interface Held {
  readonly buttons: number
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

const [LEFT, RIGHT, MIDDLE] = [1, 2, 4]

/** The line of the table for what is held; a pen tip counts as the left button. */
export function dragPlace({ buttons, shiftKey, ctrlKey, metaKey }: Held): MousePlace | null {
  if ((buttons & LEFT) !== 0 && (buttons & RIGHT) !== 0) return 'left+right'
  if ((buttons & MIDDLE) !== 0) return 'middle'
  if ((buttons & RIGHT) !== 0) return 'right'
  if ((buttons & LEFT) === 0) return null

  return shiftKey ? 'left+Shift' : ctrlKey || metaKey ? 'left+Ctrl' : 'left'
}

export function wheelPlace({ shiftKey, ctrlKey, metaKey }: Held): MousePlace {
  return shiftKey ? 'wheel+Shift' : ctrlKey || metaKey ? 'wheel+Ctrl' : 'wheel'
}
