/** A map that is the same everywhere: what the metric gives for no information at all. */
export function constantMap(length: number): Float32Array {
  return new Float32Array(length).fill(0.5)
}
