/** Times of one task, in milliseconds. */
export interface TaskResult {
  readonly id: string
  readonly title: string
  readonly ours: Times
  readonly peer: (Times & { readonly name: string; readonly versions: Readonly<Record<string, string>> }) | null
  /** Median of ours ÷ median of the peer's: under 1, we are faster. */
  readonly ratio: number | null
  readonly figures: Readonly<Record<string, number>>
}

export interface Times {
  readonly medianMs: number
  readonly minMs: number
  readonly allMs: readonly number[]
}

export function timesOf(seconds: readonly number[]): Times {
  const allMs = seconds.map((value) => Math.round(value * 1e5) / 100)
  const sorted = [...allMs].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const medianMs = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { medianMs, minMs: sorted[0], allMs }
}

const head = '| work | ours, median (min) ms | peer, median (min) ms | ratio | further figures |\n|---|---|---|---|---|'

/** The results as a Markdown table. */
export function table(results: readonly TaskResult[]): string {
  return [head, ...results.map(tableRow)].join('\n')
}

export function tableRow({ title, ours, peer, ratio, figures }: TaskResult): string {
  const times = ({ medianMs, minMs }: Times): string => `${short(medianMs)} (${short(minMs)})`
  const others = Object.entries(figures).map(([name, value]) => `${name} ${short(value)}`)
  const theirs = peer === null ? '–' : `${peer.name} ${times(peer)}`
  return `| ${title} | ${times(ours)} | ${theirs} | ${ratio === null ? '–' : ratio.toFixed(2)} | ${others.join(', ') || '–'} |`
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** Geometric mean of the ratios of chosen tasks; null without any. */
export function geometricMean(results: readonly TaskResult[], isIn: (id: string) => boolean): number | null {
  const ratios = results.flatMap(({ id, ratio }) => (isIn(id) && ratio !== null ? [ratio] : []))
  return ratios.length === 0 ? null : Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
}
