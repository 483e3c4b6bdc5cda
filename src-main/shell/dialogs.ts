import { app, dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import * as v from 'valibot'
import type { FolderPurpose } from '@shared/shell-calls'

/** What a test lets the next dialogs answer: one entry a dialog, paths or null for "cancelled". */
const TestAnswers = v.array(v.union([v.null(), v.string(), v.array(v.string())]))

const images = {
  name: 'Images',
  extensions: [
    'dcm',
    'dicom',
    'ima',
    'nii',
    'gz',
    'mgz',
    'nrrd',
    'png',
    'jpg',
    'jpeg',
    'tif',
    'tiff',
    'npy',
    'npz',
    '*'
  ]
}
const anything = { name: 'All files', extensions: ['*'] }

export type OpenPurpose =
  'files' | 'folder' | 'dicomdir' | 'dataset' | 'table' | 'model' | 'experiment' | 'mask' | 'regions' | 'keys'

const openDialogs: Readonly<Record<OpenPurpose, OpenDialogOptions>> = {
  files: { title: 'Open files', properties: ['openFile', 'multiSelections'], filters: [images, anything] },
  folder: { title: 'Open folder', properties: ['openDirectory'] },
  // A disc's directory has no ending to filter by.
  dicomdir: { title: 'Open the DICOMDIR of a disc', properties: ['openFile'], filters: [anything] },
  dataset: { title: 'Import a dataset: BIDS, CAPS, images and masks, DICOM', properties: ['openDirectory'] },
  table: {
    title: 'Import the dataset a table lists',
    properties: ['openFile'],
    filters: [{ name: 'Tables', extensions: ['csv', 'tsv', 'txt', 'json'] }, anything]
  },
  model: {
    title: 'Open model',
    properties: ['openFile'],
    filters: [{ name: 'ONNX models', extensions: ['onnx'] }, anything]
  },
  experiment: {
    title: 'Open experiment',
    properties: ['openFile'],
    filters: [{ name: 'Experiments', extensions: ['json'] }, anything]
  },
  regions: {
    title: 'Open regions: a saved set, or a label image',
    properties: ['openFile'],
    filters: [{ name: 'Regions', extensions: ['json', 'nii', 'gz', 'nrrd', 'mgz', 'png', 'npy'] }, anything]
  },
  keys: {
    title: 'Import keys',
    properties: ['openFile'],
    filters: [{ name: 'Keys', extensions: ['json'] }, anything]
  },
  mask: {
    title: 'Open reference mask',
    properties: ['openFile'],
    filters: [
      {
        name: 'Masks',
        extensions: ['png', 'npy', 'npz', 'nii', 'gz', 'nrrd', 'tif', 'tiff', 'mgz', 'csv', 'json', 'dcm', '*']
      },
      anything
    ]
  }
}

const folderTitles: Readonly<Record<FolderPurpose, string>> = {
  report: 'Save the report in a folder',
  maps: 'Write the maps into a folder',
  masks: 'Write the outlines into a folder',
  measurements: 'Write the measurements into a folder',
  cases: 'Write the de-identified cases into a folder',
  experiment: 'Save experiment.json in a folder',
  figures: 'Save the figure in a folder',
  restore: 'Restore the workspace into an empty folder',
  backup: 'Write the backup of the workspace into a folder',
  workspace: 'Open or make a workspace in a folder',
  regions: 'Save the landmarks of this image in a folder',
  'region-set': 'Save the set of regions in a folder',
  keys: 'Export the keys into a folder'
}

let testAnswers: v.InferOutput<typeof TestAnswers> | undefined

/** Lets the user choose what to open; an empty list when the dialog was cancelled. */
export function askForFiles(window: BrowserWindow, purpose: OpenPurpose): Promise<string[]> {
  return ask(window, openDialogs[purpose])
}

/** Lets the user choose or make a folder to write into; undefined when cancelled. */
export async function askForFolder(window: BrowserWindow, purpose: FolderPurpose): Promise<string | undefined> {
  const [folder] = await ask(window, {
    title: folderTitles[purpose],
    buttonLabel: purpose === 'workspace' ? 'Open this folder' : 'Save here',
    properties: ['openDirectory', 'createDirectory']
  })

  return folder
}

async function ask(window: BrowserWindow, options: OpenDialogOptions): Promise<string[]> {
  const scripted = nextTestAnswer()
  if (scripted !== undefined) return scripted

  const chosen = await dialog.showOpenDialog(window, options)

  return chosen.canceled ? [] : chosen.filePaths
}

/** Tests cannot click a native dialog: SALISCOPE_TEST_DIALOG lists its answers. The packed program ignores it. */
function nextTestAnswer(): string[] | undefined {
  const script = process.env['SALISCOPE_TEST_DIALOG']
  if (app.isPackaged || script === undefined) return undefined

  testAnswers ??= v.parse(TestAnswers, JSON.parse(script))
  const answer = testAnswers.shift() ?? []

  return typeof answer === 'string' ? [answer] : answer
}
