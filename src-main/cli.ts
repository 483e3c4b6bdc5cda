import { runCommandLine } from './cli/run'

process.exitCode = await runCommandLine(process.argv.slice(2))
// Children and timers of libraries must not keep a finished command alive.
process.exit()
