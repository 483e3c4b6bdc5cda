import { defaultMemoryLimit, machineMemory } from '@engine/runtime/memory-limit'

/** What a process of inference may come to hold: a session for every method of a few networks, each with its weights and its largest run. */
const bytesPerLane = 4 * 2 ** 30

/** What one thread can keep busy with images, noise and sums. */
const mostLanes = 24

/** How many inference processes work side by side, and the threads of each. */
export interface LaneCount {
  readonly lanes: number
  readonly threads: number
}

/**
 * For work on many images, where whole runs side by side gain more than threads within one: as many processes as there are
 * cores, and as the memory allows. Threads that score take what they leave.
 */
export function lanesFor(cores: number, memory: number = machineMemory()): LaneCount {
  const lanes = Math.max(1, Math.min(cores, mostLanes, Math.floor(defaultMemoryLimit(memory) / bytesPerLane)))
  return { lanes, threads: Math.max(1, Math.floor(cores / lanes)) }
}
