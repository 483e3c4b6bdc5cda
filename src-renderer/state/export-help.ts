import type { HelpEntry } from './help.svelte'

type Words = Pick<HelpEntry, 'title' | 'shows' | 'misleads'>

/** What each format is for and what it does not say: the card of F1 on the export sheet. */
const formats: Readonly<Record<string, Words>> = {
  npy: {
    title: 'NPY',
    shows: 'The numbers as they are, for Python.',
    misleads: 'It does not say where the image lies in the patient, nor the spacing.'
  },
  nifti: {
    title: 'NIfTI',
    shows: 'The numbers with the place of the image in the patient.',
    misleads: 'It does not name the study it belongs to: keep it with its recipe.'
  },
  png: {
    title: 'PNG',
    shows: 'What is seen, for slides and papers.',
    misleads: 'One slice, eight bits: nothing can be computed from it. Text inside the image stays.'
  },
  coco: {
    title: 'COCO JSON',
    shows: 'Outlines as polygons and run lengths, for annotation tools.',
    misleads: 'Polygons round to corners of pixels; holes are only in the run lengths.'
  },
  boxes: {
    title: 'Boxes',
    shows: 'Bounding boxes as they were drawn; of an outline the smallest box on every slice.',
    misleads: 'A box holds more than the finding: its corners are ground, and scores against it are lower for it.'
  },
  'dicom-pm': {
    title: 'DICOM Parametric Map',
    shows: 'Map values with unit and code, on the slices of the source image.',
    misleads: 'Few viewers colour it by themselves; some PACS take it and show nothing.'
  },
  'dicom-seg': {
    title: 'DICOM Segmentation',
    shows: 'Regions as segments that lie on the source image.',
    misleads: 'A segment of a map shows where the model looks, not where a finding is; its code says so.'
  },
  rtstruct: {
    title: 'RT Structure Set',
    shows: 'Regions as closed contours, for systems of radiotherapy.',
    misleads: 'Contours are flat, slice by slice: some systems fill them differently from the voxels.'
  },
  'dicom-sc': {
    title: 'DICOM secondary capture',
    shows: 'Pictures that every viewer shows, with colour bar and “Not for diagnosis” in the pixels.',
    misleads: 'The colours cannot be turned off or windowed any more.'
  },
  'dicom-pr': {
    title: 'DICOM presentation state',
    shows: 'Outlines and window as graphics over the source images, which stay untouched.',
    misleads: 'Only viewers that have the source images and apply presentation states show anything.'
  },
  'dicom-sr': {
    title: 'DICOM Structured Report',
    shows: 'Measurements of regions and trust figures by template TID 1500, tied to images and regions.',
    misleads: 'Many viewers show a report as text only.'
  },
  html: {
    title: 'HTML',
    shows: 'The whole report as one file for any browser.',
    misleads: 'It holds pictures of cases and their names as the window has them: look before you send it.'
  },
  pdf: {
    title: 'PDF',
    shows: 'The whole report on A4 pages, with the recipe on every page.',
    misleads: 'Tables are printed, not to be computed with: take CSV or JSON for that.'
  },
  json: {
    title: 'JSON',
    shows: 'Every number of the report with rule, reference and reason, for programs.',
    misleads: 'A missing value is null with its reason: programs that make it 0 make a wrong result.'
  },
  csv: {
    title: 'CSV',
    shows: 'One line a number, and the numbers behind each figure.',
    misleads: 'A missing value is an empty cell with its reason beside it: it is not 0.'
  },
  bibtex: {
    title: 'BibTeX',
    shows: 'The publications of the methods and rules that were used.',
    misleads: 'It cites methods, not this program nor your models and data.'
  },
  methods: {
    title: 'Methods paragraph',
    shows: 'What was done in plain words, with every parameter.',
    misleads: 'It does not say how your images, labels and models came about: that is yours to add.'
  },
  python: {
    title: 'Python snippet',
    shows: 'How to read the results, to go on from.',
    misleads: 'It reads results.csv and figures beside it: export those into the same folder.'
  },
  'figures-svg': {
    title: 'Figures as SVG',
    shows: 'Figures as drawings that stay sharp and can be edited.',
    misleads: 'Fonts are those of the computer that shows them: text may run a little wider.'
  },
  'figures-png': {
    title: 'Figures as PNG',
    shows: 'Figures as pictures of 300 dots an inch.',
    misleads: 'They are for one size of print: enlarged they blur, where SVG does not.'
  },
  documents: {
    title: 'Report, JSON, CSV',
    shows: 'The trust report to read, and its figures for programs.',
    misleads: 'They name cases as the window does: look through them before passing them on.'
  },
  mednet: {
    title: 'mednet tree',
    shows: 'Maps and views named and scaled as mednet writes them.',
    misleads: 'Values are those of the map in this window, made positive and scaled to 0–1.'
  },
  clinicadl: {
    title: 'ClinicaDL tree',
    shows: 'Signed maps and their mean in the folders of a MAPS.',
    misleads: 'The mean of a group is only as good as the images lie on each other.'
  },
  dicom: {
    title: 'DICOM without identity',
    shows: 'The case under a pseudonym, by the Basic Profile of DICOM PS3.15 with texts cleaned.',
    misleads: 'Pixels are not cleaned: burned-in names stay, and a head can be recognised from its volume.'
  }
}

/** The card of a format; null for one nobody wrote. */
export function exportHelp(id: string): HelpEntry | null {
  const words = Object.hasOwn(formats, id) ? formats[id] : undefined

  return words === undefined ? null : { ...words, more: [], bibtex: '' }
}
