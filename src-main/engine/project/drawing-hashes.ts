import type { DrawingEntry } from '@shared/drawing'
import { sha256 } from './blobs'
import type { DrawingRow } from './drawing-rows'

/** SHA-256 of an entry as it is kept: its words and the time, then what it does. The audit trail names it. */
export function hashOfLine({ name, tool, slice, savedAt }: DrawingEntry, payload: Uint8Array): string {
  return sha256(Buffer.concat([Buffer.from(JSON.stringify([name, tool, slice, savedAt])), payload]))
}

/** SHA-256 of whose drawing it is, of which image, on which voxels. */
export function hashOfDrawing({ image, reader, study, reading, grid }: DrawingRow): string {
  const { size, affine, spacingMm } = grid
  return sha256(JSON.stringify([image, reader, study, reading, size, affine, spacingMm]))
}
