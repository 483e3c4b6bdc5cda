import { BrowserWindow, screen, type WebPreferences } from 'electron'
import { pageAddress } from './app-protocol'
import { placeOnScreen, readPlace, writePlace, type WindowPlace } from './window-place'

export interface WindowOptions {
  readonly preload: string
  /** Where the window's size and position are remembered. */
  readonly userFolder: string
}

/** A page without Node, in its own sandbox and context, that can do nothing but draw and ask. */
const pageRights: WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  // A window behind another one goes on reporting its job.
  backgroundThrottling: false
}

/** Opens the one window where it was left, and shows it when its first picture is ready. */
export function openMainWindow({ preload, userFolder }: WindowOptions): BrowserWindow {
  const displays = screen.getAllDisplays().map((display) => display.workArea)
  const place = placeOnScreen(readPlace(userFolder), displays)

  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: 800,
    minHeight: 600,
    title: 'Saliscope',
    show: false,
    backgroundColor: '#0B0D0F',
    webPreferences: { ...pageRights, preload }
  })

  if (place.maximised) window.maximize()
  window.once('ready-to-show', () => window.show())
  // The title never names a case or a model: blind means absent.
  window.on('page-title-updated', (event) => event.preventDefault())
  window.on('close', () => writePlace(userFolder, placeOf(window)))
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload()
  })
  void window.loadURL(pageAddress)

  return window
}

/** A second window of the same program, on another screen where there is one; it shows the case its address names. */
export function openSecondWindow(
  main: BrowserWindow,
  { preload, caseId }: { preload: string; caseId: string }
): BrowserWindow {
  const here = screen.getDisplayMatching(main.getBounds())
  const other = screen.getAllDisplays().find(({ id }) => id !== here.id)
  const { x, y, width, height } = other?.workArea ?? here.workArea
  const bounds = other
    ? { x, y, width, height }
    : { x: x + 40, y: y + 40, width: Math.min(1280, width - 40), height: Math.min(860, height - 40) }

  const window = new BrowserWindow({
    ...bounds,
    minWidth: 800,
    minHeight: 600,
    title: 'Saliscope',
    show: false,
    backgroundColor: '#0B0D0F',
    webPreferences: { ...pageRights, preload }
  })
  window.once('ready-to-show', () => window.show())
  window.on('page-title-updated', (event) => event.preventDefault())
  main.once('closed', () => !window.isDestroyed() && window.destroy())
  void window.loadURL(`${pageAddress}#case=${encodeURIComponent(caseId)}`)

  return window
}

function placeOf(window: BrowserWindow): WindowPlace {
  return { bounds: window.getNormalBounds(), maximised: window.isMaximized() }
}
