import { fileURLToPath } from 'node:url'
import { decodeInWorkers } from '@engine/formats/decode-pool'
import { runCommandLine } from './cli/run'

decodeInWorkers(fileURLToPath(new URL('pool-worker.js', import.meta.url)))
process.exitCode = await runCommandLine(process.argv.slice(2))
// Children and timers of libraries must not keep a finished command alive.
process.exit()
