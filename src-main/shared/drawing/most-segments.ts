/** Segments of one drawing: what can be drawn can also be kept as a reading, carried and read again. */
export const mostSegments = 256
