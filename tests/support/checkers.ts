import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Programs nobody here wrote, asked about files we wrote. They come from `scripts/checkers.sh`; one that lacks throws, so that a test
 * never passes unchecked.
 */
interface Answer {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

function ask(program: string, args: readonly string[]): Answer {
  const answer = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28, cwd: repository, timeout: 600_000 })
  if (answer.error !== undefined) {
    throw new Error(`The checker ${program} is missing or cannot run: run scripts/checkers.sh. ${answer.error.message}`)
  }
  if (answer.signal !== null || answer.status === null || answer.status > 128) {
    throw new Error(`The checker ${program} died (${answer.signal ?? answer.status}): the file counts as not checked.`)
  }
  return { status: answer.status, stdout: answer.stdout, stderr: answer.stderr }
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Lines of `dciodvfy -new` that begin with Error: what the file breaks of its DICOM object definition. */
export function dciodvfy(file: string): string[] {
  const { stdout, stderr } = ask('dciodvfy', ['-new', file])
  const lines = linesOf(`${stdout}\n${stderr}`)
  // A file it does not take for DICOM, or an object it does not know, gives no Error lines at all.
  if (lines.length === 0) throw new Error('dciodvfy said nothing: the file counts as not checked.')
  return lines.filter((line) => line.startsWith('Error'))
}

/** Error lines of `dcentvfy` over the files of one patient: what they contradict each other in. */
export function dcentvfy(files: readonly string[]): string[] {
  const { stdout, stderr } = ask('dcentvfy', files)
  return linesOf(`${stdout}\n${stderr}`).filter((line) => line.startsWith('Error'))
}

/** What dcmdump prints of a file. Throws its words when it finds a fault. */
export function dcmdump(file: string, ...args: string[]): string {
  return mustPass('dcmdump', ['-ll', 'error', ...args, file])
}

/** Writes a picture of a frame (from 1) as PNG. Throws what dcm2pnm says when it cannot. */
export function dcm2pnm(file: string, picture: string, frame = 1): void {
  mustPass('dcm2pnm', ['-ll', 'error', '+F', String(frame), '+on2', file, picture])
}

/** A structured report as text. Throws what dsrdump says when it breaks the rules of its template's document. */
export function dsrdump(file: string): string {
  return mustPass('dsrdump', ['-ll', 'error', file])
}

/** What gdcminfo prints of a file. Throws when it cannot read it as an image. */
export function gdcminfo(file: string): string {
  return mustPass('gdcminfo', [file])
}

/** Throws unless nifti_tool finds header and image good; its exit status says nothing, its words do. */
export function niftiTool(file: string): void {
  const { stdout, stderr } = ask('nifti_tool', ['-check_hdr', '-check_nim', '-infiles', file])
  const text = `${stdout}\n${stderr}`
  const good = text.match(/IS GOOD/g)?.length ?? 0
  if (good < 2 || /FAILURE/.test(text)) throw new Error(`nifti_tool: ${text.trim()}`)
}

/** Runs a script of `tests/checkers/` under the Python with highdicom, pydicom and nibabel; returns what it prints as JSON. Throws its words when it fails. */
export function python<Result>(script: string, args: readonly string[]): Result {
  return JSON.parse(mustPass(checkersPython(), [`tests/checkers/${script}`, ...args])) as Result
}

function checkersPython(): string {
  const chosen = process.env.SALISCOPE_CHECKERS_PYTHON
  if (chosen !== undefined && chosen !== '') return chosen
  const own = `${repository}node_modules/.cache/saliscope-checkers/bin/python`
  if (!existsSync(own)) throw new Error('The Python checkers are missing: run scripts/checkers.sh.')
  return own
}

function mustPass(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = ask(program, args)
  const complaints = linesOf(stderr).filter((line) => line.startsWith('E:'))
  if (status !== 0 || complaints.length > 0) {
    throw new Error(`${program} (exit ${status}): ${(complaints.join(' ') || stderr || stdout).trim()}`)
  }
  return stdout
}
