import { existsSync } from 'node:fs'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { asFault, Fault, faultOf } from '@engine/fault'
import type { Job } from '@engine/job'
import { buffersOf, drawnHere, type DrawnAnswer, type DrawnTask } from '@engine/readers/drawing/drawn-task'
import type { FaultReport } from '@shared/fault'

/** Works out a change of labelmaps; where (this thread, a worker) is the process's choice. Takes the task's arrays away. */
export type RunDrawn = (task: DrawnTask, job: Job) => Promise<DrawnAnswer>

/** What goes to a worker thread: the task, and the port on which it says how far it is. */
export interface DrawnRequest {
  readonly drawn: DrawnTask
  readonly port: MessagePort
}
type Answered =
  { readonly answer: DrawnAnswer; readonly fault: null } | { readonly answer: null; readonly fault: FaultReport }

const stage = 'Working out the outline'

const runHere: RunDrawn = (task, job) =>
  Promise.resolve(drawnHere(task, (done, total) => job.progress(stage, done, total)))

let chosen = runHere

/** Sets where labelmaps are worked on; without a function in the calling thread again. */
export function drawWith(run: RunDrawn = runHere): void {
  chosen = run
}

/** Works where the process decided. */
export const runDrawn: RunDrawn = (task, job) => chosen(task, job)

/** Task of a worker thread: never rejects, a Fault would lose its class on the way. */
export function drawnTask({ drawn, port }: DrawnRequest): Answered {
  try {
    return { answer: drawnHere(drawn, (done, total) => port.postMessage({ done, total })), fault: null }
  } catch (thrown) {
    return { answer: null, fault: asFault(thrown).report() }
  } finally {
    port.close()
  }
}

/** A worker thread for labelmaps; it starts on demand and is ended when its work is cancelled. */
export function drawingPool(workerFile: string): { run: RunDrawn; close(): Promise<void> } {
  const pool = new Piscina({ filename: workerFile, minThreads: 0, maxThreads: 1, idleTimeout: 30_000 })
  const run: RunDrawn = async (task, job) => {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', ({ done, total }: { done: number; total: number }) => job.progress(stage, done, total))
    try {
      const request: DrawnRequest = { drawn: task, port: port2 }
      const transferList = [port2, ...buffersOf(task)]
      const { answer, fault } = (await pool.run(request, { signal: job.signal, transferList })) as Answered
      if (fault === null) return answer
      throw faultOf(fault)
    } catch (thrown) {
      throw stopped(thrown, job)
    } finally {
      port1.close()
    }
  }
  return { run, close: () => pool.destroy() }
}

function stopped(thrown: unknown, job: Job): unknown {
  if (job.signal.aborted) return new Fault('cancelled', 'Stopped on request.', { cause: thrown })
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return thrown
  return new Fault('out-of-memory', 'The outline is too large for the memory of this computer.', {
    hint: 'Close other programs, or work on one slice.',
    cause: thrown
  })
}

/** Makes this process work on labelmaps in a thread; where the worker entry was not built, in the calling one. */
export function drawInWorkers(workerFile: string): void {
  if (existsSync(workerFile)) drawWith(drawingPool(workerFile).run)
}
