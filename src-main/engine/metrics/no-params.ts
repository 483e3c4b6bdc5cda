import * as v from 'valibot'

/** Schema of a metric without parameters: any name is unknown. */
export const noParams = v.strictObject({})
