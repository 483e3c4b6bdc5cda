import type { ParamField } from '@shared/vocabulary'

/** Typed text as the value of a field; empty text is the default (null). */
export function parseParam(text: string, field: ParamField): string | number | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const number = Number(trimmed)
  const numeric = field.type === 'number' || field.type === 'integer' || field.type === 'baseline'

  return numeric && Number.isFinite(number) ? number : trimmed
}

/** Why typed text cannot be the value of a field; null when it can. */
export function problemOf(text: string, field: ParamField): string | null {
  const value = parseParam(text, field)
  if (value === null) return null
  if (field.type === 'list') {
    const numbers = String(value).split(',').map(Number)

    return numbers.every(Number.isFinite) ? null : 'Numbers with commas between them, such as 3,8,8.'
  }
  if (field.type !== 'number' && field.type !== 'integer') return null
  if (typeof value !== 'number') return 'A number is needed here.'
  if (field.type === 'integer' && !Number.isInteger(value)) return 'A whole number is needed here.'
  if (field.min !== undefined && value < field.min) return `At least ${field.min}.`
  if (field.max !== undefined && value > field.max) return `At most ${field.max}.`

  return null
}
