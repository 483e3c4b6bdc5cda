/** Columns and rows for a number of cells: as square as the room allows, few empty places, at most three columns where it is narrow. */
interface Grouped {
  readonly modelId: string
}

/** Columns for one row per model, when every model has the same number of maps; else null. */
export function columnsByModel(maps: readonly (Grouped | null)[]): number | null {
  const counts = new Map<string, number>()
  for (const map of maps) if (map !== null) counts.set(map.modelId, (counts.get(map.modelId) ?? 0) + 1)
  const [first, ...others] = counts.values()

  return counts.size > 1 && first > 1 && others.every((count) => count === first) ? first : null
}

export function gridShape(count: number, room: { width: number; height: number }): { columns: number; rows: number } {
  const most = room.width < 1000 ? 3 : 6
  let best = { columns: 1, rows: Math.max(1, count) }
  let bestSide = 0

  for (let columns = 1; columns <= Math.min(most, Math.max(1, count)); columns++) {
    const rows = Math.ceil(count / columns)
    const side = Math.min(room.width / columns, room.height / rows)
    if (side > bestSide + 1e-9) {
      best = { columns, rows }
      bestSide = side
    }
  }

  return best
}
