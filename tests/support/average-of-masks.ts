/**
 * Share of masks that cover each pixel: the strongest map that never saw the patient. All masks have one length; the
 * caller leaves the scored patient's masks out.
 * Source: Arun et al., Radiology: Artificial Intelligence 2021 (low reference).
 */
export function averageOfMasks(masks: readonly Uint8Array[]): Float32Array {
  const average = new Float32Array(masks[0]?.length ?? 0)
  for (const mask of masks) {
    for (let index = 0; index < average.length; index++) if (mask[index] !== 0) average[index] += 1 / masks.length
  }
  return average
}
