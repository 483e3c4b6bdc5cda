/** Time a reader spent on one case. Between two signs of life at most `idleSeconds` count: then the clock pauses. */
export interface TaskClock {
  readonly activeMs: number
  /** The last key, click or stroke, in milliseconds of any steady clock; null while the case is not open. */
  readonly lastMs: number | null
}

export const restingClock: TaskClock = { activeMs: 0, lastMs: null }

/**
 * The clock after a sign of life at `nowMs`. A gap counts whole up to `idleSeconds`, and `idleSeconds` beyond it: the reader
 * looked at the image until then and nobody knows what followed. A clock that went backwards adds nothing.
 */
export function afterActivity({ activeMs, lastMs }: TaskClock, nowMs: number, idleSeconds: number): TaskClock {
  const gap = lastMs === null ? 0 : Math.min(Math.max(0, nowMs - lastMs), idleSeconds * 1000)
  return { activeMs: activeMs + gap, lastMs: nowMs }
}

/** The clock once the case is left: what follows until it is opened again does not count. */
export function stopped(clock: TaskClock, nowMs: number, idleSeconds: number): TaskClock {
  return { activeMs: afterActivity(clock, nowMs, idleSeconds).activeMs, lastMs: null }
}
