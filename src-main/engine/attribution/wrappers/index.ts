import type { Wrapper } from '@engine/attribution/wrapper'
import { abs } from '@engine/attribution/wrappers/abs'
import { region } from '@engine/attribution/wrappers/region'
import { smoothgrad } from '@engine/attribution/wrappers/smoothgrad'
import { smoothgradSquared } from '@engine/attribution/wrappers/smoothgrad-squared'
import { variance } from '@engine/attribution/wrappers/variance'

/** Every wrapper, in the order of the picker. */
export const wrappers: readonly Wrapper<never>[] = [smoothgrad, smoothgradSquared, variance, abs, region]
