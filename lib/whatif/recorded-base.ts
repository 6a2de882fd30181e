import { type AnnotationName, Annotations } from '@/lib/autoscaling/config/annotations';
import { percentOf } from '@/lib/autoscaling/config/percent';
import { type AutoscalerConfig } from '@/lib/autoscaling';
import { type WhatIfBase } from '@/lib/whatif';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { message } from '@/lib/model/message';
import { podsByRevision } from '@/lib/timeline/correlate-revisions';

/** All of a run by the settings of its service; several revisions are then replayed as one. */
export function baseOf(run: Run, { podEvents }: Recording): WhatIfBase {
  const { annotations, containerConcurrency, concurrencyFrom } = run.service;
  const names = [...podsByRevision(podEvents).keys()];
  return {
    assumptions:
      names.length < 2 ? [] : [message('assumptions.revisions-replayed-as-one', { names: names.join(', ') })],
    annotations,
    containerConcurrency,
    concurrencyFrom,
    configMap: run.autoscaling ? clusterSettings(run.autoscaling.config, annotations) : {},
  };
}

/** What the cluster's ConfigMap said, as far as the run's configuration shows it and no annotation did. */
function clusterSettings(
  config: AutoscalerConfig,
  annotations: Readonly<Record<string, string>>,
): Record<string, string> {
  const said = new Annotations(annotations);
  const settings: [key: string, value: string | number | boolean, annotation?: AnnotationName][] = [
    ['stable-window', `${config.stableWindowMs}ms`, 'window'],
    ['panic-threshold-percentage', percentOf(config.panicThreshold), 'panic-threshold-percentage'],
    ['scale-down-delay', `${config.scaleDownDelayMs}ms`, 'scale-down-delay'],
    [
      'scale-to-zero-pod-retention-period',
      `${config.scaleToZeroRetentionMs}ms`,
      'scale-to-zero-pod-retention-period',
    ],
    ['max-scale-up-rate', config.maxScaleUpRate],
    ['max-scale-down-rate', config.maxScaleDownRate],
    ['enable-scale-to-zero', config.enableScaleToZero],
    ['scale-to-zero-grace-period', `${config.scaleToZeroGraceMs}ms`],
    ['allow-zero-initial-scale', config.initialScale === 0],
    ['initial-scale', config.initialScale, 'initial-scale'],
  ];
  return Object.fromEntries(
    settings
      .filter(([, , annotation]) => annotation === undefined || said.get(annotation) === null)
      .map(([key, value]) => [key, String(value)]),
  );
}
