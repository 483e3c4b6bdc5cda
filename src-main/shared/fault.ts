import * as v from 'valibot'

/**
 * Every way a request can fail on purpose.
 * usage: the request itself is malformed; bad-*: the named input is at fault; unsupported-*: valid, but not something we can do.
 */
export const faultCodes = [
  'usage',
  'bad-parameter',
  'not-found',
  'not-writable',
  'disk-full',
  'locked',
  'read-only',
  'not-chosen',
  'bad-workspace',
  'blinded',
  'bad-file',
  'bad-image',
  'no-pixels',
  'bad-model',
  'bad-card',
  'bad-mask',
  'bad-experiment',
  'geometry-mismatch',
  'too-large',
  'unsupported-file',
  'unsupported-op',
  'unsupported-model',
  'unsupported-method',
  'external-weights',
  'inference-failed',
  'inference-timeout',
  'out-of-memory',
  'cancelled',
  'some-failed',
  'internal'
] as const

export const FaultCode = v.picklist(faultCodes)
export type FaultCode = v.InferOutput<typeof FaultCode>

/** A fault as it crosses process borders and as `--json` prints it. */
export const FaultReport = v.object({
  code: FaultCode,
  message: v.string(),
  subject: v.optional(v.string()),
  hint: v.optional(v.string())
})
export type FaultReport = v.InferOutput<typeof FaultReport>
