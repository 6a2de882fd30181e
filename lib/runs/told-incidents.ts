import { z } from 'zod';
import { type Incident, incidentPartNames, incidentSchema } from '@/lib/model/incident';
import { messageSchema } from '@/lib/model/message';
import { type RequestUnit } from '@/lib/model/protocol';
import { type Correlation } from '@/lib/timeline/correlate';
import { culpritMessage, incidentMessage, printedParts } from '@/lib/timeline/incident-message';
import { english } from '@/lib/words/english';

/** An incident for programs: with its sentence, and whose it was, in English and as codes. */
export const toldIncidentSchema = incidentSchema.extend({
  /** Its length and the lengths of its parts as pages print them, in ms: rounded so that they add up. */
  printed: z.object({
    totalMs: z.number(),
    parts: z.array(z.object({ part: z.enum(incidentPartNames), ms: z.number() })),
  }),
  sentence: z.string(),
  sentenceCode: messageSchema,
  culpritSentence: z.string(),
  culpritCode: messageSchema,
});
export type ToldIncident = z.infer<typeof toldIncidentSchema>;

/** All incidents of a run in the order of time; `unit`: what its requests are. */
export function toldIncidents(
  { incidents }: Pick<Correlation, 'incidents'>,
  unit: RequestUnit,
): ToldIncident[] {
  return incidents.map((incident: Incident) => {
    const [sentenceCode, culpritCode] = [incidentMessage(incident, unit), culpritMessage(incident)];
    return {
      ...incident,
      printed: printedParts(incident),
      sentence: english(sentenceCode),
      sentenceCode,
      culpritSentence: english(culpritCode),
      culpritCode,
    };
  });
}
