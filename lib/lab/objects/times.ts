/** A time as Kubernetes' objects tell it (metav1.Time): whole seconds. */
export function kubeTime(unixMs = Date.now()): string {
  return new Date(unixMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A time as only `eventTime` and its like tell it (metav1.MicroTime). */
export function microTime(unixMs = Date.now()): string {
  return new Date(unixMs).toISOString().replace('Z', '000Z');
}

/** A duration as Go prints it: `0s`, `345ms`, `1.2s`, `1m2.5s`. */
export function goDuration(ms: number): string {
  const whole = Math.trunc(ms);
  if (whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  return `${minutes > 0 ? `${minutes}m` : ''}${(whole % 60_000) / 1000}s`;
}
