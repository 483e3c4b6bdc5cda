/**
 * What a row took of a map where it is not the reduced map of its method; stands in the reduction column of results.csv.
 * The words are those of the reductions themselves.
 */
export const mapTaken = {
  /** Maps compared as the method gives them, such as those of a slightly changed image. */
  asComputed: 'all channels, unscaled',
  /** Maps whose sign counts. */
  signedSum: 'sum of signed values over the channels, unscaled',
  /** A single sum over the whole map, beside the change of the logit. */
  total: 'sum of signed values over channels and pixels, unscaled'
} as const
