import { describe, expect, it } from 'vitest';
import { parseAnnotations } from './annotations-text';

describe('parseAnnotations', () => {
  it('reads what one copies from a YAML file', () => {
    expect(
      parseAnnotations(
        "  autoscaling.knative.dev/max-scale: '20'\nautoscaling.knative.dev/window: 60s\n\nnot one\n: x",
      ),
    ).toEqual({
      'autoscaling.knative.dev/max-scale': '20',
      'autoscaling.knative.dev/window': '60s',
    });
  });
});
