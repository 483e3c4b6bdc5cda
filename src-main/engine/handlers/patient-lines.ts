import type { PatientWords } from '@engine/formats/patient-words'

interface WordLines {
  readonly title: string
  readonly subtitle: string
  readonly modality: string
  readonly date: string | null
  readonly patient: string
}

/** What the study list and the image corner say of a series: who, what, when. */
export function wordLines(series: {
  readonly name: string
  readonly tags: PatientWords | null
  readonly label: string
}): WordLines {
  const { tags, name, label } = series
  if (tags === null) return { title: name, subtitle: label, modality: modalityOfName(name), date: null, patient: name }
  const person = [readableName(tags.name) || tags.id, tags.sex, readableAge(tags.age)].filter((text) => text !== '')
  const view = [
    tags.seriesDescription || tags.studyDescription || tags.bodyPart,
    tags.viewPosition,
    tags.laterality,
    label
  ]
  return {
    title: person.slice(0, 1).join('') || name,
    subtitle: [...person.slice(1), ...view].filter((text) => text !== '').join(' · '),
    modality: tags.modality,
    date: readableDate(tags.studyDate),
    patient: tags.id || readableName(tags.name) || name
  }
}

/** "Doe^Jane^^Dr" as "Doe, Jane". */
function readableName(name: string): string {
  const [family = '', given = ''] = name.split('=')[0].split('^')
  return [family, given].filter((part) => part.trim() !== '').join(' ')
}

/** "045Y" as "45 y". */
function readableAge(age: string): string {
  const match = /^0*(\d+)([YMWD])$/.exec(age)
  return match === null ? '' : `${match[1]} ${match[2].toLowerCase()}`
}

/** "20260314" as "2026-03-14"; null when it is no date. */
function readableDate(date: string): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(date)
  return match === null ? null : `${match[1]}-${match[2]}-${match[3]}`
}

function modalityOfName(name: string): string {
  return /\.nii(\.gz)?$/i.test(name) ? 'NIfTI' : /\.npy$/i.test(name) ? 'NPY' : 'Image'
}
