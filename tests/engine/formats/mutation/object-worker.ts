import type { FaultReport } from '@shared/fault'
import { asFault } from '@engine/fault'
import { objectReaders } from './object-readers'

export interface ObjectRequest {
  readonly reader: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** Worker entry: reads one file with the reader asked for; null when it went well, else its refusal. */
export default async function work(request: ObjectRequest | null): Promise<FaultReport | null> {
  if (request === null) return null
  const reader = objectReaders.find(({ id }) => id === request.reader)!
  try {
    await reader.read({ path: `/mutants/${request.name}`, name: request.name, bytes: request.bytes })
    return null
  } catch (thrown) {
    return asFault(thrown).report()
  }
}
