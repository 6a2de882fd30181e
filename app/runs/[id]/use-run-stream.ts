'use client';

import { useEffect, useState } from 'react';
import { type z } from 'zod';
import { appendRecording } from '@/lib/timeline/append';
import { type Recording } from '@/lib/timeline/recording';
import { type Run } from '@/lib/timeline/run';
import { RequestTable } from '../../_charts/columns';
import { makeModel, type ChartModel } from '../../_charts/model';
import { createStore, type Store } from '../../_charts/store';
import { getLog, logEventSchema, recordingEventSchema, runEventSchema, type LogLine } from '../../_data/runs';

export interface RunStream {
  model: Store<ChartModel>;
  log: Store<readonly LogLine[]>;
  connected: Store<boolean>;
  /** Takes a run that an action answered. */
  takeRun(run: Run): void;
  takeRecording(increment: Recording): void;
}

/** Follows a run from what the page was rendered with; a lost connection resumes at the last event without a hole. */
export function useRunStream(run: Run, recording: Recording, cursor: string): RunStream {
  const [stream] = useState(() => makeStream(run, recording));
  useEffect(() => {
    if (run.endedAtMs !== null) {
      const abort = new AbortController();
      void getLog(run.id, 0, abort.signal).then((lines) => stream.log.set(lines), () => {});
      return () => abort.abort();
    }
    const source = new EventSource(`/api/runs/${run.id}/events?cursor=${cursor}`);
    const on = <S extends z.ZodType>(type: string, schema: S, take: (value: z.infer<S>) => void): void => {
      source.addEventListener(type, (event) => take(schema.parse(JSON.parse((event as MessageEvent<string>).data))));
    };
    source.onopen = () => stream.connected.set(true);
    source.onerror = () => stream.connected.set(false);
    on('recording', recordingEventSchema, (value) => stream.takeRecording(value.recording));
    on('run', runEventSchema, (value) => stream.takeRun(value.run));
    on('log', logEventSchema, ({ lines }) => {
      const known = stream.log.get();
      const last = known.at(-1)?.id ?? 0;
      stream.log.set([...known, ...lines.filter((line) => line.id > last)]);
    });
    source.addEventListener('end', () => source.close());
    return () => source.close();
  }, [run.id, run.endedAtMs, cursor, stream]);
  return stream;
}

function makeStream(run: Run, recording: Recording): RunStream {
  const table = new RequestTable();
  table.append(recording, run.loadStartMs);
  const model = createStore<ChartModel>(makeModel(run, recording, table, null));
  return {
    model,
    log: createStore<readonly LogLine[]>([]),
    connected: createStore(true),
    takeRun: (next) => model.set(makeModel(next, model.get().recording, table, model.get())),
    takeRecording(increment) {
      const before = model.get();
      const next = appendRecording(before.recording, increment);
      table.append(increment, before.run.loadStartMs);
      model.set(makeModel(before.run, next, table, before));
    },
  };
}
