import type { ExportFormatSummary, ExportRefusal } from '@shared/exports'

/** Reasons with the items they hold for, in the order they come up. */
export function reasons(refused: readonly ExportRefusal[]): { reason: string; items: string[] }[] {
  const byReason = new Map<string, string[]>()
  for (const { item, reason } of refused) {
    const items = byReason.get(reason)
    if (items === undefined) byReason.set(reason, [item])
    else items.push(item)
  }

  return [...byReason].map(([reason, items]) => ({ reason, items }))
}

/** What every format refuses for the same reason, to be said once, and the formats without it. */
export function saidOnce(formats: readonly ExportFormatSummary[]): {
  shared: readonly ExportRefusal[]
  formats: readonly ExportFormatSummary[]
} {
  if (formats.length < 2) return { shared: [], formats }
  const keyOf = ({ item, reason }: ExportRefusal): string => `${item}\n${reason}`
  const lists = formats.map(({ refused }) => new Set(refused.map(keyOf)))
  const isShared = (one: ExportRefusal): boolean => lists.every((list) => list.has(keyOf(one)))

  return {
    shared: formats[0].refused.filter(isShared),
    formats: formats.map((format) => ({ ...format, refused: format.refused.filter((one) => !isShared(one)) }))
  }
}
