import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { ShellApi, ShellCallName, ShellEvent } from '@shared/shell-calls'
const call = (name: ShellCallName) => (input?: object) => ipcRenderer.invoke(`shell:${name}`, input ?? {})

contextBridge.exposeInMainWorld('saliscope', {
  openFiles: call('openFiles'),
  openFolder: call('openFolder'),
  openDicomDir: call('openDicomDir'),
  openDataset: call('openDataset'),
  openModel: call('openModel'),
  openExperiment: call('openExperiment'),
  openMask: call('openMask'),
  openRegions: call('openRegions'),
  openKeys: call('openKeys'),
  chooseFolder: call('chooseFolder'),
  grantDropped: (files) =>
    call('grantDropped')({ paths: files.map((file) => webUtils.getPathForFile(file as File)).filter(Boolean) }),
  setBusy: call('setBusy'),
  quitAnswer: call('quitAnswer'),
  changeWindow: call('changeWindow'),
  windowState: call('windowState'),
  onEvent: (listener) => {
    const forward = (_event: unknown, message: ShellEvent): void => listener(message)
    ipcRenderer.on('shell:event', forward)
    return () => void ipcRenderer.off('shell:event', forward)
  }
} satisfies ShellApi)
// A MessagePort cannot cross the context bridge; a window message can carry it.
ipcRenderer.on('shell:engine-port', (event) => window.postMessage('engine-port', location.origin, event.ports))
