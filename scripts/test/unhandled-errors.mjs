// A reporter of Vitest's: writes beside the JSON report what failed outside of any test, as a process that was killed with
// the tests that it had not ended; the JSON report does not tell it.
import { writeFileSync } from 'node:fs';
import { unhandledFile } from './reports.mjs';

// Vitest takes a reporter by its default export.
export default class UnhandledErrors {
  #file = '';

  /** @param {import('vitest/node').Vitest} vitest */
  onInit({ config: { outputFile } }) {
    if (typeof outputFile === 'object' && outputFile.json) this.#file = unhandledFile(outputFile.json);
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} errors
   */
  onTestRunEnd(modules, errors) {
    if (!this.#file) return;
    const open = modules
      .flatMap((module) => [...module.children.allTests('pending')])
      .map(({ module, fullName }) => `not ended: ${module.relativeModuleId} › ${fullName}`);
    const told = errors.map(({ name, message, stack }) => stack ?? `${name}: ${message}`);
    writeFileSync(this.#file, JSON.stringify([...open, ...told]));
  }
}
