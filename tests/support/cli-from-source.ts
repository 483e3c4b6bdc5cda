import { runCommandLine } from '../../src-main/cli/run'
import { spawnFromSource } from './inference'

// The command line of the sources, with an inference process of the sources: tests need no build.
process.exit(await runCommandLine(process.argv.slice(2), { threads: 2, spawn: spawnFromSource }))
