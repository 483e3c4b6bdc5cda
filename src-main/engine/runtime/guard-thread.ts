import { writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/** Printed on stderr by a process that ends itself; the other side reads it as the reason. */
export const memoryLimitNotice = 'saliscope: memory limit reached'

/** The exit reason a channel gives for it. */
export const memoryLimitReason = 'passed its memory limit'

/**
 * While a native call blocks the main thread nothing else there can run, so a second thread watches: it ends the process
 * when its resident memory passes the limit, and when the parent process has gone (a run that never returns would else
 * stay behind for ever). The source is text because a bundler would need a second entry for twelve lines.
 */
const guardSource = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  if (process.memoryUsage.rss() > workerData.limit) {
    try { writeSync(2, workerData.notice) } catch {}
    process.kill(process.pid, 'SIGKILL')
  }
}, 200)
`

/** Starts the watching thread; `limit` in bytes of resident memory. */
export function startGuard(limit: number): void {
  const worker = new Worker(guardSource, { eval: true, workerData: { limit, notice: memoryLimitNotice } })
  worker.unref()
  worker.on('error', (error) => writeSync(2, `saliscope: no memory guard (${error.message})`))
}
