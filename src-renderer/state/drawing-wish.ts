/** What is drawn on: which case, and for which study and reading. */
export interface DrawingWish {
  readonly caseId: string
  readonly study: string | null
  readonly reading: number
}

/** A wish, and whose drawing it is: the profile that works here. */
export interface SignedWish extends DrawingWish {
  readonly signer: string | null
}

export const sameWish = (one: SignedWish | null, other: SignedWish): boolean =>
  one?.caseId === other.caseId &&
  one.study === other.study &&
  one.reading === other.reading &&
  one.signer === other.signer
