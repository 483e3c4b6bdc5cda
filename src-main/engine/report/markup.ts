/** HTML text that is known to be safe; everything else is escaped when it enters a template. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Piece = Markup | string | number | null | false | undefined | readonly Piece[]

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escape = (text: string): string => text.replaceAll(/[&<>"']/gu, (sign) => entities[sign])

function written(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.text
  if (Array.isArray(piece)) return piece.map(written).join('')

  return escape(String(piece))
}

/** The indentation of the source stays out of the document. */
const unindented = (text: string): string => text.replaceAll(/\s*\n\s*/gu, '\n')

/** Template tag: what is put in is escaped, unless it is Markup itself; lists are joined, null and false leave nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    strings.map((text, index) => unindented(text) + (index < pieces.length ? written(pieces[index]) : '')).join('')
  )
}
