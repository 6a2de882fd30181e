const words = new Set([
  'token',
  'tokens',
  'secret',
  'secrets',
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'pass',
  'authorization',
  'auth',
  'bearer',
  'credential',
  'credentials',
  'creds',
  'cookie',
  'cookies',
  'apikey',
  'jwt',
  'dsn',
  'otp',
  'totp',
  'hmac',
  'signature',
]);
/** Two words side by side: a `key` alone is seldom a secret. */
const pairs = new Set([
  'api key',
  'access key',
  'private key',
  'secret key',
  'signing key',
  'encryption key',
  'auth key',
  'account key',
  'shared key',
  'license key',
  'ssh key',
  'session id',
  'connection string',
  'conn str',
]);
/** In names without a border between their words. */
const inside = /token|secret|passw|passphrase|apikey|accesskey|privatekey|authoriz|credential/;
/** Counts of a language model's tokens. */
const counts = /^(max|min|num|total|input|output|prompt|completion)[\W_]*\w*?tokens?$/i;

/** Short names that a variable of a script is given for a secret; as a property they are often something else. */
const variableWords = new Set(['key', 'keys', 'pin', 'session', 'sid', 'psk', 'salt', 'cred', 'code']);

/** Whether a variable of this name is never proposed as one that everybody may read. */
export function isSecretVariable(name: string): boolean {
  return isSecretName(name) || partsOf(name).some((part) => variableWords.has(part));
}

/** Whether a value of this name (variable, header, property, parameter) is taken for a secret. */
export function isSecretName(name: string): boolean {
  if (counts.test(name)) return false;
  const parts = partsOf(name);
  return (
    inside.test(parts.join('')) ||
    parts.some((part, i) => words.has(part) || pairs.has(`${part} ${parts[i + 1] ?? ''}`))
  );
}

function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}
