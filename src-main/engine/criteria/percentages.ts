import * as v from 'valibot'

/** `20,40,60,80`. */
export const Percentages = v.pipe(
  v.string(),
  v.regex(/^\s*\d{1,2}(\.\d+)?(\s*,\s*\d{1,2}(\.\d+)?)*\s*$/u, 'Percentages between 0 and 100, separated by commas.')
)
export const numbersOf = (text: string): number[] => text.split(',').map(Number)
