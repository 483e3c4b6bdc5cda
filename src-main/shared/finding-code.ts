import * as v from 'valibot'

/** Vocabularies in which a finding is named; `own` is the code of a list of one's own. */
export const codeSystems = ['HPO', 'RadLex', 'SNOMED CT', 'own'] as const
export type CodeSystem = (typeof codeSystems)[number]

const forms: Readonly<Record<CodeSystem, { readonly form: RegExp; readonly like: string }>> = {
  HPO: { form: /^HP:\d{7}$/u, like: 'HP: and seven digits' },
  RadLex: { form: /^RID\d{1,8}$/u, like: 'RID and a number' },
  'SNOMED CT': { form: /^[1-9]\d{5,17}$/u, like: 'six to eighteen digits' },
  own: { form: /^\S(?:.{0,62}\S)?$/u, like: 'up to 64 characters' }
}

/** What is wrong with a code, as a sentence; null for one of the right form. */
export function codeProblem({ system, value }: { system: CodeSystem; value: string }): string | null {
  const { form, like } = forms[system]
  if (!form.test(value)) return `A code of ${system === 'own' ? 'your own' : system} is ${like}.`
  if (system !== 'SNOMED CT' || hasCheckDigit(value)) return null
  return 'This is no code of SNOMED CT: its last digit does not fit the others.'
}

/** Code of a finding in a vocabulary, such as HPO HP:0002088. */
export const FindingCode = v.pipe(
  v.strictObject({ system: v.picklist(codeSystems), value: v.string() }),
  v.check(
    (code) => codeProblem(code) === null,
    ({ input }) => codeProblem(input) ?? ''
  )
)
export type FindingCode = v.InferOutput<typeof FindingCode>

/** A code in words: `HPO HP:0002088`; one of a list of one's own as it is. */
export const codeWords = (code: FindingCode | string): string =>
  typeof code === 'string' ? code : code.system === 'own' ? code.value : `${code.system} ${code.value}`

/**
 * The check digit of an SCTID: Verhoeff’s scheme over the dihedral group D5. Source: SNOMED CT Technical Implementation Guide, “Check-digit
 * computation”; Verhoeff J. Error detecting decimal codes. Mathematical Centre Tracts 29, 1969.
 */
function hasCheckDigit(digits: string): boolean {
  let check = 0
  for (let position = 0; position < digits.length; position++) {
    const digit = Number(digits[digits.length - 1 - position])
    check = dihedral(check, permuted(digit, position % 8))
  }
  return check === 0
}

/** Product in D5: 0–4 are turns, 5–9 turns of the mirrored pentagon. */
function dihedral(left: number, right: number): number {
  const turns = left < 5 ? (left % 5) + (right % 5) : (left % 5) - (right % 5)
  const turned = ((turns % 5) + 5) % 5
  return left < 5 === right < 5 ? turned : turned + 5
}

/** Verhoeff’s permutation, applied `times` over. */
const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const

function permuted(digit: number, times: number): number {
  let result = digit
  for (let turn = 0; turn < times; turn++) result = permutation[result]
  return result
}
