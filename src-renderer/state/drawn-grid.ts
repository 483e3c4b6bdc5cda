import type { OpenDrawing } from '@shared/drawing'
import type { DrawnGrid } from '@shared/drawing/patch'

/** The voxels a drawing is on; 1 apart where the file has no scale. */
export function drawnGrid({ grid: { size, spacingMm } }: OpenDrawing): DrawnGrid {
  const [x, y, z] = spacingMm ?? [1, 1, 1]

  return { columns: size[0], rows: size[1], slices: size[2], spacing: { x, y, z } }
}
