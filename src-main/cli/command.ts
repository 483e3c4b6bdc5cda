import type { PdfPrinter } from '@engine/report/pdf-printer'
import type { SpawnInference } from '@engine/runtime/inference-channel'
import type { Arguments, ArgumentRules } from './arguments'
import type { CommandConsole } from './console'

/** One command of the command line: a plain object in its own file, plus one line in `commands/index.ts`. */
export interface CliCommand {
  readonly name: string
  readonly summary: string
  readonly usage: string
  readonly rules: ArgumentRules
  /** Returns the exit status; throws Fault for everything that stops the whole command. */
  run(args: Arguments, console: CommandConsole, host: CommandHost): Promise<number>
}

/** What a command may use of the program it runs in. */
export interface CommandHost {
  readonly version: string
  readonly sampleFolder: string
  /** Inside one operator. */
  readonly threads: number
  /** Of the machine, for work side by side; as many as threads where it is not said. */
  readonly cores?: number
  /** Prints reports with the window's Chromium, where it is installed. */
  readonly printPdf: PdfPrinter
  /** Starts an inference process under plain Node. */
  readonly spawn: SpawnInference
  /** Paths read from standard input, one a line. */
  readStdin(): Promise<string[]>
}
