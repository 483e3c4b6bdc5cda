import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The Python process that writes architectures on demand. */
export class Exporter {
  private readonly child: ChildProcessWithoutNullStreams
  private readonly lines: AsyncIterator<string>

  constructor(python: string) {
    this.child = spawn(python, [join('tools', 'zoo', 'export.py'), '--serve'], { stdio: 'pipe' })
    this.child.stderr.resume()
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  }

  /** The names it knows; read once, before the first write. */
  async names(): Promise<readonly string[]> {
    return JSON.parse(await this.answer()) as string[]
  }

  /** Writes one architecture; answers with why not, or null. */
  async write(name: string, folder: string): Promise<string | null> {
    this.child.stdin.write(`${JSON.stringify({ name, folder })}\n`)
    return (JSON.parse(await this.answer()) as { failed?: string }).failed ?? null
  }

  close(): void {
    this.child.stdin.end()
    this.child.kill()
  }

  private async answer(): Promise<string> {
    const { value, done } = await this.lines.next()
    return done === true ? '{"failed":"the Python process has ended"}' : (value as string)
  }
}
