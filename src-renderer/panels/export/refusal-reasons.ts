import type { ExportRefusal } from '@shared/exports'

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
