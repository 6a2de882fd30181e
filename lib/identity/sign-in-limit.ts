import { type Store } from '@/lib/store/client';
import { countTry, forgetTries, takeBack } from '@/lib/store/rate-limits';

/** Failed sign-ins: of one name from one address, from one address whatever the name, of one name wherever from. */
const ofPair = { keyPrefix: 'pair', points: 5, duration: 15 * 60 };
const ofAddress = { keyPrefix: 'address', points: 50, duration: 15 * 60 };
const ofName = { keyPrefix: 'name', points: 100, duration: 60 * 60 };

/**
 * Counts an attempt to sign in before its password is looked at, so that attempts at the same time all count. Null if it
 * may go on; else in how many seconds the next one may.
 */
export function countAttempt(store: Store, name: string, address: string): Promise<number | null> {
  return countTry(store, [
    [ofPair, `${name} ${address}`],
    [ofAddress, address],
    [ofName, name],
  ]);
}

/** The attempt was a success: only failures count. */
export async function forgetAttempt(store: Store, name: string, address: string): Promise<void> {
  await Promise.all([
    forgetTries(store, ofPair, `${name} ${address}`),
    takeBack(store, ofAddress, address),
    takeBack(store, ofName, name),
  ]);
}
