import { readFileSync, writeFileSync } from 'node:fs'

/** Largest resident memory a process ever had, in MiB, from the kernel's own count; null where there is none (not Linux). */
export function peakMemoryMiB(pid: number): number | null {
  const line = /^VmHWM:\s*(\d+) kB/m.exec(readOrEmpty(`/proc/${pid}/status`))
  return line === null ? null : Number(line[1]) / 1024
}

/** Resident memory of this process now, in MiB; null where the kernel does not say. */
export function residentMiB(): number | null {
  const line = /^VmRSS:\s*(\d+) kB/m.exec(readOrEmpty(`/proc/${process.pid}/status`))
  return line === null ? null : Number(line[1]) / 1024
}

/** Makes the kernel count the peak of this process from now on (Linux; elsewhere nothing happens). */
export function restartPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Another system: there is no peak to read either.
  }
}

/** Children of this process whose command line holds some words. */
export function childrenRunning(words: string): number[] {
  return readOrEmpty(`/proc/${process.pid}/task/${process.pid}/children`)
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0 && readOrEmpty(`/proc/${pid}/cmdline`).includes(words))
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // No such file: another system, or the process has ended.
    return ''
  }
}
