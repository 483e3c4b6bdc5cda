import type { KeyScope } from './key-table'

/** Words of the key table, in `?` and in Settings. */
export const keyWords = {
  title: 'Keys',
  lead: 'Press a key cap to change it. What you change is yours alone: every profile has keys of its own, kept in this workspace.',
  changed: (changes: number): string => (changes === 1 ? 'one key changed' : `${changes} keys changed`),
  resetAll: 'Reset all keys',
  reset: (title: string): string => `${title}: reset`,
  change: (title: string, caps: string): string => `${title}: ${caps === '' ? 'no key' : caps}. Change`,
  none: 'no key',
  press: 'Press the new key. Esc keeps the old one.',
  notThis: (cap: string): string => `${cap} moves from control to control and cannot be given away.`,
  is: (cap: string, title: string): string => `${cap} is ${title}.`,
  swap: 'Swap them',
  take: 'Take it',
  without: (title: string): string => `${title} would be left without a key.`,
  gets: (title: string, caps: string): string => `${title} would get ${caps}.`,
  leave: 'Leave as it was',
  save: 'Export keys…',
  open: 'Import keys…',
  saved: (file: string): string => `Written: ${file}.`,
  opened: (changes: number, unknown: number, undo: string): string =>
    [
      `Taken from the file: ${changes === 0 ? 'all keys are those of Saliscope' : changes === 1 ? 'one key is another' : `${changes} keys are others`} now.`,
      ...(unknown === 0
        ? []
        : [
            `${unknown === 1 ? 'One command' : `${unknown} commands`} in it ${unknown === 1 ? 'is' : 'are'} not known here.`
          ]),
      ...(undo === '' ? [] : [`${undo} takes it back.`])
    ].join(' '),
  noKey: (chord: string, title: string): string =>
    `Nothing was changed: the file gives “${title}” the key “${chord}”, which cannot be given to it.`,
  noRun: (title: string): string => `Nothing was changed: the file gives “${title}” other keys than its digits.`,
  twice: (cap: string, one: string, other: string): string =>
    `Nothing was changed: the file gives ${cap} to “${one}” and to “${other}”.`,
  scopes: {
    read: 'Drawing',
    cursor: 'Drawing with the arrow keys',
    view: 'Maps',
    studies: 'Studies',
    report: 'Report',
    jobs: 'Jobs',
    adjudication: 'Adjudication',
    image: 'Image',
    cases: 'Cases',
    everywhere: 'Everywhere'
  } satisfies Record<KeyScope, string>
} as const

/** Scopes in the order in which they are listed: what only one screen has goes first. */
export const listedScopes = Object.keys(keyWords.scopes) as readonly KeyScope[]
