/** Words of the frame, in one place and ready for translation. Each screen has a catalogue file of its own beside this one. */
export const words = {
  researchUse: 'Research use. Not for diagnosis.',
  offline: 'Offline',
  allSaved: 'All saved',
  saving: 'Saving…',
  openAgain: 'What was open is open again; its maps are computed anew.',
  notSaved: (why: string): string => `Not saved: ${why}`,
  screens: {
    studies: 'Studies',
    view: 'View',
    read: 'Read',
    report: 'Report',
    jobs: 'Jobs',
    settings: 'Settings'
  },
  screensLabel: 'Screens',
  runningJobs: (count: number): string => (count === 1 ? '1 job open' : `${count} jobs open`),
  unfinished: (count: number): string =>
    count === 1 ? '1 job was not finished last time: go on?' : `${count} jobs were not finished last time: go on?`,
  dropHere: 'Drop files, folders or an ONNX model anywhere',
  dropNow: 'Drop to open',
  dropWhat: 'Images, series, DICOMDIR, datasets, outlines and ONNX models. Folders are searched; nothing is copied.',
  stop: 'Stop',
  close: 'Close',
  cancel: 'Cancel',
  quit: {
    title: 'Close Saliscope while it computes?',
    text: (count: number): string =>
      `${count === 1 ? 'One job is' : `${count} jobs are`} not finished. What is done is kept, and the rest is offered again at the next start.`,
    stay: 'Go on computing',
    leave: 'Close now'
  },
  about: {
    title: 'Saliscope',
    lead: 'Measures whether the saliency maps of a medical image classifier can be trusted.',
    version: (version: string, runtime: string): string => `Version ${version} · ${runtime}`,
    privacy:
      'Nothing leaves this computer: Saliscope opens no connection, sends no usage figures and looks for no updates. Images, models and results stay in the folders you chose.',
    research: 'Research use only. It is no medical device and must not be used for diagnosis.',
    licence: 'MIT licence.'
  },
  palette: { title: 'Find a command', placeholder: 'Type a few letters', none: 'No command has these letters.' },
  keys: { title: 'Keys that act here', search: 'Search keys', second: (first: string): string => `${first}, then …` },
  engineStopped: 'The computation has stopped for good'
} as const

const rtf = (value: number, unit: string): string => `${value} ${unit}`

/** `about 40 s`, `about 6 min`, `about 3 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s'
  if (seconds < 90) return rtf(Math.round(seconds), 's')
  if (seconds < 5400) return rtf(Math.round(seconds / 60), 'min')
  const minutes = Math.round(seconds / 60)

  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `1 case`, `120 cases`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`
