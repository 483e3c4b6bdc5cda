/** Number of pixels inside a mask. */
export function maskArea(mask: Uint8Array): number {
  let area = 0
  for (let index = 0; index < mask.length; index++) if (mask[index] !== 0) area++
  return area
}
