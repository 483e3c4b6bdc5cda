import type { BackwardRule, Composite } from '../rule'
import { gradient } from './gradient'

/** At a ReLU only positive gradients pass, whatever the activation was. */
const rectify: BackwardRule = ({ w, outgoing }) => [w.op('Relu', [outgoing])]

/**
 * Deconvolution. Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, arXiv:1311.2901.
 * Only ReLU is changed.
 */
export const deconvolution: Composite = (node, position) =>
  node.opType === 'Relu' && node.domain === '' ? rectify : gradient(node, position)
