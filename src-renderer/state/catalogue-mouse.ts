import type { MouseAction, MousePlace } from './mouse-table'

/** Words of the mouse table, in one place and ready for translation. */
export const mouseWords = {
  title: 'Mouse',
  hint: 'Yours alone: kept with your profile in this workspace, as are keys and windows; another workspace has its own. {undo} takes a change back.',
  preset: 'Preset',
  own: (changed: number): string => (changed === 1 ? 'one line changed' : `${changed} lines changed`),
  places: {
    left: 'Left',
    'left+Shift': 'Shift + left',
    'left+Ctrl': 'Ctrl + left',
    right: 'Right',
    middle: 'Middle',
    'left+right': 'Left and right',
    wheel: 'Wheel',
    'wheel+Ctrl': 'Ctrl + wheel',
    'wheel+Shift': 'Shift + wheel'
  } satisfies Record<MousePlace, string>,
  actions: {
    tool: 'Tool, else level and width',
    window: 'Level and width',
    zoom: 'Zoom',
    pan: 'Pan',
    scroll: 'Slices',
    opacity: 'Opacity of the map',
    none: 'Nothing'
  } satisfies Record<MouseAction, string>,
  sensitivity: 'Drag speed',
  upIsBrighter: 'Dragging up makes the image brighter',
  times: (factor: number): string => `${factor.toFixed(2)} ×`
} as const
