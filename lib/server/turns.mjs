// Who reads waits for a turn: pages and answers are made a few at a time, in the order in which they were asked for, so
// that between two of them the dashboard takes a push of k6 (docs/decisions/readers.md).

/**
 * @typedef {{
 *   atOnce: number; // how many are made at a time
 *   mostWaiting: number; // more are refused
 *   patienceMs: number; // who has waited for so long is refused
 *   longestMs: number; // a turn is over by then: what is still to do is waiting for something else
 * }} Limits
 */

/** @type {Limits} */
const usualLimits = { atOnce: 4, mostWaiting: 1000, patienceMs: 10_000, longestMs: 2000 };

export class Turns {
  /** @type {Set<(hasTurn: boolean) => void>} */
  #waiting = new Set();
  #taken = 0;
  #limits;

  /** @param {Limits} limits */
  constructor(limits = usualLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves with true when it is this answer's turn; the turn is over once the answer begins, or is no longer wanted.
   * False: there are too many before it.
   * @param {import('node:http').ServerResponse} response @returns {Promise<boolean>}
   */
  async take(response) {
    if (!(await this.#place(response))) return false;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      this.#next();
    };
    const timer = setTimeout(end, this.#limits.longestMs);
    response.once('close', end);
    const writeHead = response.writeHead.bind(response);
    response.writeHead = /** @type {typeof response.writeHead} */ (
      (/** @type {Parameters<typeof writeHead>} */ ...head) => {
        // What else is made in the same breath is of this turn.
        setImmediate(end);
        return writeHead(...head);
      }
    );
    if (response.destroyed) end();
    return true;
  }

  /** @param {import('node:http').ServerResponse} response @returns {Promise<boolean>} */
  #place(response) {
    if (this.#taken < this.#limits.atOnce) {
      this.#taken++;
      return Promise.resolve(true);
    }
    if (this.#waiting.size >= this.#limits.mostWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (/** @type {boolean} */ hasTurn) => {
        clearTimeout(timer);
        response.off('close', leave);
        this.#waiting.delete(settle);
        resolve(hasTurn);
      };
      const leave = () => settle(false);
      const timer = setTimeout(leave, this.#limits.patienceMs);
      response.once('close', leave);
      this.#waiting.add(settle);
    });
  }

  /** The turn goes to who has waited longest. */
  #next() {
    const [first] = this.#waiting;
    if (first) first(true);
    else this.#taken--;
  }
}
