import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'

/** A Python process that does one piece of work per line it is sent and answers with its seconds. */
export class PeerProcess {
  private readonly child: ChildProcessWithoutNullStreams
  private readonly lines: AsyncIterator<string>
  private readonly reader: Interface
  private errors = ''

  constructor(python: string, module: string, params: Readonly<Record<string, unknown>>) {
    const serve = join(process.cwd(), 'benchmarks', 'peers', 'serve.py')
    this.child = spawn(python, [serve, module, JSON.stringify(params)], { stdio: 'pipe' })
    this.child.stderr.on('data', (text: Buffer) => (this.errors = (this.errors + text.toString()).slice(-2000)))
    this.child.stdin.on('error', () => undefined)
    this.reader = createInterface({ input: this.child.stdout })
    this.lines = this.reader[Symbol.asyncIterator]()
  }

  /** Versions of the libraries, once the work is set up; a plain sentence when it cannot be. */
  async ready(): Promise<Readonly<Record<string, string>> | { readonly failed: string }> {
    const line = await this.next()
    if (line === null) return { failed: this.errors.trim().split('\n').at(-1) ?? 'no reason given' }
    return JSON.parse(line) as Record<string, string>
  }

  /** Seconds of one run; null when the process has ended. */
  async run(): Promise<number | null> {
    this.child.stdin.write('run\n')
    const line = await this.next()
    return line === null ? null : Number(line)
  }

  close(): void {
    this.child.stdin.end()
    this.reader.close()
    this.child.kill()
  }

  private async next(): Promise<string | null> {
    const { value, done } = await this.lines.next()
    return done === true ? null : (value as string)
  }
}
