/** What can be taken back outside drawing, and what undo says. */
export const undoWords = {
  undone: (words: string): string => `Undone: ${words}.`,
  redone: (words: string): string => `Done again: ${words}.`,
  nothingUndone: 'Nothing to undo here.',
  nothingRedone: 'Nothing to redo here.',
  measured: (name: string): string => `measure ${name}`,
  removed: (name: string): string => `delete ${name}`,
  renamed: (name: string): string => `rename ${name}`,
  regionSet: 'choose regions',
  fit: 'lay the regions out',
  landmark: (name: string): string => `move the landmark ${name}`,
  putBack: 'put the landmarks back',
  expected: (finding: string): string => `mark regions for ${finding}`,
  code: (finding: string): string => `the code of ${finding}`,
  key: (title: string): string => `the key of “${title}”`,
  allKeys: 'reset all keys',
  importedKeys: 'the keys of a file',
  mouse: 'the mouse table',
  preset: (name: string): string => `the window ${name}`
} as const
