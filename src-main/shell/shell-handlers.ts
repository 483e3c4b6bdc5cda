import type { BrowserWindow } from 'electron'
import type { Granted } from '@shared/shell-calls'
import type { ShellHandlers } from './app-channel'
import { askForFiles, askForFolder, type OpenPurpose } from './dialogs'
import type { EngineHost } from './engine-host'
import type { QuitGuard } from './quit-guard'

export interface ShellParts {
  readonly window: BrowserWindow
  readonly engine: EngineHost
  /** Absent for a second window: closing it loses nothing. */
  readonly quitGuard?: QuitGuard
  readonly openSecond: (caseId: string) => void
}

/** What each shell call does. */
export function shellHandlers({ window, engine, quitGuard, openSecond }: ShellParts): ShellHandlers {
  const open = async (purpose: OpenPurpose): Promise<Granted[]> =>
    engine.grant(await askForFiles(window, purpose), { keepsRegions: purpose === 'regions' })
  const openOne = async (purpose: OpenPurpose): Promise<Granted | null> => (await open(purpose))[0] ?? null

  return {
    openFiles: () => open('files'),
    openFolder: () => open('folder'),
    openDicomDir: () => open('dicomdir'),
    openDataset: ({ what }) => openOne(what === 'folder' ? 'dataset' : 'table'),
    openModel: () => openOne('model'),
    openExperiment: () => openOne('experiment'),
    openMask: () => openOne('mask'),
    openRegions: () => openOne('regions'),
    openKeys: () => openOne('keys'),
    chooseFolder: async ({ purpose }) => {
      const folder = await askForFolder(window, purpose)
      if (purpose === 'workspace' && folder !== undefined) engine.useWorkspace(folder)
      const [granted] =
        folder === undefined ? [] : await engine.grant([folder], { keepsRegions: purpose === 'region-set' })

      return granted ?? null
    },
    grantDropped: ({ paths }) => engine.grant(paths),
    setBusy: ({ jobs }) => {
      quitGuard?.busy(jobs)
      return {}
    },
    quitAnswer: ({ quit }) => {
      quitGuard?.answer(quit)
      return {}
    },
    changeWindow: (change) => {
      if (change.to === 'second') openSecond(change.caseId)
      else window.setFullScreen(!window.isFullScreen())
      return {}
    },
    windowState: () => ({ fullScreen: window.isFullScreen(), maximised: window.isMaximized() })
  }
}
