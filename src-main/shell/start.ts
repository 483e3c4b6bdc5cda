import { join, resolve } from 'node:path'
import { app, nativeTheme, session, type BrowserWindow } from 'electron'
import { serveShellCalls } from './app-channel'
import { registerAppScheme, servePackedFiles } from './app-protocol'
import type { ShellEvent } from '@shared/shell-calls'
import { EngineHost } from './engine-host'
import { GrantTable } from './grants'
import { installMenu } from './menu'
import { cutSessionOff, setOfflineSwitches } from './offline'
import { printOrder, startPrinting } from './print-mode'
import { denyPermissions, denyWandering } from './policy'
import { QuitGuard } from './quit-guard'
import { shellHandlers } from './shell-handlers'
import { WorkspacePlace } from './workspace-place'
import { openMainWindow, openSecondWindow } from './window'

/** Starts the Electron side: policies first, then the engine, then the one window. */
export function startShell(): void {
  const order = printOrder(app.commandLine)
  if (order !== null) {
    startPrinting(order)
    return
  }
  const userFolder = app.commandLine.getSwitchValue('user-data-dir')
  if (userFolder !== '') app.setPath('userData', userFolder)

  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }

  // As root Electron must run with --no-sandbox (tests in containers do), and enabling it again would break its children.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  setOfflineSwitches(app.commandLine)
  registerAppScheme()
  denyWandering(app)
  nativeTheme.themeSource = 'dark'
  app.on('window-all-closed', () => app.quit())

  void app.whenReady().then(openProgram)
}

function openProgram(): void {
  const root = app.getAppPath()
  cutSessionOff(session.defaultSession)
  denyPermissions(session.defaultSession)
  servePackedFiles(session.defaultSession, join(root, 'out', 'renderer'))

  const workspacePlace = new WorkspacePlace(app.getPath('userData'))
  const grants = new GrantTable()
  const engine = new EngineHost({
    entryFolder: join(root, 'out', 'main'),
    start: {
      workspaceFolder: workspacePlace.folder,
      resourcesFolder: join(root, 'resources'),
      version: app.getVersion()
    },
    grants,
    workspacePlace,
    onBusy: (jobs) => quitGuard.engineBusy(jobs)
  })

  const preload = join(root, 'out', 'preload', 'preload.cjs')
  const window = openMainWindow({
    preload,
    userFolder: app.getPath('userData')
  })
  const quitGuard = new QuitGuard(window)

  engine.attachPage(window.webContents)
  let second: BrowserWindow | null = null
  const openSecond = (caseId: string): void => {
    if (second !== null && !second.isDestroyed()) return bringForward(second)
    second = openSecondWindow(window, { preload, caseId })
    engine.attachPage(second.webContents)
    serveShellCalls(second, shellHandlers({ window: second, engine, openSecond }))
  }
  serveShellCalls(window, shellHandlers({ window, engine, quitGuard, openSecond }))
  installMenu(window)
  app.on('second-instance', (_event, argv) => {
    bringForward(window)
    void tellReadingFile(window, engine, argv)
  })
  window.webContents.once('did-finish-load', () => void tellReadingFile(window, engine, process.argv))
  app.on('will-quit', () => engine.stop())
}

/** A reader's file on the command line (`saliscope FILE.reading`, or a double click on it) is told to the page. */
async function tellReadingFile(window: BrowserWindow, engine: EngineHost, argv: readonly string[]): Promise<void> {
  const path = argv.slice(1).find((argument) => /\.reading$/iu.test(argument) && !argument.startsWith('-'))
  if (path === undefined) return
  const [granted] = await engine.grant([resolve(path)])
  if (granted === undefined || window.isDestroyed()) return
  window.webContents.send('shell:event', { kind: 'started-with', granted } satisfies ShellEvent)
}

function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.focus()
}
