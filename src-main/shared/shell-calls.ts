import * as v from 'valibot'

/**
 * What the page may ask of the window around it, and what that window says unasked. Everything else goes over the
 * engine port (protocol.ts). The page never sees a path: a chosen or dropped file is a grant, an opaque token that the
 * engine alone can turn back into a path.
 */
const call = <I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O): { input: I; output: O } => ({
  input,
  output
})

const Nothing = v.strictObject({})

/** One file or folder the user chose: the token for the engine and the name for the screen. */
export const Granted = v.strictObject({
  grant: v.string(),
  name: v.string(),
  kind: v.picklist(['file', 'folder'])
})
export type Granted = v.InferOutput<typeof Granted>

/** Why a folder is asked for; it becomes the title of the dialog. */
export const FolderPurpose = v.picklist([
  'report',
  'maps',
  'masks',
  'measurements',
  'cases',
  'experiment',
  'figures',
  'backup',
  'restore',
  'workspace',
  'regions',
  'region-set',
  'keys'
])
export type FolderPurpose = v.InferOutput<typeof FolderPurpose>

export const shellCalls = {
  /** Dialogs. An empty list or null: the user cancelled. */
  openFiles: call(Nothing, v.array(Granted)),
  openFolder: call(Nothing, v.array(Granted)),
  openDicomDir: call(Nothing, v.array(Granted)),
  /** A folder with a dataset, or the table that lists one. */
  openDataset: call(v.strictObject({ what: v.picklist(['folder', 'table']) }), v.nullable(Granted)),
  openModel: call(Nothing, v.nullable(Granted)),
  openExperiment: call(Nothing, v.nullable(Granted)),
  openMask: call(Nothing, v.nullable(Granted)),
  /** A set of regions, or a label image. */
  openRegions: call(Nothing, v.nullable(Granted)),
  /** Keys that were exported. */
  openKeys: call(Nothing, v.nullable(Granted)),
  /** With the purpose `workspace` the engine starts anew on the chosen folder. */
  chooseFolder: call(v.strictObject({ purpose: FolderPurpose }), v.nullable(Granted)),
  /** Used by the preload script alone, which reads the paths off the dropped File objects. */
  grantDropped: call(
    v.strictObject({ paths: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(100_000)) }),
    v.array(Granted)
  ),
  /** How many jobs run or wait; while there are any, closing the window asks first. */
  setBusy: call(v.strictObject({ jobs: v.pipe(v.number(), v.integer(), v.minValue(0)) }), Nothing),
  /** Answers the event `quit-asked`. */
  quitAnswer: call(v.strictObject({ quit: v.boolean() }), Nothing),
  /** Full screen on or off; or a second window that shows this case (the one that is open comes to the front). */
  changeWindow: call(
    v.variant('to', [
      v.strictObject({ to: v.literal('full-screen') }),
      v.strictObject({ to: v.literal('second'), caseId: v.pipe(v.string(), v.maxLength(512)) })
    ]),
    Nothing
  ),
  windowState: call(Nothing, v.strictObject({ fullScreen: v.boolean(), maximised: v.boolean() }))
} as const

export type ShellCallName = keyof typeof shellCalls
export type ShellInput<K extends ShellCallName> = v.InferOutput<(typeof shellCalls)[K]['input']>
export type ShellOutput<K extends ShellCallName> = v.InferOutput<(typeof shellCalls)[K]['output']>

/** What the menu can ask of the page. Their keys are handled by the page; the menu only shows them. */
export const menuCommands = [
  'open-files',
  'open-folder',
  'open-dicomdir',
  'import-dataset',
  'open-model',
  'open-experiment',
  'export',
  'export-cases',
  'save-report',
  'print',
  'screen-studies',
  'screen-view',
  'screen-read',
  'screen-report',
  'screen-cohort',
  'screen-jobs',
  'screen-settings',
  'toggle-panels',
  'toggle-theme',
  'stop-job',
  'find-command',
  'show-keys',
  'about'
] as const
export type MenuCommand = (typeof menuCommands)[number]

/** What the window says unasked. */
export type ShellEvent =
  | { readonly kind: 'menu'; readonly command: MenuCommand }
  /** The user wants to close the window while jobs run: ask, then call `quitAnswer`. */
  | { readonly kind: 'quit-asked'; readonly jobs: number }
  /** The engine process ended and was started again; a new engine port is on its way. */
  | { readonly kind: 'engine-restarted'; readonly sentence: string }
  /** The program was started with a reader's file. */
  | { readonly kind: 'started-with'; readonly granted: Granted }
  /** The engine process ended too often and stays down. */
  | { readonly kind: 'engine-stopped'; readonly sentence: string }

/**
 * `event.data` of the window message that carries the engine's MessagePort in `event.ports[0]`; its source is the window
 * itself. It comes once the page has loaded, and again whenever the engine was started anew.
 */
export const enginePortMessage = 'engine-port'

/** `window.saliscope`: the few functions the preload script gives to the page. */
export interface ShellApi {
  openFiles(): Promise<Granted[]>
  openFolder(): Promise<Granted[]>
  openDicomDir(): Promise<Granted[]>
  openDataset(input: { what: 'folder' | 'table' }): Promise<Granted | null>
  openModel(): Promise<Granted | null>
  openExperiment(): Promise<Granted | null>
  openMask(): Promise<Granted | null>
  openRegions(): Promise<Granted | null>
  openKeys(): Promise<Granted | null>
  chooseFolder(input: { purpose: FolderPurpose }): Promise<Granted | null>
  /** Grants for the DOM `File` objects the user dropped on the page or picked in a file input; other objects are left out. */
  grantDropped(files: readonly object[]): Promise<Granted[]>
  setBusy(input: { jobs: number }): Promise<void>
  quitAnswer(input: { quit: boolean }): Promise<void>
  changeWindow(input: ShellInput<'changeWindow'>): Promise<void>
  windowState(): Promise<ShellOutput<'windowState'>>
  /** Returns the function that stops listening. */
  onEvent(listener: (event: ShellEvent) => void): () => void
}
