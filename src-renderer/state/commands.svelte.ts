import type { Granted } from '@shared/shell-calls'
import { windowShell } from '../engine/window-shell'
import { help } from './help.svelte'
import { jobs } from './jobs.svelte'
import { registerKeys } from './keys.svelte'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { settings } from './settings.svelte'
import { shell } from './shell.svelte'

/** Asks the user for files through the window's own dialog and opens what was chosen. */
export async function chooseAndOpen(what: 'files' | 'folder' | 'model'): Promise<void> {
  const window = windowShell()
  if (window === null) return

  if (what === 'model') {
    const model = await window.openModel()
    if (model !== null) await session.openModel(model)

    return
  }

  const granted: Granted[] = what === 'files' ? await window.openFiles() : await window.openFolder()
  if (granted.length > 0) await session.openGranted(granted)
}

/** Moves the focus to the next or previous region of the frame; each keeps its first control. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((one) => one.checkVisibility())
  const at = regions.findIndex((one) => one.contains(document.activeElement))
  const next = regions[(at + by + regions.length) % regions.length]
  next?.querySelector<HTMLElement>('button:not(:disabled),input,a[href],[tabindex="0"]')?.focus()
}

/** The commands that act on every screen; returns the function that takes them back. */
export function registerFrameKeys(): () => void {
  return registerKeys('everywhere', {
    'find-command': () => (shell.paletteOpen = true),
    'show-keys': () => (shell.keysOpen = true),
    'show-help': () => void (help.open() || (shell.keysOpen = true)),
    'screen-studies': () => shell.show('studies'),
    'screen-view': () => shell.show('view'),
    'screen-report': () => shell.show('report'),
    'screen-jobs': () => shell.show('jobs'),
    'screen-settings': () => shell.show('settings'),
    'open-files': () => void chooseAndOpen('files'),
    'open-folder': () => void chooseAndOpen('folder'),
    'open-model': () => void chooseAndOpen('model'),
    'open-experiment': () => void reports.runExperiment(),
    'open-sample': () => void session.openSample(),
    'model-card': () => (session.cardModelId = session.currentModelId),
    'stop-job': () => jobs.cancelCurrent(),
    'toggle-panels': () => (shell.panelsHidden = !shell.panelsHidden),
    'toggle-theme': () => (settings.theme = settings.theme === 'dark' ? 'light' : 'dark'),
    'next-region': () => focusRegion(1),
    'previous-region': () => focusRegion(-1)
  })
}

/** The commands that step through the cases. */
export function registerCaseKeys(): () => void {
  return registerKeys('cases', {
    'case-next': () => session.step(1),
    'case-previous': () => session.step(-1)
  })
}
