import { call } from '../engine/client'

export interface Thumbnail {
  width: number
  height: number
  grey: Uint8Array
}

const LIMIT = 400
const kept = new Map<string, Promise<Thumbnail>>()

/** A small grey picture of a case, longest edge as asked; kept, the oldest leave first. */
export function thumbnail(caseId: string, edge: number): Promise<Thumbnail> {
  const key = `${edge} ${caseId}`
  const known = kept.get(key)
  if (known !== undefined) return known

  const made = call('image.thumbnail', { caseId, edge })
  kept.set(key, made)
  made.catch(() => kept.delete(key))
  const [oldest] = kept.keys()
  if (kept.size > LIMIT && oldest !== undefined) kept.delete(oldest)

  return made
}
