import type * as v from 'valibot'

/** A message of the protocol: what is asked with it, and what is answered. */
export const command = <I extends v.GenericSchema, O extends v.GenericSchema>(
  input: I,
  output: O
): { input: I; output: O } => ({ input, output })
