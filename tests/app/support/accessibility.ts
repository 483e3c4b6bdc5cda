import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** Serious accessibility findings as `rule: what`, for a message that says where to look. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // Legacy mode: Electron cannot open the extra page that the other one needs.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()

  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`)
}
