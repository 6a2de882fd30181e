/** The words of one area, in both languages. */
export const reviewEn = {
  story: {
    all: (n: number) => `All ${n} sentences`,
    fewer: 'Fewer',
    assumed: (n: number) => (n === 1 ? '1 assumption of the calculation' : `${n} assumptions of the calculation`),
  },
  outcome: {
    short: 'fell short',
    correction: 'back to what was due',
    lost: 'pod lost',
  },
  events: {
    shortText: (reached: number, to: number) => `The cluster came to ${reached} of the ${to} pods that were due.`,
    correctionText: 'The cluster came back towards the number of pods that was due.',
    lostTitle: 'A pod was lost',
    lostText: (by: 'restart' | 'replacement'): string => (by === 'restart' ? 'It ceased to be ready though nobody told it to end.' : 'It went, and another was made in its place: no scale event.'),
    pod: 'Pod',
    reason: 'Reason',
    readyAgain: 'Ready again',
    further: 'Then',
    lastDue: (nth: string) => `The ${nth} was ready`,
    waited: (n: string) => `${n} requests were slower than the steady state’s p99.`,
    noneWaited: 'No request was slower than the steady state’s p99.',
    ofRequests: (n: string, p95: string) => `${n} requests ended meanwhile, p95 ${p95}.`,
  },
};

export const reviewZhHant: typeof reviewEn = {
  story: {
    all: (n) => `全部 ${n} 句`,
    fewer: '收合',
    assumed: (n) => `計算的 ${n} 項假設`,
  },
  outcome: {
    short: '未達數量',
    correction: '回到應有數量',
    lost: '失去 Pod',
  },
  events: {
    shortText: (reached, to) => `應有 ${to} 個 Pod，叢集只到 ${reached} 個。`,
    correctionText: '叢集回到應有的 Pod 數量。',
    lostTitle: '失去一個 Pod',
    lostText: (by) => (by === 'restart' ? '沒有人要求它結束，但它不再就緒。' : '它消失了，另一個接替它：這不是擴縮事件。'),
    pod: 'Pod',
    reason: '原因',
    readyAgain: '再次就緒',
    further: '接著',
    lastDue: (nth) => `第 ${nth} 個就緒於`,
    waited: (n) => `${n} 個請求慢於穩定時的 p99。`,
    noneWaited: '沒有請求慢於穩定時的 p99。',
    ofRequests: (n, p95) => `期間結束了 ${n} 個請求，p95 為 ${p95}。`,
  },
};
