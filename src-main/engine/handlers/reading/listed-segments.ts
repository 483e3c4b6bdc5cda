import { Fault } from '@engine/fault'
import type { CommandName } from '@shared/protocol'
import type { OpenReading } from '@shared/reading-protocol'
import type { SegmentAction } from '@shared/drawing'

/** Two nodules are two segments of one finding: the second gets a number behind its name. */
const numbered = / \d+$/u

/**
 * Where a study lists what may be outlined, a segment has one of those names, with a number from the second on.
 * Throws Fault `usage` with the names.
 */
export function requireListed(
  open: Pick<OpenReading, 'listedOnly' | 'segments'> | null,
  command: CommandName,
  input: unknown
): void {
  if (open === null || !open.listedOnly || command !== 'drawing.segment') return
  const { change } = input as { change: SegmentAction }
  const name = change.action === 'remove' ? undefined : change.name
  const listed = open.segments.map((one) => one.name)
  if (name === undefined || listed.includes(name) || listed.includes(name.replace(numbered, ''))) return
  throw new Fault('usage', `“${name}” is not among the findings of this study.`, {
    subject: name,
    hint: `It asks for: ${listed.join(', ')}.`
  })
}
