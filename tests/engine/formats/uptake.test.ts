import { describe, expect, it } from 'vitest'
import { momentOfDateTime, momentOfDay, secondsOfDay } from '@engine/formats/dicom/clock'
import { decodeDicom } from '@engine/formats/dicom/image'
import { contentOf } from '@engine/formats/dicom/format'
import { stackVolumes } from '@engine/formats/series/stack'
import { displayImage } from '@engine/handlers/display-image'
import type { CaseEntry } from '@engine/handlers/case-shelf'
import { quantityOf, regionFigures } from '@engine/handlers/exports/region-figures'
import { figuresOf } from '@shared/measurement-figures'
import { readIn, type Uptake } from '@shared/uptake'
import { sliceFile, type ElementSpec } from './make-dicom'

type Changes = Readonly<Record<string, ElementSpec | null>>

/** A tracer of which half is left after an hour, given an hour before the scan: 74 kg, 370 MBq. */
const tracer: Changes = {
  start: ['00181072', 'TM', '083000.000000'],
  dose: ['00181074', 'DS', '370000000'],
  halfLife: ['00181075', 'DS', '3600']
}
const header: Changes = {
  modality: ['00080060', 'CS', 'PT'],
  seriesDate: ['00080021', 'DA', '20260314'],
  acquisitionDate: ['00080022', 'DA', '20260314'],
  seriesTime: ['00080031', 'TM', '093000'],
  acquisitionTime: ['00080032', 'TM', '093500.25'],
  weight: ['00101030', 'DS', '74'],
  corrected: ['00280051', 'CS', 'DECY\\ATTN\\SCAT'],
  slope: ['00281053', 'DS', '2.5'],
  intercept: ['00281052', 'DS', '0'],
  units: ['00541001', 'CS', 'BQML'],
  correction: ['00541102', 'CS', 'START']
}

const given = (all: Changes): ElementSpec[] => Object.values(all).filter((one) => one !== null)

function pet(changes: Changes = {}, tracerChanges: Changes = {}, instance = 1): Uint8Array {
  const items = [given({ ...tracer, ...tracerChanges })]
  const sequence: ElementSpec = ['00540016', 'SQ', items]
  return sliceFile({ instance, position: [0, 0, instance], more: given({ ...header, sequence, ...changes }) })
}

async function uptake(...given: Parameters<typeof pet>): Promise<Uptake | null> {
  return (await decodeDicom({ path: '/a.dcm', name: 'a.dcm', bytes: pet(...given) })).uptake
}

async function factor(...given: Parameters<typeof pet>): Promise<number> {
  const found = await uptake(...given)
  expect(found).toHaveProperty('factor')
  return (found as { factor: number }).factor
}

async function reason(...given: Parameters<typeof pet>): Promise<string> {
  const found = await uptake(...given)
  expect(found).toHaveProperty('reason')
  return (found as { reason: string }).reason
}

/** 74,000 g over the 185 MBq that are left. */
const halved = 74_000 / 185e6

describe('uptake by body weight', () => {
  it('divides by the dose that is left when the scan begins', async () => {
    expect(await factor()).toBeCloseTo(halved, 15)
    // Fluorine-18 after 68 min 12 s, by e to the power of −λt.
    const left = 370e6 * Math.exp((-Math.LN2 / 6586.2) * 4092)
    const fluorine: Changes = { halfLife: ['00181075', 'DS', '6586.2'], start: ['00181072', 'TM', '082148'] }
    expect((await factor({}, fluorine)) / (74_000 / left)).toBeCloseTo(1, 12)
  })

  it('divides by the dose as given where values are corrected to the injection', async () => {
    expect(
      await factor({ correction: ['00541102', 'CS', 'ADMIN'], seriesTime: null }, { start: null, halfLife: null })
    ).toBe(74_000 / 370e6)
  })

  it('knows the day of the injection by its date, by midnight between, and not at all for tracers of days', async () => {
    const dated: Changes = { start: null, dated: ['00181078', 'DT', '20260314083000.000000+0100'] }
    expect(await factor({}, dated)).toBeCloseTo(halved, 15)
    const night: Changes = {
      seriesTime: ['00080031', 'TM', '002000'],
      acquisitionTime: ['00080032', 'TM', '002100']
    }
    expect(await factor(night, { start: ['00181072', 'TM', '232000'] })).toBeCloseTo(halved, 15)
    const zirconium: Changes = { halfLife: ['00181075', 'DS', '282276'] }
    expect(await reason({}, zirconium)).toBe(
      'The file does not say on which day the tracer was given, and it lives for days.'
    )
    const days: Changes = { ...zirconium, start: null, dated: ['00181078', 'DT', '20260310093000'] }
    expect((await factor({}, days)) / (74_000 / (370e6 * 2 ** ((-4 * 86_400) / 282_276)))).toBeCloseTo(1, 12)
  })

  it('takes the start of the scan from GE where the series was made afterwards', async () => {
    const later: Changes = { seriesTime: ['00080031', 'TM', '113000'] }
    expect(await reason(later)).toBe(
      'The series was made after the scan, and the file does not say when the scan began.'
    )
    const ge: Changes = {
      ...later,
      creator: ['00090011', 'LO', 'GEMS_PETD_01'],
      scan: ['0009110D', 'DT', '20260314093000.00']
    }
    expect(await factor(ge)).toBeCloseTo(halved, 15)
    // Another vendor's element of the same number.
    expect(await reason({ ...ge, creator: ['00090011', 'LO', 'SOMEBODY ELSE'] })).toContain('made after the scan')
  })

  it('takes the factor of Philips for counts, or the activity of a count', async () => {
    const counts: Changes = {
      units: ['00541001', 'CS', 'CNTS'],
      creator: ['70530010', 'LO', 'Philips PET Private Group']
    }
    expect(await factor({ ...counts, suv: ['70531000', 'DS', '0.00025'] })).toBe(0.00025)
    expect(await factor({ ...counts, activity: ['70531009', 'DS', '1.5'] })).toBeCloseTo(1.5 * halved, 15)
    expect(await reason(counts)).toBe('The values are counts, and the file does not say of how much activity.')
    expect(await reason({ ...counts, suv: ['70531000', 'DS', '0'] })).toContain('counts')
  })

  it('takes values that are uptake by weight as they are, and no other kind of uptake', async () => {
    const grams: Changes = { units: ['00541001', 'CS', 'GML'], weight: null }
    expect(await factor(grams)).toBe(1)
    expect(await factor({ ...grams, type: ['00541006', 'CS', 'BW'] })).toBe(1)
    expect(await reason({ ...grams, type: ['00541006', 'CS', 'LBM'] })).toContain('another measure than body weight')
  })

  it.each<[string, Changes, Changes]>([
    ['The file does not say the weight of the patient.', { weight: null }, {}],
    ['The file does not say the weight of the patient.', { weight: ['00101030', 'DS', '0'] }, {}],
    ['The file does not say the weight of the patient and the injected dose.', { weight: null }, { dose: null }],
    ['The file does not say the half-life of the tracer.', {}, { halfLife: null }],
    ['The file does not say when the tracer was given.', {}, { start: null }],
    ['The file does not say when the scan began.', { seriesTime: null }, {}],
    ['The file does not say when the image was acquired.', { acquisitionTime: null }, {}],
    [
      'The file does not say that the values are corrected for attenuation.',
      { corrected: ['00280051', 'CS', 'DECY'] },
      {}
    ],
    ['The file does not say that the values are corrected for decay.', { corrected: ['00280051', 'CS', 'ATTN'] }, {}],
    ['The file does not say to which moment the values are corrected for decay.', { correction: null }, {}],
    [
      'The file does not say to which moment the values are corrected for decay.',
      { correction: ['00541102', 'CS', 'NONE'] },
      {}
    ],
    ['The file does not say in which unit its values are.', { units: null }, {}],
    ['The values are in another unit than becquerels per millilitre.', { units: ['00541001', 'CS', 'PROPCPS'] }, {}],
    ['The weight of the patient cannot be one in kilograms.', { weight: ['00101030', 'DS', '74000'] }, {}],
    ['The injected dose cannot be one in becquerels.', {}, { dose: ['00181074', 'DS', '370'] }],
    ['The time at which the tracer was given cannot be read.', {}, { start: ['00181072', 'TM', '99:00'] }],
    [
      'By the file the tracer was given after the scan began.',
      {},
      { start: null, dated: ['00181078', 'DT', '20260315083000'] }
    ],
    [
      'By the file more than 10 half-lives passed between injection and scan.',
      {},
      { start: null, dated: ['00181078', 'DT', '20260101083000'] }
    ]
  ])('says: %s', async (sentence, changes, tracerChanges) => {
    expect(await reason(changes, tracerChanges)).toBe(sentence)
  })

  it('is of no other image, and of none with two tracers', async () => {
    expect(await uptake({ modality: ['00080060', 'CS', 'CT'] })).toBeNull()
    const two: ElementSpec = ['00540016', 'SQ', [given(tracer), given(tracer)]]
    expect(await reason({ sequence: two })).toBe('The file names more than one tracer.')
    expect(await reason({ sequence: null })).toBe(
      'The file does not say the injected dose, the half-life of the tracer and when the tracer was given.'
    )
  })
})

describe('an image of uptake', () => {
  const read = async (bytes: Uint8Array, name: string) => decodeDicom({ path: `/${name}`, name, bytes })
  const entry = { caseId: 'c', title: '', subtitle: '', modality: 'PT', date: null } as unknown as CaseEntry

  it('keeps the values of the file, and is read off, measured and windowed in SUV', async () => {
    const content = contentOf(await read(pet(), 'a.dcm'))
    const { volume } = content.volumes[0]
    expect(volume.unit).toBe('Bq/ml')
    expect(volume.voxels[0]).toBe(250)
    const shown = displayImage(entry, volume)
    expect(readIn(shown)).toEqual({ factor: halved, unit: 'SUVbw' })
    // SUV 0 to 5 is 0 to 12,500 Bq/ml here.
    const five = shown.presets.find(({ name }) => name === 'SUV 0 to 5')!
    expect([five.center, five.width].map((value) => value * halved)).toEqual([2.5, 5])
    const box = {
      id: 'a',
      kind: 'rectangle',
      name: 'A',
      slice: 0,
      points: [
        [0, 0],
        [2, 1]
      ]
    } as const
    const figures = figuresOf({ ...box, points: box.points.map(([x, y]) => [x, y]) }, shown)
    // Pixels 100 and 101, times the slope of 2.5, times the factor.
    expect(figures.find(({ name }) => name === 'mean')!.value).toBeCloseTo(100.5 * 2.5 * halved, 12)
  })

  it('is named in reports as DICOM names it', async () => {
    const { volume } = contentOf(await read(pet(), 'a.dcm')).volumes[0]
    expect(quantityOf(volume, 'PT')).toMatchObject({
      name: { value: '126401', scheme: 'DCM' },
      unit: { value: 'g/ml{SUVbw}', scheme: 'UCUM' }
    })
    const region = { ...volume, voxels: Uint8Array.from({ length: 12 }, (_, at) => (at < 2 ? 1 : 0)) }
    const mean = regionFigures(region as never, volume, 'PT').find(({ derivation }) => derivation?.meaning === 'Mean')
    expect(mean!.value).toBeCloseTo(100.5 * 2.5 * halved, 12)
  })

  it('is one of a series only where its files agree', async () => {
    const files = async (weight: string): Promise<Uptake | null | undefined> => {
      const heavier: Changes = { weight: ['00101030', 'DS', weight] }
      const two = [await read(pet(), '1.dcm'), await read(pet(heavier, {}, 2), '2.dcm')]
      return stackVolumes(two)[0].volume.uptake
    }
    expect(await files('74')).toEqual({ factor: halved })
    expect(await files('75')).toEqual({ reason: 'The slices of the series do not agree on weight, dose or times.' })
    expect(await files('')).toEqual({ reason: 'The file does not say the weight of the patient.' })
  })

  it('without what is needed stays in the unit of the file', async () => {
    const { volume } = contentOf(await read(pet({ weight: null }), 'a.dcm')).volumes[0]
    const shown = displayImage(entry, volume)
    expect(readIn(shown)).toEqual({ factor: 1, unit: 'Bq/ml' })
    expect(shown.uptake).toEqual({ reason: 'The file does not say the weight of the patient.' })
    expect(shown.presets.map(({ name }) => name)).not.toContain('SUV 0 to 5')
  })
})

describe('moments', () => {
  it('are read as DICOM and older files write them', () => {
    expect(secondsOfDay('093015.25')).toBe(9 * 3600 + 30 * 60 + 15.25)
    expect([secondsOfDay('09'), secondsOfDay('0930'), secondsOfDay('09:30:15')]).toEqual([32_400, 34_200, 34_215])
    expect([secondsOfDay(''), secondsOfDay('240000'), secondsOfDay('0960'), secondsOfDay('9')]).toEqual([
      null,
      null,
      null,
      null
    ])
    expect(momentOfDay('2026.03.14', '000001')).toBe(Date.UTC(2026, 2, 14) / 1000 + 1)
    expect(momentOfDateTime('20260314083000.5+0100')).toBe(Date.UTC(2026, 2, 14, 8, 30) / 1000 + 0.5)
    expect(momentOfDateTime('20260314')).toBeNull()
  })
})
