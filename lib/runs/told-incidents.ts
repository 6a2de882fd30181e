import { z } from 'zod';
import { type Incident, incidentSchema } from '@/lib/model/incident';
import { messageSchema } from '@/lib/model/message';
import { type Correlation } from '@/lib/timeline/correlate';
import { culpritMessage, incidentMessage } from '@/lib/timeline/incident-message';
import { english } from '@/lib/words/english';

/** An incident for programs: with its sentence, and whose it was, in English and as codes. */
export const toldIncidentSchema = incidentSchema.extend({
  sentence: z.string(),
  sentenceCode: messageSchema,
  culpritSentence: z.string(),
  culpritCode: messageSchema,
});
export type ToldIncident = z.infer<typeof toldIncidentSchema>;

/** All incidents of a run in the order of time. */
export function toldIncidents({ incidents }: Pick<Correlation, 'incidents'>): ToldIncident[] {
  return incidents.map((incident: Incident) => {
    const [sentenceCode, culpritCode] = [incidentMessage(incident), culpritMessage(incident)];
    return {
      ...incident,
      sentence: english(sentenceCode),
      sentenceCode,
      culpritSentence: english(culpritCode),
      culpritCode,
    };
  });
}
