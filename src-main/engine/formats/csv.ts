/**
 * Rows of a CSV text: quotes, doubled quotes, line breaks inside quotes, either line ending, a byte order mark.
 * The delimiter is the comma, or the semicolon when the first line has no comma. Empty lines are left out. Source: RFC 4180.
 */
export function csvRows(text: string): string[][] {
  const plain = text.replace(/^\uFEFF/, '')
  const firstLine = plain.slice(0, plain.search(/[\r\n]|$/))
  const delimiter = !firstLine.includes(',') && firstLine.includes(';') ? ';' : ','
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = (): void => {
    row.push(cell)
    cell = ''
    if (row.some((value) => value.trim() !== '')) rows.push(row)
    row = []
  }
  for (let index = 0; index < plain.length; index++) {
    const character = plain[index]
    if (quoted) {
      if (character !== '"') cell += character
      else if (plain[index + 1] === '"') cell += plain[++index]
      else quoted = false
    } else if (character === '"') quoted = true
    else if (character === delimiter) {
      row.push(cell)
      cell = ''
    } else if (character === '\n') endRow()
    else if (character !== '\r') cell += character
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}
