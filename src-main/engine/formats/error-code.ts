/** True for an error of Node with this code. */
export function isErrorCode(thrown: unknown, code: string): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === code
}
