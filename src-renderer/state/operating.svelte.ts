import { WatchedWork } from './opening.svelte'

/** Most changes of a labelmap are done before anybody could read that they are under way. */
const QUIET_MS = 800

/** The change of a whole segment that the engine is working out. */
export const operating = new WatchedWork(QUIET_MS)
