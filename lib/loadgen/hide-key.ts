import { type ClientCertificate } from '@/lib/model/client-certificate';

const block = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const hidden = '[private key]';
/** A shorter line is among what anybody may write. */
const leastCharacters = 16;

/**
 * Takes a client's private key out of a text, whole or in lines. k6 shows a script all options, and with them the key,
 * in `exec.test.options`: one that logs them is no reason to keep it.
 */
export function keyHider({ key }: ClientCertificate): (text: string) => string {
  const lines = key.split('\n').filter((line) => line.length >= leastCharacters && !line.startsWith('-----'));
  return (text) =>
    lines.some((line) => text.includes(line))
      ? lines.reduce((rest, line) => rest.replaceAll(line, hidden), text.replace(block, hidden))
      : text;
}
