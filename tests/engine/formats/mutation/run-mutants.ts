import { asFault } from '@engine/fault'
import { concurrently } from '@shared/concurrently'
import { randomStream, type RandomStream } from '@engine/tensor/random'
import type { Base } from './bases'

/** How many mutants of a family are read: a slice of them in continuous integration, all of them at night. */
export function mutantCount(inIntegration: number, atNight: number): number {
  const stated = process.env.SALISCOPE_MUTANTS
  if (stated !== undefined) return Math.ceil((Number(stated) * atNight) / 100_000)
  return process.env.SALISCOPE_NIGHTLY === undefined ? inIntegration : atNight
}

/** Time for a whole run, generous: a busy machine must not make it fail. */
export function runTimeMs(count: number): number {
  return Math.max(240_000, count * 250)
}

/** Longer than this for one file is a hang. */
const slowestMs = 10_000
const watchMs = 50
/** The process may grow by this while thousands of damaged files pass through. */
const mostGrowthBytes = 2 ** 30

export interface Tally {
  read: number
  refused: number
  slowestMs: number
  growthBytes: number
  /** Crashes, hangs, poor refusals, content that contradicts itself, memory: empty when all is well. */
  readonly complaints: string[]
}

export interface Mutants {
  readonly bases: readonly Base[]
  readonly count: number
  readonly seed: number
  readonly damage: (base: Uint8Array, random: RandomStream) => Uint8Array
  /** Reads one mutant; null, or what is wrong with what was read. Rejects with the refusal. */
  readonly read: (bytes: Uint8Array, name: string, index: number) => Promise<string | null>
}

/** Reads mutants, two at a time, and tallies how it went. */
export async function runMutants({ bases, count, seed, damage, read }: Mutants): Promise<Tally> {
  const tally: Tally = { read: 0, refused: 0, slowestMs: 0, growthBytes: 0, complaints: [] }
  const before = process.memoryUsage.rss()
  const stall = { ms: 0, last: performance.now() }
  const watch = setInterval(() => {
    tally.growthBytes = Math.max(tally.growthBytes, process.memoryUsage.rss() - before)
    // This thread only waits: when it wakes late, the machine gave the whole process no time, and no file is to blame.
    const late = performance.now() - stall.last - watchMs
    if (late > 500) stall.ms += late
    stall.last = performance.now()
  }, watchMs)
  const indices = Array.from({ length: count }, (_, index) => index)
  await concurrently(indices, 2, async (index) => {
    const { name, bytes } = bases[index % bases.length]
    const damaged = damage(bytes, randomStream(seed, index))
    const timed = async (): Promise<{ complaint: string | null; refused: boolean; took: number }> => {
      const [started, stalled] = [performance.now(), stall.ms]
      const outcome = await read(damaged, name, index).then(
        (complaint) => ({ complaint, refused: false }),
        (thrown: unknown) => ({ complaint: poorRefusal(thrown, name), refused: true })
      )
      return { ...outcome, took: performance.now() - started - (stall.ms - stalled) }
    }
    const { complaint, refused, took } = await timed()
    // A hang hangs again; a machine that was slow to start a thread in place of one that was ended does not.
    const surely = took > slowestMs ? Math.min(took, (await timed()).took) : took
    tally.read += refused ? 0 : 1
    tally.refused += refused ? 1 : 0
    tally.slowestMs = Math.max(tally.slowestMs, surely)
    if (complaint !== null) tally.complaints.push(`mutant ${index} of ${name}: ${complaint}`)
    if (surely > slowestMs) tally.complaints.push(`mutant ${index} of ${name} took ${Math.round(surely)} ms`)
  })
  clearInterval(watch)
  if (tally.growthBytes > mostGrowthBytes)
    tally.complaints.push(`memory grew by ${Math.round(tally.growthBytes / 2 ** 20)} MiB`)
  return tally
}

/** A refusal must be a Fault that names the file, in one sentence with a cause. */
export function poorRefusal(thrown: unknown, name: string): string | null {
  const fault = asFault(thrown)
  if (fault.code === 'internal') return `no Fault but “${fault.message}”`
  if (!fault.message.includes(name)) return `the message does not name the file: “${fault.message}”`
  if (/[\r\n]/.test(fault.message) || !fault.message.endsWith('.')) return `no sentence: “${fault.message}”`
  return fault.message.length < name.length + 12 ? `no cause: “${fault.message}”` : null
}

/** One line for the log: what a night's run comes to. */
export function logTally(family: string, tally: Tally): void {
  const { read, refused, growthBytes, slowestMs: slowest, complaints } = tally
  process.stdout.write(
    `${family}: ${read + refused} mutants, ${read} read, ${refused} refused, ${complaints.length} complaints, ` +
      `slowest ${Math.round(slowest)} ms, memory + ${Math.round(growthBytes / 2 ** 20)} MiB\n`
  )
}
