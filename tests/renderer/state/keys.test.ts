import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chordOf, type Stroke } from '../../../src-renderer/state/chord'
import { chordsLabel, keyCommands, type KeyCommand } from '../../../src-renderer/state/key-table'
import {
  activeCommands,
  awaitedPrefix,
  keyDown,
  keyUp,
  registerKeys,
  runCommand,
  setKeyScopes
} from '../../../src-renderer/state/keys.svelte'

/** As much of an element as the dispatcher asks for: does it, or something around it, match one of these selectors? */
class FakeElement {
  /** `not`: endings of a selector that leave it out. */
  constructor(
    private readonly kinds: readonly string[] = [],
    private readonly not: readonly string[] = []
  ) {}

  matches(selectors: string): boolean {
    return selectors
      .split(',')
      .some((one) => this.kinds.some((kind) => one.startsWith(kind)) && !this.not.some((end) => one.endsWith(end)))
  }

  closest(selectors: string): FakeElement | null {
    return this.matches(selectors) ? this : null
  }
}

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const stroke = (key: string, code: string, change: Partial<Stroke> = {}): Stroke => ({ key, code, ...plain, ...change })

interface Pressed extends Stroke {
  target: unknown
  defaultPrevented: boolean
  isComposing: boolean
  repeat: boolean
  timeStamp: number
  preventDefault(): void
}

function press(key: string, code: string, change: Partial<Pressed> = {}): Pressed {
  const event: Pressed = {
    ...stroke(key, code),
    target: new FakeElement(),
    defaultPrevented: false,
    isComposing: false,
    repeat: false,
    timeStamp: 0,
    ...change,
    preventDefault() {
      this.defaultPrevented = true
    }
  }
  keyDown(event as unknown as KeyboardEvent)

  return event
}

beforeAll(() => {
  Object.assign(globalThis, { Element: FakeElement })
})

describe('the key table', () => {
  // Escape is one step back on both: it puts the tool of the screen away.
  // Enter enlarges a viewport of View and ends an unfinished polygon of Read, which has one viewport (screens, section 4).
  // Shift+Q hands the arrows to the cross of the tool in hand: View measures with it, Read draws (state/cursor-keys).
  // Ctrl+S keeps what the screen holds: the drawing under a name, or the report in a folder.
  const follows = /^(W |V |Alt\+)?\d$|^Arrow(Left|Right)$|^Enter$|^Escape$|^Shift\+Q$|^Ctrl\+S$/u
  // A list is walked by ↑ ↓ Enter Delete as usual (screens, section 4).
  const asInLists = (chord: string): boolean => /^(ArrowUp|ArrowDown|Enter|Delete)$/u.test(chord)
  /** Modes are switched on by hand and take keys from the screen; that they take no others is a test of its own. */
  const screens = keyCommands
    .filter(([, { scope }]) => scope !== 'cursor')
    .filter(([, { scope, chords }]) => scope !== 'jobs' || !chords.every(asInLists))

  /** Chords that two commands share although they act on different things. */
  function clashes(commands: readonly (readonly [string, KeyCommand])[]): string[] {
    const owners = new Map<string, string>()
    const found: string[] = []

    for (const [id, { chords }] of commands) {
      for (const chord of chords) {
        const owner = owners.get(chord)
        if (owner !== undefined && owner !== id && !follows.test(chord)) found.push(`${chord}: ${owner}, ${id}`)
        owners.set(chord, id)
      }
    }

    return found
  }

  it('gives one key one meaning over all scopes', () => {
    expect(clashes(screens)).toEqual([])
  })

  it('lets the drawing cursor take the arrows and Enter, nothing else', () => {
    const taken = keyCommands.filter(([, { scope }]) => scope === 'cursor').flatMap(([, { chords }]) => chords)

    expect(taken.filter((chord) => !/^((Shift\+)?Arrow(Left|Right|Up|Down)|Enter)$/u.test(chord))).toEqual([])
  })

  it('would notice a clash', () => {
    const seeded: [string, KeyCommand][] = [...screens, ['other', { scope: 'report', title: 'Other', chords: ['N'] }]]

    expect(clashes(seeded)).toEqual(['N: case-next, other'])
  })

  it('has no key twice in one scope, digits and arrows included', () => {
    for (const scope of new Set(keyCommands.map(([, command]) => command.scope))) {
      const chords = keyCommands
        .filter(([, command]) => command.scope === scope)
        .flatMap(([, command]) => command.chords)

      expect(new Set(chords).size, scope).toBe(chords.length)
    }
  })

  it('never makes the first stroke of a chord a command of its own', () => {
    const firsts = keyCommands.flatMap(([, { chords }]) =>
      chords.filter((chord) => chord.includes(' ')).map((chord) => chord.split(' ')[0])
    )
    const single = new Set(keyCommands.flatMap(([, { chords }]) => chords))

    expect(firsts.filter((first) => single.has(first))).toEqual([])
  })

  it('names every command for the palette, each differently', () => {
    const titles = keyCommands.map(([, { title }]) => title)

    expect(titles.every((title) => title.trim().length > 2)).toBe(true)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('writes only chords that a keyboard can make', () => {
    const codes: Record<string, string> = {
      ',': 'Comma',
      '.': 'Period',
      '/': 'Slash',
      ';': 'Semicolon',
      "'": 'Quote',
      '\\': 'Backslash',
      '[': 'BracketLeft',
      ']': 'BracketRight',
      '-': 'Minus',
      '=': 'Equal',
      Space: 'Space'
    }
    const made = (part: string): string | null => {
      const pieces = part.split('+')
      const name = pieces[pieces.length - 1]
      const code = codes[name] ?? (/^\d$/u.test(name) ? `Digit${name}` : name)

      return chordOf({
        key: /^\w$/u.test(name) ? name.toLowerCase() : name,
        code,
        ctrlKey: pieces.includes('Ctrl'),
        metaKey: false,
        altKey: pieces.includes('Alt'),
        shiftKey: pieces.includes('Shift')
      })
    }

    for (const chord of keyCommands.flatMap(([, { chords }]) => chords)) {
      expect(chord.split(' ').map(made).join(' ')).toBe(chord)
    }
  })

  it('writes a run of keys as a range', () => {
    const find = (id: string): KeyCommand => keyCommands.find(([one]) => one === id)?.[1] as KeyCommand

    expect(chordsLabel(find('map-choose'))).toBe('1 … 9')
    expect(chordsLabel(find('window-preset'))).toBe('W 1 … W 9 or Alt+1 … Alt+9')
    expect(chordsLabel(find('slice-next'))).toBe('↓')
  })
})

describe('the dispatcher', () => {
  const seen: string[] = []
  let stops: (() => void)[] = []

  beforeEach(() => {
    seen.length = 0
    setKeyScopes(['cases', 'image', 'view'])
    stops = [
      registerKeys('everywhere', { 'find-command': () => seen.push('palette'), 'show-keys': () => seen.push('keys') }),
      registerKeys('cases', { 'case-next': () => seen.push('next') }),
      registerKeys('image', {
        'bare-image': { down: () => seen.push('down'), up: (ms) => seen.push(`up ${ms}`) }
      }),
      registerKeys('view', {
        layout: ({ digit }) => seen.push(`layout ${digit}`),
        'enlarge-viewport': () => seen.push('enlarge'),
        'map-choose': ({ digit }) => seen.push(`map ${digit}`)
      }),
      registerKeys('report', { 'report-section': ({ digit }) => seen.push(`section ${digit}`) })
    ]
  })
  afterEach(() => {
    keyUp(null)
    stops.forEach((stop) => stop())
  })

  it('runs the command of the shown screen and keeps the key from the page', () => {
    expect(press('n', 'KeyN').defaultPrevented).toBe(true)
    press('3', 'Digit3')
    expect(seen).toEqual(['next', 'map 3'])

    setKeyScopes(['report'])
    press('3', 'Digit3')
    press('n', 'KeyN')
    expect(seen).toEqual(['next', 'map 3', 'section 3'])
  })

  it('leaves a key alone that nobody registered', () => {
    expect(press('y', 'KeyY').defaultPrevented).toBe(false)
    stops.forEach((stop) => stop())
    expect(press('n', 'KeyN').defaultPrevented).toBe(false)
  })

  it('waits for the second stroke, and forgets the first on Escape', () => {
    press('v', 'KeyV')
    expect(awaitedPrefix()).toBe('V')
    press('2', 'Digit2')
    expect(seen).toEqual(['layout 2'])

    press('v', 'KeyV')
    press('Escape', 'Escape')
    press('2', 'Digit2')
    expect(seen).toEqual(['layout 2', 'map 2'])
  })

  it('leaves single keys to a text field, never Ctrl keys', () => {
    const target = new FakeElement(['input'])

    expect(press('n', 'KeyN', { target }).defaultPrevented).toBe(false)
    press('k', 'KeyK', { target, ctrlKey: true })
    expect(seen).toEqual(['palette'])
  })

  it('leaves Enter, Space and arrows to the control that has the focus', () => {
    const target = new FakeElement(['button'])

    press('Enter', 'Enter', { target })
    press(' ', 'Space', { target })
    expect(seen).toEqual([])
    press('Enter', 'Enter')
    press('n', 'KeyN', { target })
    expect(seen).toEqual(['enlarge', 'next'])
  })

  it('leaves letters to the screen while a list of cases has the focus, and arrows to the list', () => {
    const target = new FakeElement(['[role=listbox]'], [':not([data-keys=arrows])'])
    expect(press('n', 'KeyN', { target }).defaultPrevented).toBe(true)
    expect(press('Enter', 'Enter', { target }).defaultPrevented).toBe(false)
    // A choice finds its entries by their letters.
    press('n', 'KeyN', { target: new FakeElement(['[role=listbox]']) })
    expect(seen).toEqual(['next'])
  })

  it('keeps single keys inside an open dialog', () => {
    const target = new FakeElement(['[role=dialog]'])

    press('n', 'KeyN', { target })
    expect(seen).toEqual([])
    press('k', 'KeyK', { target, ctrlKey: true })
    expect(seen).toEqual(['palette'])
  })

  it('tells how long a key was held, and ends it when the window loses the focus', () => {
    press(' ', 'Space', { timeStamp: 100 })
    press(' ', 'Space', { timeStamp: 150, repeat: true })
    keyUp({ code: 'KeyX', timeStamp: 200 } as KeyboardEvent)
    expect(seen).toEqual(['down'])
    keyUp({ code: 'Space', timeStamp: 400 } as KeyboardEvent)
    expect(seen).toEqual(['down', 'up 300'])

    press(' ', 'Space')
    keyUp(null)
    expect(seen.at(-1)).toBe('up Infinity')
  })

  it('ignores what was handled already and what a composition types', () => {
    press('n', 'KeyN', { defaultPrevented: true })
    press('n', 'KeyN', { isComposing: true })
    expect(seen).toEqual([])
  })

  it('lists what acts now, and runs it from the palette', () => {
    expect(activeCommands().map(([id]) => id)).toContain('case-next')
    expect(activeCommands().map(([id]) => id)).not.toContain('report-section')
    expect(runCommand('case-next')).toBe(true)
    expect(runCommand('stop-job')).toBe(false)
    expect(seen).toEqual(['next'])
  })
})
