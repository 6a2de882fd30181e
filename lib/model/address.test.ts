import { describe, expect, it } from 'vitest';
import { hasCredentials, withoutCredentials } from './address';
import { serviceInputSchema } from './service-input';

describe('an address with user and password', () => {
  it.each([
    ['http://user:pw@10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['https://token@gateway.example/', 'https://gateway.example/'],
    ['http://:pw@gateway.example/a?b=c', 'http://gateway.example/a?b=c'],
    ['http://a:b@one.example http://two.example', 'http://one.example http://two.example'],
    ['http://us%40er:p%3Aw@[::1]:80/x', 'http://[::1]/x'],
  ])('%s is told without them', (address, told) => {
    expect(hasCredentials(address.split(' ')[0]!)).toBe(true);
    expect(withoutCredentials(address)).toBe(told);
  });

  it.each(['http://10.0.0.7:8080', 'https://a.example/?at=x@y', 'no address', ''])(
    '%s is none',
    (address) => {
      expect(hasCredentials(address)).toBe(false);
      expect(withoutCredentials(address)).toBe(address);
    },
  );

  it('is refused where a service is registered, at its field', () => {
    const service = { name: 's', host: 's.example', gatewayUrl: 'http://a.example' };
    const wrong = 'http://user:pw@a.example';
    expect(serviceInputSchema.safeParse(service).success).toBe(true);
    for (const field of ['gatewayUrl', 'gatewayMetricsUrl']) {
      const { error } = serviceInputSchema.safeParse({ ...service, [field]: wrong });
      expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
        [field, 'validation.address-credentials'],
      ]);
    }
  });
});
