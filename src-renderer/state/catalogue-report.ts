import { counted } from '@shared/number-words'

/** Words of the report screen. */
export const reportWords = {
  title: 'Trust report',
  empty: 'No report yet. Choose models, images and maps, or run the sample.',
  runDemo: 'Run the sample',
  runDemoHint: 'Every network on part of the images: about a minute.',
  runSample: 'Run the full sample',
  runSampleHint: 'Every network, image and method of the sample: many minutes.',
  runOpen: 'Assess open cases…',
  runOpenHint: 'Your choice of cases, models and maps.',
  runFile: 'Run an experiment file…',
  runFileHint: 'An experiment.json of your own.',
  whatAsked: 'What a report asks of every map',
  run: 'New report',
  save: 'Save report',
  print: 'Print',
  noCohort: 'This report has no part on groups of cases.',
  stop: 'Stop',
  exportAs: 'Export…',
  saved: (files: number, folder: string): string =>
    `Saved: report.html, report.json, results.csv (${files} files in all), in ${folder}.`,
  waiting: 'The first figures come within seconds.',
  preliminary: 'preliminary',
  firstAnswers: 'The first answers are being computed.',
  filling: (done: number, total: number): string => `So far, after ${done} of ${total} images:`,
  stopped: (done: number, total: number): string =>
    done < total
      ? `Stopped after ${done} of ${total} images. The answers below are for those ${done}.`
      : 'Stopped before every question was asked. The answers below are those that were computed.',
  stoppedEarly: 'Nothing was answered before it was stopped.',
  failed: (n: number): string =>
    n === 1 ? 'One computation failed and is left out.' : `${n} computations failed and are left out.`,
  kicker: 'Can these saliency maps be trusted?',
  whatModels: 'What the models look at',
  sections: {
    answer: 'The answer',
    matrix: 'Every map, every question',
    evidence: 'Evidence',
    grids: 'One case under every map',
    pairs: 'Maps against each other',
    drives: 'What really drives each model',
    cohort: 'Maps of the cohort',
    preset: 'Beside the published study',
    models: 'Models',
    cases: 'Cases',
    methods: 'Methods and citations',
    limits: 'What this cannot say',
    recipe: 'Recipe'
  },
  cohort: {
    compared: 'Groups compared',
    kinds: 'Kinds of maps',
    clusters: 'Clusters above the threshold',
    voxels: 'Voxels',
    peak: 'Peak t',
    place: 'Peak, LPS mm',
    p: 'p, corrected',
    notShuffled: 'labels were not shuffled',
    members: 'Images of every kind',
    kind: (n: number): string => `Kind ${n}:`
  },
  study: {
    setting: 'Setting',
    study: 'The study',
    run: 'This run',
    usual: 'Our default',
    why: 'Why',
    figure: 'Figure',
    map: 'Map',
    studyData: 'The study, its data',
    runOther: 'This run, on other data and models',
    differ: 'Where settings differ',
    beside: 'What the study reports, and what this run gives',
    ourChoice: 'our choice',
    noFigures: 'The study reports no figure for these maps.'
  },
  sectionsLabel: 'Sections',
  matrixLede:
    'There is no overall score: a map can point well and still not drive the prediction. Beside each value stands its 95 % interval and its limit.',
  table: (n: number): string => `As a table (${n === 1 ? '1 row' : `${n} rows`})`,
  figureTable: 'Figure as a table',
  copyBibtex: 'Copy BibTeX',
  copied: 'Copied',
  inWords: 'In words',
  inWordsLede: 'For the methods section of a paper: every parameter, nothing left out.',
  copyWords: 'Copy text',
  behind: (title: string): string => `Images behind: ${title}`,
  behindHint: 'Sorted by value, worst first. Enter opens an image in View.',
  behindNone: 'No single images stand behind this figure.',
  notOpen: 'not open here',
  sum: (images: number, maps: number, models: number): string =>
    `${counted(images, 'image')}, ${counted(maps, 'map')}, ${counted(models, 'model')}. Computed on this computer. Nothing was sent anywhere.`,
  dialog: {
    title: 'Assess cases, models and maps',
    cases: 'Cases',
    selectedCases: (n: number): string => `${n === 1 ? 'the chosen case' : `the ${n} chosen cases`}`,
    allCases: (n: number): string => `all ${n} open cases`,
    models: 'Models',
    methods: 'Maps',
    more: 'Further maps, with commas: gradient+sg2, gradcam+abs',
    need: 'Choose at least one model and one map.',
    few: 'Under 10 patients every question stays "not assessable".',
    noLabels: 'Without outlines the question whether a map points to the finding stays open.',
    run: (maps: number): string => `Compute ${maps} maps and assess them`
  }
} as const
