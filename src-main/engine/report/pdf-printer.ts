/** Prints a report file as PDF with a foot on every page; who can do it differs between window, command line and tests. Rejects with a Fault. */
export type PdfPrinter = (order: {
  readonly html: string
  readonly pdf: string
  readonly foot: string
}) => Promise<void>
