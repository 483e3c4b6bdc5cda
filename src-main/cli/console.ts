import type { Job } from '@engine/job'
import type { Fault } from '@engine/fault'
import type { FaultCode } from '@shared/fault'
import { duration } from '@shared/number-words'

/** Exit statuses of design §5. */
export const exitStatus: Readonly<Record<FaultCode, number>> = {
  usage: 2,
  'bad-parameter': 2,
  'not-found': 3,
  'not-writable': 3,
  'disk-full': 3,
  locked: 3,
  'read-only': 3,
  'not-chosen': 2,
  'bad-workspace': 3,
  blinded: 3,
  'bad-file': 3,
  'bad-image': 3,
  'no-pixels': 3,
  'bad-model': 3,
  'bad-card': 3,
  'bad-mask': 3,
  'bad-experiment': 3,
  'geometry-mismatch': 3,
  'too-large': 3,
  'external-weights': 3,
  'unsupported-file': 4,
  'unsupported-op': 4,
  'unsupported-model': 4,
  'unsupported-method': 4,
  'some-failed': 5,
  'inference-failed': 6,
  'inference-timeout': 6,
  'out-of-memory': 6,
  internal: 6,
  cancelled: 130
}

/** Where a command writes: results to stdout, everything else to stderr. */
export interface CommandConsole {
  /** A line of the result. */
  result(line: string): void
  /** A remark: assumptions, warnings, where files went. */
  remark(line: string): void
  /** A job whose progress shows on stderr: a rewritten line on a terminal, a line every few seconds elsewhere. */
  job(): Job
  readonly json: boolean
}

/** A console over two streams; `signal` aborts when the user presses Ctrl+C. */
export function commandConsole(json: boolean, signal: AbortSignal): CommandConsole {
  const { stdout, stderr } = process
  const interactive = stderr.isTTY === true
  let shown = false
  let last = 0

  const clear = (): void => {
    if (interactive && shown) stderr.write('\r\x1b[2K')
    shown = false
  }

  return {
    json,
    result(line) {
      clear()
      stdout.write(`${line}\n`)
    },
    remark(line) {
      clear()
      stderr.write(`${line}\n`)
    },
    job: () => ({
      signal,
      progress(stage, done, total, secondsLeft) {
        const now = Date.now()
        const pause = interactive ? 100 : 5000
        if (now - last < pause && done < total) return
        if (!interactive && now - last < pause) return
        last = now
        const text = `${stage} ${progressWords(done, total, secondsLeft)}`.trim()
        stderr.write(interactive ? `\r\x1b[2K${text}` : `${text}\n`)
        shown = true
      }
    })
  }
}

/** "3 of 40", or "12 %, about 5 min left" where the time that is left is known. */
function progressWords(done: number, total: number, secondsLeft: number | null | undefined): string {
  if (total <= 0) return ''
  if (secondsLeft === undefined) return `${Math.floor(done)} of ${total}`
  const share = `${Math.floor((100 * done) / total)} %`
  return secondsLeft === null ? share : `${share}, about ${duration(secondsLeft)} left`
}

/** A fault as two lines a person can act on. */
export function faultLines(fault: Fault): string[] {
  return fault.hint === undefined ? [fault.message] : [fault.message, fault.hint]
}
