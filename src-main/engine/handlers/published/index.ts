import { clinicadl } from './clinicadl'
import { marchadour } from './marchadour'
import { mednet } from './mednet'
import type { PublishedStudy } from './published-study'
import { qtim } from './qtim'
import { suemer } from './suemer'

/** Every study whose assessment can be followed, in the order of the help text. */
export const publishedStudies: readonly PublishedStudy[] = [qtim, mednet, marchadour, clinicadl, suemer]
