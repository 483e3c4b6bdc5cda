import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Fault, asFault } from '@engine/fault'
import { jobController } from '@engine/job'
import { cudaEnvironment, findCudaFolder } from '@engine/runtime/cuda-folder'
import { forkInference } from '@engine/runtime/node-channel'
import { type Arguments, parseArguments, wholeNumber } from './arguments'
import type { CliCommand, CommandHost } from './command'
import { commands } from './commands/index'
import { electronPrinter } from './print-pdf'
import { type CommandConsole, commandConsole, exitStatus, faultLines } from './console'

/** No machine has more cores for one operator; a typing error would start a thread each. */
const mostThreads = 256

/** Runs one command line and returns its exit status. Results go to stdout, everything else to stderr. Tests give another host. */
export async function runCommandLine(argv: readonly string[], given: Partial<CommandHost> = {}): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || ['help', '--help', '-h'].includes(name)) return printHelp(rest[0], name === undefined)
  if (rest.includes('--help') || rest.includes('-h')) return printHelp(name, false)
  if (name === '--version' || name === 'version') {
    process.stdout.write(`${programVersion()}\n`)
    return 0
  }
  const console = commandConsole(rest.includes('--json'), abortOnSignals())
  try {
    const command = commandNamed(name)
    const args = parseArguments(rest, {
      ...command.rules,
      options: [...(command.rules.options ?? []), 'threads'],
      flags: [...(command.rules.flags ?? []), 'json']
    })
    const host = { ...programHost(), ...given }
    return await command.run(args, console, { ...host, threads: threadsOf(args, host.threads) })
  } catch (thrown) {
    return sayFault(asFault(thrown), console)
  }
}

/** More gain nothing inside one operator. */
const mostOperatorThreads = 8

/** `--threads N` of any command: threads inside one operator. Throws Fault `usage`. */
function threadsOf(args: Arguments, preset: number): number {
  const threads = wholeNumber(args, 'threads', preset)
  if (threads >= 1 && threads <= mostThreads) return threads
  throw new Fault('usage', `--threads takes 1 to ${mostThreads}, not ${threads}.`)
}

function abortOnSignals(): AbortSignal {
  const aborted = jobController()
  process.once('SIGINT', () => aborted.abort())
  process.once('SIGTERM', () => aborted.abort())
  return aborted.signal
}

function commandNamed(name: string): CliCommand {
  const command = commands.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  throw new Fault('usage', `There is no command "${name}".`, {
    hint: `Commands: ${commands.map((candidate) => candidate.name).join(', ')}.`
  })
}

/** Says a fault on stderr, and as JSON where a machine listens; returns its exit status. */
function sayFault(fault: Fault, console: CommandConsole): number {
  for (const line of faultLines(fault)) console.remark(line)
  if (fault.code === 'internal' && process.env.SALISCOPE_DEBUG !== undefined) {
    console.remark(String((fault.cause as Error | undefined)?.stack ?? fault.stack))
  }
  if (console.json) console.result(JSON.stringify({ fault: fault.report() }))
  return exitStatus[fault.code]
}

function printHelp(name: string | undefined, missing: boolean): number {
  const command = commands.find((candidate) => candidate.name === name)
  const widest = Math.max(...commands.map((candidate) => candidate.name.length))
  const lines =
    command === undefined
      ? [
          'Saliscope measures whether the saliency maps of an image classifier can be trusted. Research use. Not for diagnosis.',
          '',
          'saliscope COMMAND [options]',
          ...commands.map((candidate) => `  ${candidate.name.padEnd(widest)}  ${candidate.summary}`),
          '',
          `Every command takes --threads N, the threads inside one operator (as many as the machine has cores, at most ${mostOperatorThreads}).`,
          'saliscope help COMMAND shows its options. Results go to stdout (--json for machines), progress to stderr.',
          'Exit status: 0 done, 2 usage, 3 bad input, 4 unsupported, 5 some cases failed, 6 internal, 130 cancelled.'
        ]
      : [command.summary, '', command.usage]
  const stream = missing ? process.stderr : process.stdout
  stream.write(`${lines.join('\n')}\n`)
  return missing ? 2 : 0
}

/** Folder with `package.json` and `resources`, whether run from `out/main` or from the sources. */
function programFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new Fault('internal', 'The program folder was not found.')
    folder = above
  }
  return folder
}

function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(programFolder(), 'package.json'), 'utf8')) as { version: string }
  return version
}

function programHost(): CommandHost {
  const folder = programFolder()
  return {
    version: programVersion(),
    sampleFolder: join(folder, 'resources', 'sample'),
    threads: Math.min(availableParallelism(), mostOperatorThreads),
    cores: availableParallelism(),
    spawn: forkInference(join(folder, 'out', 'main', 'inference-process.js'), {
      env: cudaEnvironment(findCudaFolder())
    }),
    printPdf: electronPrinter(folder),
    readStdin
  }
}

async function readStdin(): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: process.stdin })) if (line.trim() !== '') lines.push(line.trim())
  return lines
}
