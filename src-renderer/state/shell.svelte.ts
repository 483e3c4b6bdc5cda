import type { FaultReport } from '@shared/fault'
import type { Granted, MenuCommand, ShellEvent } from '@shared/shell-calls'
import { windowShell } from '../engine/window-shell'
import { runCommand, setKeyScopes } from './keys.svelte'
import { screenScopes, type CommandId } from './key-table'

export type Screen = keyof typeof screenScopes

/** Something that went wrong, shown calmly above the status line until it is put away. */
export interface Notice {
  readonly id: number
  readonly fault: FaultReport
  /** Heads it where the kind of fault does not say what it is. */
  readonly title?: string
}

/** The frame around the screens: which is shown, what is open over it, what the status line says. */
class Shell {
  screen = $state<Screen>('view')
  panelsHidden = $state(false)
  /** No room beside the image: the panel is a sheet over its right half. */
  narrow = $state(false)
  /** The sheet is open. */
  sheetOpen = $state(false)
  paletteOpen = $state(false)
  keysOpen = $state(false)
  aboutOpen = $state(false)
  /** Jobs that would be lost by closing the window; asked while not null. */
  quitAsked = $state<number | null>(null)
  /** A sentence in the status line, such as that the computation was started again. */
  sentence = $state<string | null>(null)
  /** `saved`, `saving`, or why it could not be saved. */
  saved = $state<'saved' | 'saving' | { failed: string }>('saved')
  notices = $state.raw<readonly Notice[]>([])
  /** The engine ended for good; the sentence says so over everything. */
  engineStopped = $state<string | null>(null)
  /** The only screen there is, while a reading is open; null otherwise. */
  only = $state<Screen | null>(null)
  /** Screens that are not for whoever works here, and the sentence that says why; they are not shown. */
  closed = $state.raw<{ readonly screens: readonly Screen[]; readonly why: string }>({ screens: [], why: '' })
  /** A file the program was started with. */
  startedWith = $state.raw<Granted | null>(null)
  #lastNotice = 0
  /** What was said of the screen that is shown: it goes with it. */
  #ofScreen: string | null = null

  show(wanted: Screen): void {
    const screen = this.only ?? wanted
    if (this.closed.screens.includes(screen)) return this.say(this.closed.why)
    if (screen !== this.screen && this.sentence !== null && this.sentence === this.#ofScreen) this.sentence = null
    this.screen = screen
    setKeyScopes(screenScopes[screen])
  }

  /** Nothing to be wary of: what was done, on this screen. */
  get calm(): boolean {
    return this.sentence === this.#ofScreen
  }

  /** Says in the status line what was done, and concerns this screen alone. */
  say(sentence: string): void {
    this.#ofScreen = sentence
    this.sentence = sentence
  }

  /** Keeps the window on one screen, or lets it go again. */
  keepTo(screen: Screen | null): void {
    this.only = screen
    if (screen !== null) this.show(screen)
  }

  /** Keeps screens from whoever works here; one that is shown gives way to View. */
  close(screens: readonly Screen[], why: string): void {
    this.closed = { screens, why }
    if (screens.includes(this.screen)) this.show('view')
  }

  /** Nothing said, nothing open over the screen. */
  clear(): void {
    this.notices = []
    this.sentence = null
    this.paletteOpen = false
    this.keysOpen = false
  }

  /** Shows a fault, under a heading of its own or that of its kind; `cancelled` is what the user wanted and stays silent. */
  report(fault: FaultReport, title?: string): void {
    if (fault.code === 'cancelled') return
    if (this.notices.some((notice) => notice.fault.message === fault.message)) return
    this.notices = [...this.notices.slice(-2), { id: ++this.#lastNotice, fault, title }]
  }

  putAway(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id)
  }

  answerQuit(quit: boolean): void {
    this.quitAsked = null
    void windowShell()?.quitAnswer({ quit })
  }

  /** Hides and shows rail and panel; where the panel is a sheet, the sheet. */
  togglePanels(): void {
    if (this.narrow) this.sheetOpen = !this.sheetOpen
    else this.panelsHidden = !this.panelsHidden
  }

  /** Follows the size of the window; returns the function that stops it. */
  followSize(): () => void {
    const query = matchMedia('(max-width: 1023px), (max-height: 639px)')
    const take = (): void => {
      this.narrow = query.matches
      this.sheetOpen = false
    }
    take()
    query.addEventListener('change', take)

    return () => query.removeEventListener('change', take)
  }

  /** Follows what the window says; returns the function that stops it. */
  listen(): () => void {
    return windowShell()?.onEvent((event) => this.#hear(event)) ?? (() => undefined)
  }

  #hear(event: ShellEvent): void {
    if (event.kind === 'menu') this.#menu(event.command)
    else if (event.kind === 'quit-asked') this.quitAsked = event.jobs
    else if (event.kind === 'engine-stopped') this.engineStopped = event.sentence
    else if (event.kind === 'started-with') this.startedWith = event.granted
    else this.sentence = event.sentence
  }

  #menu(command: MenuCommand): void {
    if (command === 'about') {
      this.aboutOpen = true

      return
    }
    // Saving from elsewhere first goes to the report, so that what is saved is seen.
    if (command === 'save-report' && this.screen !== 'report') this.show('report')
    setTimeout(() => runCommand(command satisfies CommandId), 0)
  }
}

export const shell = new Shell()
shell.show('view')
