import { BrowserWindow, Menu, type BaseWindow, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand, ShellEvent } from '@shared/shell-calls'

/**
 * The menu shows the keys of its commands but does not bind them: the page binds every key once, for menu, palette and
 * help alike.
 */
export function installMenu(window: BrowserWindow): void {
  const send = (command: MenuCommand, focused?: BaseWindow): void =>
    (focused instanceof BrowserWindow ? focused : window).webContents.send('shell:event', {
      kind: 'menu',
      command
    } satisfies ShellEvent)

  const item = (id: MenuCommand, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
    click: (_item, focused) => send(id, focused)
  })

  const menu = Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: fileMenu(item) },
    { role: 'editMenu' },
    { label: 'View', submenu: viewMenu(item) },
    { label: 'Help', submenu: helpMenu(item) }
  ])

  Menu.setApplicationMenu(menu)
}

type ItemMaker = (id: MenuCommand, label: string, accelerator?: string) => MenuItemConstructorOptions

const separator: MenuItemConstructorOptions = { type: 'separator' }

function fileMenu(item: ItemMaker): MenuItemConstructorOptions[] {
  return [
    item('open-files', 'Open files…', 'CmdOrCtrl+O'),
    item('open-folder', 'Open folder…', 'CmdOrCtrl+Alt+O'),
    item('open-dicomdir', 'Open DICOMDIR…'),
    item('open-model', 'Open model…', 'CmdOrCtrl+Shift+O'),
    item('import-dataset', 'Import dataset…', 'CmdOrCtrl+I'),
    item('open-experiment', 'Open experiment…'),
    separator,
    item('export', 'Export…', 'CmdOrCtrl+E'),
    item('export-cases', 'De-identified export…', 'CmdOrCtrl+Shift+E'),
    item('save-report', 'Save report…', 'CmdOrCtrl+S'),
    item('print', 'Print…', 'CmdOrCtrl+P'),
    separator,
    {
      role: process.platform === 'darwin' ? 'close' : 'quit',
      label: process.platform === 'darwin' ? undefined : 'Quit'
    }
  ]
}

function viewMenu(item: ItemMaker): MenuItemConstructorOptions[] {
  return [
    item('screen-studies', 'Studies', 'CmdOrCtrl+1'),
    item('screen-view', 'View', 'CmdOrCtrl+2'),
    item('screen-read', 'Read', 'CmdOrCtrl+3'),
    item('screen-report', 'Report', 'CmdOrCtrl+4'),
    item('screen-cohort', 'Cohort', 'CmdOrCtrl+5'),
    item('screen-jobs', 'Jobs', 'CmdOrCtrl+6'),
    item('screen-settings', 'Settings', 'CmdOrCtrl+7'),
    separator,
    item('toggle-panels', 'Hide panels', 'CmdOrCtrl+\\'),
    item('toggle-theme', 'Light or dark', 'CmdOrCtrl+Shift+L'),
    { role: 'togglefullscreen', label: 'Full screen' },
    separator,
    item('stop-job', 'Stop the running job', 'CmdOrCtrl+.')
  ]
}

function helpMenu(item: ItemMaker): MenuItemConstructorOptions[] {
  return [
    item('find-command', 'Find any command…', 'CmdOrCtrl+K'),
    item('show-keys', 'Keys on this screen', '?'),
    separator,
    item('about', 'About Saliscope')
  ]
}
