/** A sentence in lines that are no wider than the room, broken between words; `widthOf` measures in the unit of the room. */
export function wrappedWords(sentence: string, room: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = []
  for (const word of sentence.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== undefined && widthOf(`${last} ${word}`) <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }

  return lines
}
