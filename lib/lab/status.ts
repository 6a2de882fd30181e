import { type FieldCause } from './knative-service';

/** An error as the Kubernetes API answers it: a Status object. */
export class StatusError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: { name?: string; group?: string; kind?: string; causes?: FieldCause[] },
  ) {
    super(message);
  }

  toObject(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

/** 422 with each field that a Knative Service has wrong. */
export function invalidService(name: string, causes: FieldCause[]): StatusError {
  const words = causes.map((cause) => `${cause.message}: ${cause.field}`).join('; ');
  return new StatusError(422, 'Invalid', `Service.serving.knative.dev "${name}" is invalid: ${words}`, {
    name,
    group: 'serving.knative.dev',
    kind: 'Service',
    causes,
  });
}
