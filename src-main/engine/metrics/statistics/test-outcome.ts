/** A statistical test: its statistic and two-sided p (unless the test says otherwise), or why there is none. */
export type TestOutcome =
  | { readonly statistic: number; readonly p: number }
  | { readonly statistic: null; readonly p: null; readonly reason: string }
