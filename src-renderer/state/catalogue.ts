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
  sides: {
    title: 'Sides',
    hint: 'How volumes are shown when they are opened; the letters say it. Single pictures stay as they are stored.',
    choices: {
      radiological: 'Right of the patient on the left',
      neurological: 'Left of the patient on the left',
      stored: 'As the file has it'
    }
  },
  hideIdentity: 'Hide names, sex, age and dates on the screen',
  noReports: 'A reader is shown no reports.',
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

/** `1 case`, `120 cases`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`
