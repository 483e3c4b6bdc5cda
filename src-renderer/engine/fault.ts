import type { FaultCode, FaultReport } from '@shared/fault'

/** A fault of the engine as the page sees it: code, sentence, and what would work. */
export class EngineFault extends Error {
  override readonly name: string = 'EngineFault'
  readonly code: FaultCode
  readonly subject: string | undefined
  readonly hint: string | undefined

  constructor(report: FaultReport) {
    super(report.message)
    this.code = report.code
    this.subject = report.subject
    this.hint = report.hint
  }

  /** The plain form that crosses borders. */
  get report(): FaultReport {
    return {
      code: this.code,
      message: this.message,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(this.hint === undefined ? {} : { hint: this.hint })
    }
  }
}

/** The engine ended before it answered, and another one is there. Whether it did what was asked is not known. */
export class EngineEnded extends EngineFault {
  override readonly name = 'EngineEnded'
}

/** Anything thrown, as a fault report; what is no fault becomes `internal` with its own message. */
export function toFaultReport(thrown: unknown): FaultReport {
  if (thrown instanceof EngineFault) return thrown.report

  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) }
}
