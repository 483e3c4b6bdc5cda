import { startShell } from './shell/start'

// Never await `app.whenReady()` at the top of this module: Electron holds `ready` back until the module has run.
startShell()
