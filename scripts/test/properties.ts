// How the property tests run: `npm test` tries the same cases each time, so that a change is what makes them fail;
// `npm run fuzz` tries many new ones (docs/decisions/property-tests.md).
import fc from 'fast-check';
import { isFuzz, propertyRuns } from './property-runs';

fc.configureGlobal({ numRuns: propertyRuns(100), ...(isFuzz ? {} : { seed: 20_261_126 }) });
