import { clinicadl } from '@engine/attribution/presets/clinicadl'
import { marchadour } from '@engine/attribution/presets/marchadour'
import type { Preset } from '@engine/attribution/presets/preset'
import { suemer } from '@engine/attribution/presets/suemer'

/** Every preset, in the order of the picker. */
export const presets: readonly Preset[] = [suemer, marchadour, clinicadl]
