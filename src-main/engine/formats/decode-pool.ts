import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { Piscina } from 'piscina'
import { Fault } from '@engine/fault'
import {
  decodeThrough,
  decodeWith,
  type DecodeAnswer,
  type DecodeFile,
  type DecodeRequest
} from '@engine/formats/decode-task'
import {
  factsThrough,
  readFactsWith,
  type FactsAnswer,
  type FactsRequest,
  type ReadFacts
} from '@engine/formats/study/facts-task'

/** Decoding in worker threads: the engine's own thread stays free, and a file that never ends is stopped. */
export interface DecodePool {
  readonly decode: DecodeFile
  readonly facts: ReadFacts
  /** Ends the threads. */
  close(): Promise<void>
}

export interface DecodePoolOptions {
  /** The built worker entry (`pool-worker.js`). */
  readonly workerFile: string
  /** Arguments for Node in the workers; tests load TypeScript with them. */
  readonly execArgv?: readonly string[]
  /** Time for one file before it is given up, without what its size adds. */
  readonly secondsPerFile?: number
  readonly threads?: number
}

const defaultSecondsPerFile = 10
/** Even slow codecs unpack a mebibyte in this time. */
const secondsPerMebibyte = 0.5
/** Slow file servers answer for a header in this time. */
const secondsPerHeader = 0.25

/** Worker threads that decode one file each; threads start on demand and leave after half a minute without work. */
export function decodePool(options: DecodePoolOptions): DecodePool {
  const threads = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1))
  const pool = new Piscina({
    filename: options.workerFile,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 30_000,
    execArgv: options.execArgv === undefined ? undefined : [...options.execArgv]
  })
  const places = gate(threads)
  let up = false
  const run = <Answer>(request: DecodeRequest | FactsRequest, limit: Limit): Promise<Answer> =>
    places(async () => {
      // An empty request makes sure that a thread is up, so that its start does not count against the file.
      if (!up) await started(pool)
      up = true
      return limited(limit, (signal) => {
        signal.addEventListener('abort', () => (up = false))
        return pool.run(request, { signal }) as Promise<Answer>
      })
    })
  const secondsPerFile = options.secondsPerFile ?? defaultSecondsPerFile
  const decode = decodeThrough(async (request) => {
    const megabytes = (await stat(request.path).catch(() => ({ size: 0 }))).size / 2 ** 20
    const seconds = secondsPerFile + megabytes * secondsPerMebibyte
    return run<DecodeAnswer>(request, { seconds, name: basename(request.path), doing: 'Decoding' })
  })
  const facts = factsThrough((request) => {
    const { headersOf } = request
    const seconds = secondsPerFile + headersOf.length * secondsPerHeader
    return run<FactsAnswer>(request, { seconds, name: basename(headersOf[0]), doing: 'Reading the header of' })
  })
  return { decode, facts, close: () => pool.destroy() }
}

interface Limit {
  readonly seconds: number
  /** Base name of the file. */
  readonly name: string
  /** What is done to the file, for the message. */
  readonly doing: string
}

/** Resolves when a thread answers. Throws Fault `internal` when none can be started. */
async function started(pool: Piscina): Promise<void> {
  let fail: (error: Error) => void = () => undefined
  const broken = new Promise<never>((_resolve, reject) => {
    fail = (error) => reject(new Fault('internal', 'The decoding threads cannot be started.', { cause: error }))
    pool.once('error', fail)
  })
  try {
    await Promise.race([pool.run(null), broken])
  } finally {
    pool.off('error', fail)
  }
}

/** Runs `work`, and gives it up after some seconds: the thread it ran in is ended. Throws Fault `bad-file`. */
async function limited<T>({ seconds, name, doing }: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), seconds * 1000)
  try {
    return await work(stop.signal)
  } catch (thrown) {
    if (isOutOfMemory(thrown)) {
      throw new Fault('out-of-memory', `“${name}” is too large for the memory of this computer.`, {
        subject: name,
        hint: 'Close other programs, or crop the image.',
        cause: thrown
      })
    }
    if (!stop.signal.aborted) throw thrown
    throw new Fault('bad-file', `${doing} “${name}” took more than ${Math.round(seconds)} s and was stopped.`, {
      subject: name,
      hint: 'The file is damaged: export or copy it again from its source.',
      cause: thrown
    })
  } finally {
    clearTimeout(timer)
  }
}

function isOutOfMemory(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

/** Lets at most `places` pieces of work run at once, in order of arrival. */
function gate(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}

/**
 * Makes the headers and pixels of every file of this process be read in worker threads; called once when a process starts.
 * Where the worker entry was not built (sources run directly) decoding stays in the calling thread and null comes back.
 */
export function decodeInWorkers(workerFile: string): DecodePool | null {
  if (!existsSync(workerFile)) return null
  const pool = decodePool({ workerFile })
  decodeWith(pool.decode)
  readFactsWith(pool.facts)
  return pool
}
