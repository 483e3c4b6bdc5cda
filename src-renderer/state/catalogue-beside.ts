import type { LinkKind, NoPosition } from '../viewport/linked-views'

/** Words of two studies side by side. */
export const besideWords = {
  tools: 'Two studies side by side',
  beside: 'Beside',
  sameCase: 'another map of this case',
  fromList: 'a case of the list…',
  samePatient: 'same patient',
  chooseInList: 'Choose the other case in the list, then press {put-beside}.',
  needsAnother: 'Choose another case than the one in View, or tick two, then press {put-beside}.',
  putBeside: 'Put beside the case in View',
  putBesideTicked: 'Put the two ticked cases side by side',
  open: 'Open in View',
  tick: 'Tick',
  untick: 'Take the tick away',
  menu: (title: string): string => `What to do with ${title}`,
  link: 'Linked',
  links: {
    position: 'by position',
    relative: 'by share of the stack',
    here: 'from these slices on',
    none: 'not linked'
  } satisfies Record<LinkKind, string>,
  linkHints: {
    position: 'same millimetres',
    relative: 'first with first, last with last',
    here: 'by distance',
    none: ''
  } satisfies Record<LinkKind, string>,
  said: {
    position: 'Slices, zoom and cursor by position in the patient (mm): one frame of reference.',
    taken: 'By position in the patient (mm), taken as one space: the files name no common frame of reference.',
    relative: 'Slices and zoom by share of the stack.',
    flat: 'Zoom by share of the image.',
    here: 'Slices and zoom from where they were linked.',
    none: 'Each is scrolled and zoomed by itself.'
  },
  refused: {
    'no geometry': 'Position is not known for both.',
    'no frame': 'The files name no frame of reference.',
    'other frame': 'The frames of reference differ.',
    'other plane': 'The planes differ.'
  } satisfies Record<NoPosition, string>,
  window: 'Window',
  windows: { own: 'each its own', linked: 'one for both' },
  otherUnits: 'The values have different units: one window cannot serve both.',
  swap: 'Change sides',
  close: 'Close the other study',
  reading: 'Reading the other study',
  failed: (why: string): string => `Not opened: ${why}`,
  outside: 'This study has no slice at that place.',
  noMap: (title: string): string => `${title} is not computed for this case.`,
  compute: 'Compute it',
  computing: (percent: number): string => `Computing, ${percent} %`,
  noMapAtAll: 'no map',
  sides: { first: 'Left study', second: 'Right study' },
  label: (title: string): string => `Other study: ${title}`
} as const
