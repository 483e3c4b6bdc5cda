import { overlay } from './overlay.svelte'
import { shownMap } from './revealed-map.svelte'
import { viewer } from './viewer.svelte'

/** Space hides what lies on top: the map where one is shown, else the outlines, which M hides anyway. */
export const outlinesShown = (): boolean =>
  viewer.outlines && !(shownMap.map === null ? !overlay.visible : overlay.bare)
