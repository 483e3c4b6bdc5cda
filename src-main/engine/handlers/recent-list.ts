import { createHash } from 'node:crypto'
import type { RecentItem } from '@shared/vocabulary'
import type { KeptSession } from './kept-session'

const longestList = 20

/** Puts what was just opened on top of the recent list; the paths stay in the session file and never reach the page. */
export function remember(
  session: KeptSession,
  item: { kind: RecentItem['kind']; title: string; paths: readonly string[] }
): void {
  const recentId = createHash('sha256')
    .update(JSON.stringify([item.kind, item.paths]))
    .digest('hex')
    .slice(0, 16)
  const others = session.read().recent.filter((other) => other.recentId !== recentId)
  const entry = { ...item, recentId, opened: new Date().toISOString(), paths: [...item.paths] }
  session.change({ recent: [entry, ...others].slice(0, longestList) })
}
