import { SvelteMap } from 'svelte/reactivity'
import { chordOf, isEditing, isTyping } from './chord'
import type { CommandId, KeyCommand, KeyScope, keyTable } from './key-table'
import { keyboard } from './keyboard.svelte'
import { ownKeys } from './own-keys.svelte'

export interface Press {
  readonly chord: string
  /** The digit of `1`, `W 3`, `Alt+9`; null without one. */
  readonly digit: number | null
}

/** A plain function, or both ends of a key that may be held; `heldMs` tells a tap from a hold. */
export type KeyAction = ((press: Press) => void) | { down(press: Press): void; up(heldMs: number): void }

type IdsOf<S extends KeyScope> = { [K in CommandId]: (typeof keyTable)[K]['scope'] extends S ? K : never }[CommandId]
export type KeyBindings<S extends KeyScope> = Partial<Record<IdsOf<S>, KeyAction>>

const actions = new SvelteMap<CommandId, KeyAction>()
let screenScopes = $state.raw<readonly KeyScope[]>(['everywhere'])
let cursorKeys = $state(false)
const activeScopes: readonly KeyScope[] = $derived(cursorKeys ? [...screenScopes, 'cursor'] : screenScopes)
let pendingPrefix = $state<string | null>(null)
let prefixTimer: ReturnType<typeof setTimeout> | undefined
let held: { code: string; since: number; up: (heldMs: number) => void } | null = null

const PREFIX_MS = 2000
/** Lets commands of the key table act; returns the function that takes them back. Call it in an `$effect` or `onMount`. */
export function registerKeys<S extends KeyScope>(_scope: S, bindings: KeyBindings<S>): () => void {
  const entries = (Object.entries(bindings) as [CommandId, KeyAction][]).map(
    ([id, action]) => [id, action, actions.get(id)] as const
  )
  for (const [id, action] of entries) actions.set(id, action)

  return () => {
    for (const [id, action, before] of entries) {
      if (actions.get(id) !== action) continue
      // A screen that took a command of the frame gives it back.
      if (before === undefined) actions.delete(id)
      else actions.set(id, before)
    }
  }
}

/** Which scopes act on the screen that is shown. */
export function setKeyScopes(scopes: readonly KeyScope[]): void {
  screenScopes = ['everywhere', ...scopes]
  cursorKeys = false
  clearPrefix()
}

/** The arrow keys move the cursor that draws or measures, or what they move otherwise. */
export function setCursorKeys(on: boolean): void {
  // Only written: a screen that goes away reads what the scopes were before, and would put them back.
  cursorKeys = on
}

/** Commands that would act now, with their own keys and in the words of the screen, in the order of the table. */
export function activeCommands(): readonly [CommandId, KeyCommand][] {
  const reads = activeScopes.includes('read')

  return ownKeys.commands
    .filter(([id, command]) => activeScopes.includes(command.scope) && actions.has(id))
    .map(([id, command]) => [
      id,
      reads && command.inRead ? { ...command, hint: undefined, ...command.inRead } : command
    ])
}

/** What the status line says: the keys of the screen itself go before those it shares. */
export function hintedCommands(): readonly [CommandId, KeyCommand][] {
  const own = (scope: KeyScope): number => (scope === 'read' ? 0 : 1)

  return activeCommands()
    .filter(([id, command]) => command.hint !== undefined && command.chords.length > 0 && id !== 'show-keys')
    .toSorted(([, one], [, other]) => own(one.scope) - own(other.scope))
}

/** The first stroke of a chord of two, while the second is awaited. */
export const awaitedPrefix = (): string | null => pendingPrefix

/** Runs a command as the palette, a button or the menu does; false when it cannot act now. */
export function runCommand(id: CommandId, chord: string = ownKeys.bindings[id][0] ?? ''): boolean {
  const action = actions.get(id)
  if (action === undefined) return false

  const press: Press = { chord, digit: /\d$/u.test(chord) && !/F\d+$/u.test(chord) ? Number(chord.slice(-1)) : null }
  if (typeof action === 'function') {
    action(press)
  } else {
    action.down(press)
    action.up(0)
  }

  return true
}

function clearPrefix(): void {
  clearTimeout(prefixTimer)
  pendingPrefix = null
}

function commandFor(chord: string): CommandId | undefined {
  const found = activeCommands().filter(([, command]) => command.chords.includes(chord))

  // The screen goes before the image it shows, and a mode before the screen.
  return found.toSorted(
    ([, one], [, other]) => activeScopes.indexOf(other.scope) - activeScopes.indexOf(one.scope)
  )[0]?.[0]
}

const widgetKeys = /^(Shift\+)?(Space|Enter|Arrow\w+|Page\w+|Home|End|Escape|Delete|Backspace)$/u
const widgets =
  'a[href],button,summary,select,input,[role=slider],[role=option],[role=listbox],[role=menuitem],[role=tab],[role=radio],[role=switch],[role=combobox],[role=grid],[role=row],[role=gridcell]'
const textFields = 'textarea,[contenteditable=true],input:not([type=checkbox],[type=radio],[type=range],[type=button])'

/** True when the focused control, an open list or an open dialog keeps this chord. */
function isKept(chord: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target.matches(textFields)) return isTyping(chord) || isEditing(chord)
  // A list that is walked by arrows alone leaves the letters to the screen; others find their entries by them.
  const inDialog = target.closest('[role=dialog]') !== null
  // What lies behind a dialog is not changed from within it.
  if (inDialog && isEditing(chord)) return true
  if (inDialog || target.closest('[role=listbox]:not([data-keys=arrows])') !== null)
    return isTyping(chord) && chord !== 'F1'

  return widgetKeys.test(chord) && target.closest(widgets) !== null
}

const isMac = (): boolean => typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac')

/** The chord of a `keydown` on this platform; null for a modifier alone. */
export const pressedChord = (event: KeyboardEvent): string | null =>
  chordOf(
    {
      ...{ key: event.key, code: event.code, shiftKey: event.shiftKey, altKey: event.altKey },
      ...{ ctrlKey: event.ctrlKey, metaKey: event.metaKey },
      altGraph: event.getModifierState?.('AltGraph') ?? false
    },
    { mac: isMac(), names: keyboard.names }
  )

/** Commands whose words or keys hold what is searched. */
export function matching(
  commands: readonly [CommandId, KeyCommand][],
  search: string
): readonly [CommandId, KeyCommand][] {
  const wanted = search.trim().toLowerCase()

  return commands.filter(([, { title, chords }]) => `${title} ${chords.join(' ')}`.toLowerCase().includes(wanted))
}

/** Handles a `keydown`; the one place where keys become commands. */
export function keyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return

  const stroke = pressedChord(event)
  if (stroke === null || isKept(stroke, event.target)) return
  if (stroke === 'Escape' && pendingPrefix !== null) return clearPrefix()

  const chord = pendingPrefix === null ? stroke : `${pendingPrefix} ${stroke}`
  clearPrefix()
  if (
    ownKeys.firstStrokes.has(chord) &&
    activeCommands().some(([, { chords }]) => chords.some((one) => one.startsWith(`${chord} `)))
  ) {
    pendingPrefix = chord
    prefixTimer = setTimeout(clearPrefix, PREFIX_MS)
    event.preventDefault()

    return
  }

  const id = commandFor(chord)
  if (id === undefined) return

  event.preventDefault()
  act(id, chord, event)
}

function act(id: CommandId, chord: string, event: KeyboardEvent): void {
  const action = actions.get(id)
  if (action === undefined || typeof action === 'function') {
    runCommand(id, chord)

    return
  }
  if (event.repeat || held !== null) return

  held = { code: event.code, since: event.timeStamp, up: (heldMs) => action.up(heldMs) }
  action.down({ chord, digit: null })
}

/** Handles a `keyup`, and with null the loss of the window's focus: a held key ends. */
export function keyUp(event: KeyboardEvent | null): void {
  if (held === null || (event !== null && event.code !== held.code)) return

  const { since, up } = held
  held = null
  up(event === null ? Number.POSITIVE_INFINITY : event.timeStamp - since)
}
