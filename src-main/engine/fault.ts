import type { FaultCode, FaultReport } from '@shared/fault'

/** Where a fault points and what would work instead; both are plain sentences or names, never patient data. */
export interface FaultDetail {
  /** The thing the fault is about: a file name, a node, a parameter. */
  readonly subject?: string
  /** What would work. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * The only error thrown on purpose.
 * Grammar of the message: what is wrong, with which thing; the hint says what would work.
 */
export class Fault extends Error {
  readonly code: FaultCode
  readonly subject: string | undefined
  readonly hint: string | undefined

  constructor(code: FaultCode, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'Fault'
    this.code = code
    this.subject = detail.subject
    this.hint = detail.hint
  }

  /** The form that crosses process borders. */
  report(): FaultReport {
    return { code: this.code, message: this.message, subject: this.subject, hint: this.hint }
  }
}

/** A fault that came over the border of a thread or process, as it was thrown there. */
export const faultOf = ({ code, message, subject, hint }: FaultReport): Fault =>
  new Fault(code, message, { subject, hint })

/** Any thrown value as a fault; unknown exceptions become `internal` and keep their cause for the log. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const text = thrown instanceof Error ? thrown.message : describeUnknown(thrown)
  return new Fault('internal', `Something unexpected went wrong: ${text}`, { cause: thrown })
}

/** dicom-parser throws plain objects of the form `{exception}`; everything else is printed as JSON. */
function describeUnknown(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'exception' in thrown) return String(thrown.exception)
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? 'unknown')
}
