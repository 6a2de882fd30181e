import { type RevisionFigures } from '@/lib/model/revision-figures';
import { type Correlation } from './correlate';
import { worstLagOf } from './figures';

/** The figures of each revision, in the order in which they came; none where there was one. */
export function revisionFigures({
  revisions,
  matched,
  expected,
  incidents,
}: Pick<Correlation, 'revisions' | 'matched' | 'expected' | 'incidents'>): RevisionFigures[] {
  return revisions.map(({ decided: _decided, ...figures }) => {
    const isOwn = (event: { revision?: string }): boolean => event.revision === figures.revision;
    return {
      ...figures,
      scaleEvents: expected.filter(isOwn).length,
      worstLagMs: worstLagOf({ matched: matched.filter((one) => isOwn(one.expected)), incidents }),
    };
  });
}
