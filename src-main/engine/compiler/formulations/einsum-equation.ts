import { Fault } from '@engine/fault'

/** An Einsum equation with its ellipses written out: one label per axis of each operand and of the output. */
export interface Equation {
  readonly operands: readonly (readonly string[])[]
  readonly output: readonly string[]
}

/** Letters no equation uses twice: those of the equation itself, then free ones for the axes of an ellipsis. */
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * Reads an Einsum equation for operands of the given ranks. Without an arrow the output has the axes of the ellipsis
 * and then every label that occurs once, in alphabetical order. Throws Fault `unsupported-op` when the letters run out.
 */
export function readEquation(text: string, ranks: readonly number[]): Equation {
  const [left, right] = text.replaceAll(' ', '').split('->')
  const terms = left.split(',')
  const widths = terms.map((term, index) => (term.includes('...') ? ranks[index] - term.length + 3 : 0))
  const free = freeLetters(text, Math.max(0, ...widths))
  const writeOut = (term: string, width: number): string[] => [
    ...term.replace('...', free.slice(free.length - width).join(''))
  ]
  const output = right === undefined ? impliedOutput(left) : right
  return {
    operands: terms.map((term, index) => writeOut(term, widths[index])),
    output: writeOut(output, free.length)
  }
}

/** Letters an equation does not use. Throws Fault `unsupported-op` when there are not enough. */
export function freeLetters(used: string, count: number): string[] {
  const free = [...letters].filter((letter) => !used.includes(letter)).slice(0, count)
  if (free.length < count)
    throw new Fault('unsupported-op', `The Einsum equation ${used} uses more letters than there are.`, {
      subject: 'Einsum'
    })
  return free
}

function impliedOutput(left: string): string {
  const named = [...left.replace(/[.,]/g, '')]
  const once = named.filter((letter) => named.indexOf(letter) === named.lastIndexOf(letter)).sort()
  return `${left.includes('...') ? '...' : ''}${once.join('')}`
}
