import { Fault } from '@engine/fault'
import type { Affine } from '@engine/geometry/volume'

/** Sixteen numbers in four lines, the last 0 0 0 1. Throws Fault `bad-file` or `unsupported-file`. */
export function textMatrix(bytes: Uint8Array, name: string): Affine {
  const hint = 'Four lines of four numbers, the last 0 0 0 1, are read; fields of displacements are not.'
  if (bytes.length > 10_000 || bytes.includes(0)) {
    throw new Fault('unsupported-file', `The transform “${name}” is no matrix in text.`, { subject: name, hint })
  }
  const words = new TextDecoder('latin1')
    .decode(bytes)
    .split(/[\s,]+/u)
    .filter((word) => word !== '')
  const numbers = words.map(Number)
  const last = numbers.slice(12)
  const whole = numbers.length === 16 && numbers.every(Number.isFinite)
  if (!whole || last.some((value, index) => Math.abs(value - (index === 3 ? 1 : 0)) > 1e-6)) {
    throw new Fault('bad-file', `The transform “${name}” is no affine matrix: ${words.length} words.`, {
      subject: name,
      hint
    })
  }
  return numbers as unknown as Affine
}
