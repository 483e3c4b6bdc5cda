import { Fault } from '@engine/fault'

/** The refusal of a damaged TIFF. */
export function damagedTiff(name: string, reason: string, cause?: unknown): Fault {
  return new Fault('bad-image', `“${name}” is not a readable TIFF: ${reason}.`, {
    subject: name,
    hint: 'Save the picture again as TIFF or PNG.',
    cause
  })
}

/** The refusal of a TIFF of a kind that is not read. */
export function unusualTiff(
  name: string,
  what: string,
  hint = 'Save it without compression, or with LZW or Deflate.'
): Fault {
  return new Fault('unsupported-file', `“${name}” is a TIFF ${what}, which is not read.`, { subject: name, hint })
}
