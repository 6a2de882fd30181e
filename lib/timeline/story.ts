import { podTargetOf } from '@/lib/model/autoscaler-config';
import { type Correlation } from './correlate';
import { type Recording } from '@/lib/model/recording';
import { mostOfIncidents, noteSentences, ofRevision, wholeLagSentences } from './lag-story';
import { revisionRules, revisionSentences } from './revision-story';
import { sentMessage } from '@/lib/model/message';
import { unitOf } from '@/lib/model/protocol';
import { isWatched, type Run } from '@/lib/model/run';
import { scenariosAsked } from './scenarios';
import { usageSentences } from './usage-story';
import { type StorySentence } from './story-sentence';
import { thresholdSentences } from './threshold-story';
import { episodeSentence, descents, unasked, lossSentences } from './scaling-story';

/**
 * What was asked, what happened, the verdicts, then in the order of time each incident with its parts, cost and culprit, and
 * the scale events that are in none; last what would help.
 */
export function storyOf(
  run: Run,
  correlation: Correlation,
  { gaps, decisions }: Pick<Recording, 'gaps' | 'decisions'>,
): StorySentence[] {
  const { incidents } = correlation;
  const unit = unitOf(run.protocols);
  const told = new Set(incidents.flatMap(({ eventIds }) => eventIds));
  const isNew = ({ eventId }: StorySentence): boolean => eventId === null || !told.has(eventId);
  const timed = [
    ...incidents.map((incident): StorySentence => ({
      kind: 'incident',
      incident,
      unit,
      range: { fromMs: incident.startMs, toMs: incident.endMs },
      eventId: incident.id,
    })),
    ...correlation.coldStarts.map(({ id: _id, atMs, readyMs, requests, slowest }): StorySentence => ({
      kind: 'cold-start',
      atMs,
      unit,
      lengthMs: readyMs === null ? null : readyMs - atMs,
      requests,
      slowest,
      isInIncident: incidents.some(({ startMs, endMs }) => startMs <= (readyMs ?? atMs) && endMs >= atMs),
      range: { fromMs: atMs, toMs: readyMs ?? atMs },
      eventId: null,
    })),
    ...correlation.episodes
      .filter(({ events }) => !events.some(({ id }) => told.has(id)))
      .map((episode) => episodeSentence(episode, unit)),
    ...noteSentences(correlation),
    ...revisionSentences(correlation),
    ...descents(correlation).filter(isNew),
    ...correlation.missed
      .filter(({ id, from, to }) => to < from && !told.has(id))
      .map(({ id, atMs, from, to, revision }): StorySentence => ({
        kind: 'kept',
        ...ofRevision(revision),
        dueMs: atMs,
        from,
        to,
        range: { fromMs: atMs, toMs: atMs },
        eventId: id,
      })),
    ...unasked(correlation).filter(isNew),
    ...lossSentences(correlation).filter(isNew),
    ...gaps.map(({ what, fromMs, toMs, reason, code, data }): StorySentence => ({
      kind: 'gap',
      what,
      fromMs,
      toMs,
      reason: sentMessage(code, data, reason),
      range: { fromMs, toMs: toMs ?? fromMs },
      eventId: null,
    })),
  ].sort((a, b) => (a.range?.fromMs ?? 0) - (b.range?.fromMs ?? 0));
  const quiet = [correlation.expected, correlation.observed, correlation.losses, correlation.rollouts].every(
    (events) => events.length === 0,
  );
  const isCalculated = decisions.length === 0 || decisions.some(({ valid }) => valid);
  return [
    ...asked(run),
    ...revisionRules(correlation),
    ...loaded(run),
    ...thresholdSentences(run),
    ...usageSentences(run, correlation, decisions),
    ...wholeLagSentences(correlation),
    ...timed,
    ...mostOfIncidents(correlation),
    ...(quiet && isCalculated && correlation.pods.steps.length > 0
      ? [{ kind: 'no-scaling', pods: run.figures.peakReadyPods, range: null, eventId: null } as const]
      : []),
  ];
}

function asked(run: Run): StorySentence[] {
  const { scriptName, service, options, autoscaling } = run;
  const what = { service: service.name, host: service.host || null, range: null, eventId: null };
  const sentences: StorySentence[] = [
    isWatched(run)
      ? { kind: 'watched', ...what }
      : { kind: 'asked', script: scriptName, scenarios: scenariosAsked(options), ...what },
  ];
  if (autoscaling) {
    const { class: kind, minScale, maxScale } = autoscaling.config;
    const { metric, target } = podTargetOf(autoscaling.config);
    sentences.push({
      kind: 'rules',
      class: kind.toUpperCase(),
      target,
      metric,
      minScale,
      maxScale,
      range: null,
      eventId: null,
    });
  }
  return sentences;
}

function loaded({ figures, loadStartMs, loadEndMs, summary, protocols }: Run): StorySentence[] {
  if (figures.requests === null) return [];
  const { requests, failures, requestsPerSecond, p50Ms, p99Ms, peakReadyPods } = figures;
  return [
    {
      kind: 'load',
      unit: unitOf(protocols),
      requests,
      failures,
      perSecond: requestsPerSecond,
      p50Ms,
      p99Ms,
      peakReadyPods,
      ...(summary?.interruptedIterations ? { interrupted: summary.interruptedIterations } : {}),
      range: loadStartMs !== null && loadEndMs !== null ? { fromMs: loadStartMs, toMs: loadEndMs } : null,
      eventId: null,
    },
  ];
}
