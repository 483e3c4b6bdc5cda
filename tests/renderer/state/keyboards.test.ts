import { afterEach, describe, expect, it } from 'vitest'
import { keyboards, type KeyboardTable } from '../../fixtures/keyboards'
import { chordOf, type Stroke } from '../../../src-renderer/state/chord'
import { namesOn, type KeyboardLayout } from '../../../src-renderer/state/key-positions'
import { chordLabel, keyCommands } from '../../../src-renderer/state/key-table'
import { keyboard } from '../../../src-renderer/state/keyboard.svelte'

const layoutOf = (table: KeyboardTable): KeyboardLayout =>
  new Map(Object.entries(table).map(([code, [typed]]) => [code, typed]))

/** Every stroke of the writing keys, with what the browser would say of it. */
function* strokesOn(table: KeyboardTable): Generator<Stroke> {
  for (const [code, [typed, shifted]] of Object.entries(table))
    for (const shiftKey of [false, true])
      for (const ctrlKey of [false, true])
        for (const altKey of [false, true])
          yield { code, key: shiftKey ? shifted : typed, shiftKey, ctrlKey, altKey, metaKey: false }
}

const chordsOn = (table: KeyboardTable): ReadonlySet<string> => {
  const names = namesOn(layoutOf(table))

  return new Set([...strokesOn(table)].flatMap((stroke) => chordOf(stroke, { names }) ?? []))
}

/** Strokes whose key is none of the writing keys are where they are on every keyboard. */
const isWriting = (stroke: string): boolean => /(^|\+)[^+\w]$|(^|\+)[A-Z0-9]$/u.test(stroke)

afterEach(() => keyboard.use(new Map()))

describe.each(Object.entries(keyboards))('on the %s keyboard', (_name, table) => {
  it('every command has a key', () => {
    const reached = chordsOn(table)
    const lost = keyCommands.filter(
      ([, { chords }]) =>
        chords.length > 0 &&
        !chords.some((chord) => chord.split(' ').every((stroke) => !isWriting(stroke) || reached.has(stroke)))
    )
    expect(lost.map(([id]) => id)).toEqual([])
  })

  it('a run of digits is reached whole', () => {
    const reached = chordsOn(table)
    for (const stem of ['', 'Shift+', 'Alt+', 'Ctrl+'])
      for (const digit of '123456789') {
        // A key that types the slash is the slash, whatever else it would be.
        if (`${stem}${digit}` === 'Shift+7' && Object.values(table).some(([, shifted]) => shifted === '/')) continue
        expect(reached.has(`${stem}${digit}`), `${stem}${digit}`).toBe(true)
      }
  })

  it('no two keys have one name, and no name is printed on two caps', () => {
    const names = [...namesOn(layoutOf(table)).values()]
    expect(new Set(names).size).toBe(names.length)
    keyboard.use(layoutOf(table))
    const caps = names.map((name) => chordLabel(name))
    expect(new Set(caps).size).toBe(caps.length)
  })
})

describe('the key that is meant', () => {
  const chord = (table: KeyboardTable, code: string, change: Partial<Stroke> = {}): string | null => {
    const [typed, shifted] = table[code]
    const key = change.shiftKey === true ? shifted : typed
    const stroke = { code, key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...change }

    return chordOf(stroke, { names: namesOn(layoutOf(table)) })
  }

  it('is found by what it types, then by where it is', () => {
    const { german, french } = keyboards
    // Typed: the minus of a German keyboard stands where the American slash is.
    expect(chord(german, 'Slash')).toBe('-')
    expect(chord(german, 'KeyY')).toBe('Z')
    expect(chord(french, 'Semicolon')).toBe('M')
    expect(chord(french, 'KeyM')).toBe(',')
    // By place: ö, ä, ü and + do what ; ' [ ] do.
    expect(['Semicolon', 'Quote', 'BracketLeft', 'BracketRight'].map((code) => chord(german, code))).toEqual([
      ';',
      "'",
      '[',
      ']'
    ])
    // AZERTY types digits with Shift only, and ( - among them without.
    expect(['Digit1', 'Digit6'].map((code) => chord(french, code))).toEqual(['1', '6'])
    expect(chord(keyboards.russian, 'KeyF')).toBe('F')
  })

  it('is the bracket typed with AltGr', () => {
    const stroke = { code: 'Digit8', key: '[', altGraph: true, ctrlKey: true, altKey: true } as const
    expect(chordOf({ ...stroke, shiftKey: false, metaKey: false })).toBe('[')
  })

  it('is the slash where it is typed, with Ctrl too', () => {
    expect(chord(keyboards.german, 'Digit7', { shiftKey: true })).toBe('/')
    expect(chord(keyboards.german, 'Digit7', { shiftKey: true, ctrlKey: true })).toBe('Ctrl+/')
  })

  it('is printed as the user reads it', () => {
    expect(['Shift+;', 'V 2', '[', 'Ctrl+-'].map(chordLabel)).toEqual(['Shift+;', 'V 2', '[', 'Ctrl+-'])
    keyboard.use(layoutOf(keyboards.german))
    expect(['Shift+;', 'V 2', '[', 'Ctrl+-'].map(chordLabel)).toEqual(['Shift+Ö', 'V 2', 'Ü', 'Ctrl+-'])
  })
})
