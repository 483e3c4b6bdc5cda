import type { Report } from './report'

/** `key` of a BibTeX entry; the entry itself where it has none. */
const keyOf = (entry: string): string => /^@\w+\{\s*([^,\s]+)/u.exec(entry)?.[1] ?? entry

/** Signs that mean something to TeX, in the values of an entry. */
const forTex = (entry: string): string => entry.replaceAll(/(?<!\\)[&%#]/gu, (sign) => `\\${sign}`)

/** Every source of the report, methods first, as BibTeX: each key once. Empty without any. */
export function bibliographyOf(report: Report): string {
  const entries = [
    ...report.methods.map((method) => method.citation.bibtex),
    ...(report.citations ?? []).map((citation) => citation.bibtex)
  ]
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const byKey = new Map<string, string>()
  for (const entry of entries) if (!byKey.has(keyOf(entry))) byKey.set(keyOf(entry), forTex(entry))

  return byKey.size === 0 ? '' : `${[...byKey.values()].join('\n\n')}\n`
}
