import { fileURLToPath } from 'node:url'
import { decodeInWorkers } from '@engine/formats/decode-pool'
import { scoreInWorkers } from '@engine/metrics/scoring-pool'
import { runCommandLine } from './cli/run'

const workerFile = fileURLToPath(new URL('pool-worker.js', import.meta.url))
decodeInWorkers(workerFile)
scoreInWorkers(workerFile)
process.exitCode = await runCommandLine(process.argv.slice(2))
// Children and timers of libraries must not keep a finished command alive.
process.exit()
