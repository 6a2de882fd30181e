import { account } from './account';
import { artefacts } from './artefacts';
import { audit } from './audit';
import { boards } from './boards';
import { comparing } from './comparing';
import { documentOf } from './document';
import { exporting } from './exporting';
import { importing } from './importing';
import { ingest } from './ingest';
import { metrics } from './metrics';
import { run } from './run';
import { runs } from './runs';
import { scriptFiles } from './script-files';
import { scripts } from './scripts';
import { services } from './services';
import { sessions } from './sessions';
import { settings } from './settings';
import { shared } from './shared';
import { sharing } from './sharing';
import { status } from './status';
import { tokens } from './tokens';
import { users } from './users';
import { webhooks } from './webhooks';
import { whatIfs } from './what-if';
import { words } from './words';

const resources = [
  ...account,
  ...artefacts,
  ...audit,
  ...boards,
  ...comparing,
  ...exporting,
  ...importing,
  ...ingest,
  ...metrics,
  ...run,
  ...runs,
  ...scriptFiles,
  ...scripts,
  ...services,
  ...sessions,
  ...settings,
  ...shared,
  ...sharing,
  ...status,
  ...tokens,
  ...users,
  ...webhooks,
  ...whatIfs,
  ...words,
] as const;

/** Every route of the API. */
export const routes = [...resources, documentOf(resources)] as const;
/** For the client, which must know the types alone. */
export type Routes = typeof routes;
