import type { Section } from '../section'
import { answerSection } from './answer'
import { casesSection } from './cases'
import { cohortSection } from './cohort'
import { distributionsSection } from './distributions'
import { drivesSection } from './drives'
import { evidenceSection } from './evidence'
import { limitsSection } from './limits'
import { matrixSection } from './matrix'
import { methodGridsSection } from './method-grids'
import { methodsSection } from './methods'
import { modelsSection } from './models'
import { pairsSection } from './pairs'
import { presetSection } from './preset'
import { recipeSection } from './recipe'

/** The parts of the report file, in order. */
export const sections: readonly Section[] = [
  answerSection,
  matrixSection,
  evidenceSection,
  methodGridsSection,
  distributionsSection,
  pairsSection,
  drivesSection,
  cohortSection,
  presetSection,
  modelsSection,
  casesSection,
  methodsSection,
  limitsSection,
  recipeSection
]
