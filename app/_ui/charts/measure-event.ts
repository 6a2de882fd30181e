/** Sent when every chart must have its size and the last second's data at once: for paper and for pictures. */
export const measureEvent = 'scaletrace:measure-stack';
