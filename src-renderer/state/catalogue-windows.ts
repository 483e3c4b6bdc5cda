/** Words of the window presets in Settings, in one place and ready for translation. */
export const windowsWords = {
  title: 'Windows',
  hint: 'Windows of your own, for each modality: they follow those that come with every image, and go before one of the same name. CT has windows in HU, PET in SUV where the file says so; MR and radiographs have shares of the image’s own values, since their numbers differ from scanner to scanner.',
  modality: 'Modality',
  columns: ['Name', 'Lower', 'Upper', 'Level', 'Width'],
  none: (modality: string): string => `No window of your own for ${modality} yet.`,
  field: (what: string, name: string): string => `${what} of ${name}`,
  remove: (name: string): string => `Remove ${name}`,
  newName: 'Name of a new window',
  add: 'Add',
  full: (most: number): string => `There is room for ${most} windows of each modality.`
} as const
