/** A name that is safe on every file system; different names stay different enough to read. */
export function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}+._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '')
  return safe === '' ? 'unnamed' : safe.slice(0, 120)
}
