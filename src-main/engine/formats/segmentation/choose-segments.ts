import { Fault } from '@engine/fault'
import type { Segment } from '@engine/formats/segmentation/segmentation'

/**
 * Segments of a name, or the one of a number: names first, because a segment may be called “2”. Case does not matter.
 * Throws Fault `bad-parameter` listing what there is.
 */
export function chosenSegments(segments: readonly Segment[], part: string, file: string): readonly Segment[] {
  const wanted = part.trim().toLowerCase()
  const named = segments.filter(({ label }) => label.trim().toLowerCase() === wanted)
  const found = named.length > 0 ? named : segments.filter(({ number }) => String(number) === wanted)
  if (found.length > 0) return found
  const listed = segments.slice(0, 12).map(({ number, label }) => `${number} (${label})`)
  const more = segments.length > listed.length ? ` and ${segments.length - listed.length} more` : ''
  throw new Fault('bad-parameter', `“${file}” has no segment “${part}”.`, {
    subject: file,
    hint: segments.length === 0 ? 'It has none at all.' : `There are ${listed.join(', ')}${more}.`
  })
}
