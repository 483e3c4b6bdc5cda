import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What a PDF says of itself, read off its objects: no library is needed for this much. */
export interface PdfFacts {
  readonly pages: number
  /** Marked content with a structure tree: what a screen reader needs. */
  readonly tagged: boolean
  readonly a4: boolean
  /** Ends as a PDF must. */
  readonly whole: boolean
}

export function pdfFacts(path: string): PdfFacts {
  const bytes = readFileSync(path)
  const text = bytes.toString('latin1')
  const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/gu)]
  return {
    pages: [...text.matchAll(/\/Type\s*\/Page\b(?!s)/gu)].length,
    tagged: /\/MarkInfo\s*<<[^>]*\/Marked\s+true/u.test(text) && text.includes('/StructTreeRoot'),
    a4:
      boxes.length > 0 &&
      boxes.every(([, width, height]) => Math.abs(Number(width) - 595) < 1 && Math.abs(Number(height) - 842) < 1),
    whole: text.startsWith('%PDF-') && text.trimEnd().endsWith('%%EOF')
  }
}

/** Text of every page by poppler's pdftotext; null where it is not installed. */
export function pdfPages(path: string): string[] | null {
  const { status, stdout } = spawnSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  return status === 0 ? stdout.split('\f').slice(0, -1) : null
}
