import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, previewOf, reasons, type Tree } from './tree'

const participants = (...rows: string[]): string => `participant_id\tage\tdiagnosis\n${rows.join('\n')}\n`

/** Two people with a T1w and a FLAIR image, one with a lesion mask. */
const two: Tree = {
  'dataset_description.json': '{"Name":"two","BIDSVersion":"1.9.0"}',
  'participants.tsv': participants('sub-01\t70\tAD', 'sub-02\t71\tCN'),
  ...{
    'sub-01/anat/sub-01_T1w.nii.gz': '',
    'sub-01/anat/sub-01_FLAIR.nii.gz': '',
    'sub-01/anat/sub-01_T1w.json': '{}'
  },
  ...{ 'sub-02/anat/sub-02_T1w.nii.gz': '', 'sub-02/anat/sub-02_FLAIR.nii.gz': '' },
  'derivatives/anna/sub-01/anat/sub-01_label-lesion_mask.nii.gz': ''
}

describe('a BIDS tree', () => {
  it('makes a case of every image of one kind, with label and mask, and says what it took', async () => {
    const preview = await previewOf(plant(two))
    expect(preview).toMatchObject({ kind: 'bids', counts: { cases: 2, patients: 2, labelled: 2, withMask: 1 } })
    expect(preview.cases[0]).toEqual({
      ...{ id: 'sub-01', patient: 'sub-01', session: null, image: 'sub-01/anat/sub-01_T1w.nii.gz', label: 'AD' },
      ...{ split: null, boxes: 0 },
      masks: [{ reader: 'anna', name: 'derivatives/anna/sub-01/anat/sub-01_label-lesion_mask.nii.gz' }]
    })
    expect(preview.images).toEqual({
      chosen: ['T1w'],
      options: [
        { value: 'FLAIR', count: 2 },
        { value: 'T1w', count: 2 }
      ]
    })
    expect(preview.assumptions).toEqual([
      'Of 2 kinds of image “T1w” is taken; 2 images of other kinds are left out.',
      'Reference masks are those of “anna: label-lesion_mask”.',
      'Labels are the values of the column “diagnosis” of participants.tsv.'
    ])
  })

  it('takes another kind of image when told, and refuses one that is not there', async () => {
    const root = plant(two)
    const flair = await previewOf(root, { image: 'FLAIR', masks: [] })
    expect(flair.cases.map(({ image }) => image)).toEqual([
      'sub-01/anat/sub-01_FLAIR.nii.gz',
      'sub-02/anat/sub-02_FLAIR.nii.gz'
    ])
    expect(reasons(flair.unmatched.masks)).toEqual([
      'derivatives/anna/sub-01/anat/sub-01_label-lesion_mask.nii.gz: masks of “anna: label-lesion_mask” are not chosen.'
    ])
    await expect(previewOf(root, { image: 'bold' })).rejects.toMatchObject({
      code: 'bad-parameter',
      hint: 'It has: FLAIR, T1w.'
    })
  })

  it('never takes a brain mask for a finding, nor one that was drawn in another space', async () => {
    const root = plant({
      ...two,
      'derivatives/fmriprep/sub-01/anat/sub-01_desc-brain_mask.nii.gz': '',
      'derivatives/fmriprep/sub-01/anat/sub-01_desc-preproc_T1w.nii.gz': '',
      'derivatives/anna/sub-02/anat/sub-02_space-MNI152_label-lesion_mask.nii.gz': '',
      'derivatives/anna/sub-09/anat/sub-09_label-lesion_mask.nii.gz': ''
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ masks }) => masks.length)).toEqual([1, 0])
    expect(reasons(preview.unmatched.masks)).toEqual([
      'derivatives/anna/sub-02/anat/sub-02_space-MNI152_label-lesion_mask.nii.gz: it was drawn in the space “MNI152”, the image lies in another.',
      'derivatives/anna/sub-09/anat/sub-09_label-lesion_mask.nii.gz: sub-09 has no image of the chosen kind.',
      'derivatives/fmriprep/sub-01/anat/sub-01_desc-brain_mask.nii.gz: masks of “fmriprep: desc-brain_mask” are not taken unasked: they may show anatomy, not a finding.'
    ])
    expect(preview.images.options.map(({ value }) => value)).toContain('fmriprep: desc-preproc_T1w')
    const asked = await previewOf(root, { masks: ['fmriprep: desc-brain_mask', 'anna: label-lesion_mask'] })
    expect(asked.cases[0].masks.map(({ reader }) => reader)).toEqual(['anna', 'fmriprep'])
  })

  it('keeps several runs apart, and asks which a mask belongs to', async () => {
    const folder = 'sub-01/ses-1/anat/sub-01_ses-1'
    const root = plant({
      [`${folder}_run-1_T1w.nii.gz`]: '',
      [`${folder}_run-2_T1w.nii.gz`]: '',
      'derivatives/r/sub-01/ses-1/anat/sub-01_ses-1_run-2_label-lesion_mask.nii.gz': '',
      'derivatives/r/sub-01/ses-1/anat/sub-01_ses-1_label-lesion_mask.nii.gz': ''
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id, masks }) => [id, masks.length])).toEqual([
      ['sub-01_ses-1_run-1_T1w', 0],
      ['sub-01_ses-1_run-2_T1w', 1]
    ])
    expect(preview.counts.patients).toBe(1)
    expect(preview.warnings.join(' ')).toMatch(/sub-01 ses-1 has 2 images of this kind; each is a case of its own/)
    expect(reasons(preview.unmatched.masks)[0]).toMatch(/could belong to 2 images of sub-01 ses-1/)
    expect(preview.warnings).toContain('There is no participants.tsv: cases have no label.')
  })

  it('lists participants without images and images without participants, repeats and contradictions', async () => {
    const root = plant({
      ...two,
      'participants.tsv': `\uFEFF${participants('sub-01\t70\tAD', '01\t70\tAD', 'sub-01\t70\tCN', 'sub-07\t66\tCN').replaceAll('\n', '\r\n')}`
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id, label }) => [id, label])).toEqual([
      ['sub-01', 'AD'],
      ['sub-02', null]
    ])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'line 4 of participants.tsv: gives “sub-01” another label than an earlier line; the earlier line counts.',
      'line 5 of participants.tsv: no case belongs to “sub-07”.'
    ])
    expect(reasons(preview.duplicates)).toEqual([
      'line 3 of participants.tsv: says again what an earlier line says of “sub-01”.'
    ])
    expect(preview.warnings).toContain('1 of 2 cases have no row in participants.tsv: sub-02.')
  })

  it('says that participants.tsv has no label, and which columns there are', async () => {
    const preview = await previewOf(
      plant({ ...two, 'participants.tsv': 'participant_id\thand\nsub-01\tleft\nsub-02\tright\n' })
    )
    expect(preview.counts.labelled).toBe(0)
    expect(preview.warnings[0]).toMatch(
      /No column of participants.tsv is called diagnosis, label.*Other columns: “hand”/
    )
    const hand = await previewOf(
      plant({ ...two, 'participants.tsv': 'participant_id\thand\nsub-01\tleft\nsub-02\tright\n' }),
      { label: 'hand' }
    )
    expect(hand.labelCounts.map(({ value }) => value)).toEqual(['left', 'right'])
    const nobody = plant({ ...two, 'participants.tsv': 'name\thand\nx\tleft\n' })
    await expect(previewOf(nobody)).rejects.toMatchObject({ code: 'bad-file' })
  })

  it('lets the label of a session override that of the participant', async () => {
    const image = (session: string): string => `sub-01/${session}/anat/sub-01_${session}_T1w.nii.gz`
    const root = plant({
      'participants.tsv': participants('sub-01\t70\tMCI'),
      'sub-01/sub-01_sessions.tsv': 'session_id\tdiagnosis\nses-1\tMCI\nses-2\tAD\nses-3\tAD\n',
      ...{ [image('ses-1')]: '', [image('ses-2')]: '' }
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id, label }) => [id, label])).toEqual([
      ['sub-01_ses-1', 'MCI'],
      ['sub-01_ses-2', 'AD']
    ])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'line 4 of sub-01_sessions.tsv: no case belongs to ses-3 of sub-01.'
    ])
  })

  it('follows the links DataLad makes inside the tree', async () => {
    const root = plant({ '.git/annex/objects/x/y': '', 'participants.tsv': participants('sub-01\t70\tAD') })
    mkdirSync(join(root, 'sub-01/anat'), { recursive: true })
    symlinkSync('../../.git/annex/objects/x/y', join(root, 'sub-01/anat/sub-01_T1w.nii.gz'))
    symlinkSync('../../.git/annex/objects/not/there', join(root, 'sub-01/anat/sub-01_T2w.nii.gz'))
    const preview = await previewOf(root)
    expect(preview.cases.map(({ image }) => image)).toEqual(['sub-01/anat/sub-01_T1w.nii.gz'])
    expect(preview.warnings.join(' ')).toMatch(/1 links lead nowhere.*datalad get/)
  })
})

describe('a CAPS tree', () => {
  const image = (subject: string, ending = 'nii.gz'): string =>
    `subjects/${subject}/ses-M000/t1_linear/${subject}_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.${ending}`

  it('names kinds by pipeline, leaves tensors alone, and takes a table of diagnoses by participant and session', async () => {
    const root = plant({
      [image('sub-A')]: '',
      [image('sub-B')]: '',
      [`${image('sub-A').replace('t1_linear/', 'deeplearning_prepare_data/image_based/t1_linear/').replace('nii.gz', 'pt')}`]:
        'x'
    })
    const table = 'participant_id\tsession_id\tdiagnosis\nsub-A\tses-M000\tAD\nsub-B\tses-M012\tCN\n'
    const labels = join(plant({ 'test.tsv': table }), 'test.tsv')
    const preview = await previewOf(root, { labelTable: labels })
    expect(preview).toMatchObject({ kind: 'caps', counts: { cases: 2, labelled: 1 } })
    expect(preview.images.chosen).toEqual(['t1_linear/space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w'])
    expect(preview.cases.map(({ id, label }) => [id, label])).toEqual([
      ['sub-A_ses-M000', 'AD'],
      ['sub-B_ses-M000', null]
    ])
    expect(preview.warnings.join(' ')).toMatch(/1 PyTorch tensors .* pickles/)
    expect(reasons(preview.unmatched.rows)).toEqual(['line 3 of test.tsv: no case belongs to “sub-B”.'])
  })

  it('says which of several tables it read', async () => {
    const root = plant({
      [image('sub-A')]: '',
      ...{
        'baseline.tsv': 'participant_id\tdiagnosis\nsub-A\tAD\n',
        'old.tsv': 'participant_id\tdiagnosis\nsub-A\tCN\n'
      }
    })
    const preview = await previewOf(root)
    expect(preview.cases[0].label).toBe('AD')
    expect(preview.assumptions[0]).toBe('Participants are those of baseline.tsv; not read: old.tsv.')
  })

  it('reads the tree of the embedded sample', async () => {
    const preview = await previewOf('resources/sample/brain/caps')
    expect(preview).toMatchObject({ kind: 'caps', also: [], counts: { cases: 20, patients: 20, labelled: 20 } })
    expect(preview.labelCounts).toEqual([
      { value: 'AD-like', cases: 12, patients: 12 },
      { value: 'CN-like', cases: 8, patients: 8 }
    ])
    expect(preview.images.options).toHaveLength(2)
  })
})
