import type { Granted } from '@shared/shell-calls'
import { windowShell } from '../engine/window-shell'
import { openReadingFile } from './at-reading.svelte'
import { caseSteps } from './case-steps.svelte'
import { undoWords } from './catalogue-undo'
import { dataset } from './dataset.svelte'
import { exporting } from './exporting.svelte'
import { help } from './help.svelte'
import { jobs } from './jobs.svelte'
import { registerKeys } from './keys.svelte'
import { measuring } from './measuring.svelte'
import { opening } from './opening.svelte'
import { operating } from './operating.svelte'
import { printing } from './printing.svelte'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { settings } from './settings.svelte'
import { shell } from './shell.svelte'
import { studies } from './studies.svelte'
import { settingsChanges, viewChanges } from './undoing.svelte'
import { viewer } from './viewer.svelte'

/** Asks the user for files through the window's own dialog and opens what was chosen. */
export async function chooseAndOpen(what: 'files' | 'folder' | 'dicomdir' | 'model'): Promise<void> {
  const window = windowShell()
  if (window === null) return

  if (what === 'model') {
    const model = await window.openModel()
    if (model !== null) await session.openModel(model)

    return
  }

  const ask = { files: window.openFiles, folder: window.openFolder, dicomdir: window.openDicomDir }
  const granted = await ask[what]()
  if (granted.length > 0 && !(await openReadingFile(granted[0]))) await session.openGranted(granted)
}

/** Opens what was dropped; one folder that is laid out as a dataset is shown as one first. */
export async function openDropped(granted: readonly Granted[]): Promise<void> {
  const [only] = granted
  if (await openReadingFile(only)) return
  if (granted.length === 1 && only.kind === 'folder' && (await dataset.offer(only))) return
  await session.openGranted(granted)
}

/** Asks for a folder or a table and shows what an import of it would bring. */
async function chooseDataset(what: 'folder' | 'table'): Promise<void> {
  const granted = await windowShell()?.openDataset({ what })
  if (granted) await dataset.preview(granted)
}

/** Moves the focus to the next or previous region of the frame; each keeps its first control. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((one) => one.checkVisibility())
  const at = regions.findIndex((one) => one.contains(document.activeElement))
  const next = regions[(at + by + regions.length) % regions.length]
  next?.querySelector<HTMLElement>('button:not(:disabled),input,a[href],[tabindex="0"]')?.focus()
}

/** What is looked at is what is written out. */
function exportWhatIsShown(): void {
  if (shell.screen === 'report' && reports.report !== null) exporting.show('measurements')
  else exporting.show(shell.screen === 'view' ? 'maps' : 'masks')
}

/** What is waited for on the screen goes before what runs beside it. */
function stopWhatRuns(): void {
  if (operating.now !== null) operating.stop()
  else if (jobs.openCount === 0 && opening.now !== null) opening.stop()
  else jobs.cancelCurrent()
}

/** Takes the last change of the screen back, or makes it again. Drawing has a history of its own. */
function stepChange(way: 'undo' | 'redo'): void {
  // A measurement that is being drawn goes first.
  if (way === 'undo' && shell.screen === 'view' && measuring.draft !== null) return void measuring.stepBack()
  const changes = { view: viewChanges, settings: settingsChanges }[shell.screen as string]
  const words = changes?.[way]() ?? null
  const nothing = way === 'undo' ? undoWords.nothingUndone : undoWords.nothingRedone
  shell.say(words === null ? nothing : way === 'undo' ? undoWords.undone(words) : undoWords.redone(words))
}

function showCohort(): void {
  reports.cohortWanted = true
  shell.show('report')
}

/** The commands that act on every screen; returns the function that takes them back. */
export function registerFrameKeys(): () => void {
  return registerKeys('everywhere', {
    'find-command': () => (shell.paletteOpen = true),
    'show-keys': () => (shell.keysOpen = true),
    'show-help': () => void (help.open() || (shell.keysOpen = true)),
    'screen-studies': () => shell.show('studies'),
    'screen-view': () => shell.show('view'),
    'screen-read': () => shell.show('read'),
    'screen-report': () => shell.show('report'),
    'screen-cohort': showCohort,
    'screen-jobs': () => shell.show('jobs'),
    'screen-settings': () => shell.show('settings'),
    'open-files': () => void chooseAndOpen('files'),
    'open-folder': () => void chooseAndOpen('folder'),
    'open-dicomdir': () => void chooseAndOpen('dicomdir'),
    'import-dataset': () => void chooseDataset('folder'),
    'import-table': () => void chooseDataset('table'),
    'open-model': () => void chooseAndOpen('model'),
    'open-experiment': () => void reports.runExperiment(),
    'open-sample': () => void session.openSample(),
    undo: () => stepChange('undo'),
    redo: () => stepChange('redo'),
    print: () => {
      const why = printing.print()
      if (why !== null) shell.say(why)
    },
    export: exportWhatIsShown,
    'export-cases': () => exporting.show('cases'),
    'show-refused': () => (studies.refusedOpen = true),
    'model-card': () => (session.cardModelId = session.currentModelId),
    'stop-job': stopWhatRuns,
    'toggle-panels': () => shell.togglePanels(),
    'full-screen': () => void windowShell()?.changeWindow({ to: 'full-screen' }),
    'hide-identity': () => (viewer.identityHidden = !viewer.identityHidden),
    'toggle-theme': () => (settings.theme = settings.theme === 'dark' ? 'light' : 'dark'),
    'next-region': () => focusRegion(1),
    'previous-region': () => focusRegion(-1)
  })
}

/** The commands that step through the cases. */
export function registerCaseKeys(): () => void {
  return registerKeys('cases', {
    'case-next': () => caseSteps.step(1),
    'case-previous': () => caseSteps.step(-1),
    'second-window': () => {
      if (session.currentCaseId !== null)
        void windowShell()?.changeWindow({ to: 'second', caseId: session.currentCaseId })
    }
  })
}
