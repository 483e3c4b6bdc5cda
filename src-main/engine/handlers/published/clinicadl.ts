import type { PublishedStudy } from './published-study'

/** Definitions A5. */
export const clinicadl: PublishedStudy = {
  id: 'clinicadl',
  summary:
    'ClinicaDL averages signed gradients or Grad-CAM maps of brain volumes over a group, one output at a time; in a two-class network the opposite output should show the opposite sign. Its synthetic set with a known mask is the check. It reports no figure to compare with.',
  target: '0',
  criteria: [
    { id: 'performance', params: {} },
    { id: 'groups', params: {} },
    { id: 'regions', params: {} }
  ],
  regions: { rows: 2, columns: 2 },
  departures: [
    {
      what: 'explained output',
      published: 'target_node 0',
      here: 'the same (target 0)',
      usual: 'the labelled finding',
      why: 'to follow the program',
      ourChoice: false
    },
    {
      what: 'reduction',
      published: 'signed and unscaled',
      here: 'the same: sum over the channels, no absolute value',
      usual: 'sum of absolute values, clipped, 0–1',
      why: 'a sign is part of the group map',
      ourChoice: false
    },
    {
      what: 'group map',
      published: 'sum of maps over the number of patches, regions and slices: k times too small with k parts an image',
      here: 'mean over images',
      usual: 'mean over images',
      why: 'a fault of the program',
      ourChoice: false
    },
    {
      what: 'pooling of the gradients in volumes',
      published: 'over the first two axes only',
      here: 'over all three; gradcam-clinicadl.pooling=first-two-axes reproduces theirs',
      usual: 'over all three',
      why: 'a fault of the program',
      ourChoice: false
    },
    {
      what: 'files',
      published: 'NIfTI with identity affine',
      here: 'the patient’s space',
      usual: 'the patient’s space',
      why: 'a map without its place cannot be laid over the image',
      ourChoice: false
    },
    {
      what: 'regions',
      published: 'none',
      here: '2 × 2 cells, unless the experiment names regions',
      usual: 'those of the experiment',
      why: 'groups are also compared by region',
      ourChoice: true
    }
  ],
  figures: []
}
