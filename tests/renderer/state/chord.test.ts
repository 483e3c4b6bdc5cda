import { describe, expect, it } from 'vitest'
import { chordOf, isEditing, isTyping, type Stroke } from '../../../src-renderer/state/chord'

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const stroke = (key: string, code: string, change: Partial<Stroke> = {}): Stroke => ({ key, code, ...plain, ...change })

describe('chordOf', () => {
  it('takes letters as typed: a letter wins over a position', () => {
    // AZERTY: the key where ; is on other keyboards types m.
    expect(chordOf(stroke('m', 'Semicolon'))).toBe('M')
    expect(chordOf(stroke('M', 'KeyM', { shiftKey: true }))).toBe('Shift+M')
  })

  it('takes digits and punctuation by position', () => {
    // AZERTY: the digit row types & without Shift.
    expect(chordOf(stroke('&', 'Digit1'))).toBe('1')
    expect(chordOf(stroke('<', 'Comma', { shiftKey: true }))).toBe('Shift+,')
    expect(chordOf(stroke('4', 'Numpad4'))).toBe('4')
  })

  it('reads ? and / wherever they are', () => {
    expect(chordOf(stroke('?', 'Minus', { shiftKey: true }))).toBe('?')
    expect(chordOf(stroke('/', 'Digit7', { shiftKey: true }))).toBe('/')
  })

  it('uses the command key on macOS', () => {
    expect(chordOf(stroke('k', 'KeyK', { metaKey: true }), { mac: true })).toBe('Ctrl+K')
    expect(chordOf(stroke('k', 'KeyK', { metaKey: true }), { mac: false })).toBe('K')
  })

  it('ignores a modifier on its own', () => {
    expect(chordOf(stroke('Shift', 'ShiftLeft', { shiftKey: true }))).toBeNull()
  })

  it('knows what a text field keeps', () => {
    expect(['N', '1', 'Space', 'Shift+,', 'Enter'].every(isTyping)).toBe(true)
    expect(['Ctrl+K', 'Alt+1', 'F1', 'Shift+F6'].some(isTyping)).toBe(false)
    expect(['Ctrl+A', 'Ctrl+Shift+Z', 'Ctrl+ArrowLeft'].every(isEditing)).toBe(true)
    expect(isEditing('Ctrl+K')).toBe(false)
  })
})
