/** What an answer holds; the reason why there is none weighs next to nothing. */
export const heldBytes = (answer: object): number =>
  Object.values(answer).reduce<number>((sum, one) => sum + (ArrayBuffer.isView(one) ? one.byteLength : 0), 1)
