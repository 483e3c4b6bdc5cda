import { expect } from 'vitest'
import { asFault, type Fault } from '@engine/fault'
import { decodeSource } from '@engine/formats/decode-source'
import type { ImageContent } from '@engine/formats/format'

/** What reading some bytes under a name comes to: their content, or their refusal. */
export async function outcome(
  name: string,
  bytes: Uint8Array
): Promise<{ content: ImageContent | null; fault: Fault | null }> {
  try {
    return { content: await decodeSource({ path: `/nowhere/${name}`, name, bytes }), fault: null }
  } catch (thrown) {
    return { content: null, fault: asFault(thrown) }
  }
}

/** The Fault of a file; its message must be one sentence that names the file. */
export async function refusal(name: string, bytes: Uint8Array): Promise<Fault> {
  const { fault } = await outcome(name, bytes)
  expect(fault, `${name} was read`).not.toBeNull()
  expect(fault!.message).toContain(name)
  expect(fault!.message).toMatch(/^[^\r\n]+\.$/)
  expect(fault!.code).not.toBe('internal')
  return fault!
}

/** The content of a file that must be readable. */
export async function content(name: string, bytes: Uint8Array): Promise<ImageContent> {
  const { content: read, fault } = await outcome(name, bytes)
  expect(fault?.message).toBeUndefined()
  return read!
}
