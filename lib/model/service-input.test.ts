import { expect, it } from 'vitest';
import { serviceInputSchema } from './service-input';

const service = { name: 's', host: 's.example', gatewayUrl: 'http://a.example' };

it.each([
  ['gatewayUrl', 'gateway.example', 'validation.http-address'],
  ['gatewayUrl', 'wss://gateway.example', 'validation.http-address'],
  ['gatewayUrl', 'http://', 'validation.http-address'],
  ['gatewayUrl', 'http://gateway.example:70000', 'validation.port-range'],
  ['gatewayUrl', 'https://[::1]:65536/path', 'validation.port-range'],
  ['gatewayUrl', 'http://127.0.0.1:0', 'validation.port-range'],
  ['gatewayMetricsUrl', 'http://a.example:9090, http://b.example:90900', 'validation.port-range'],
  ['gatewayMetricsUrl', 'http://a.example:9090 b.example', 'validation.http-address'],
  ['host', '', 'validation.host-missing'],
  ['host', 'http://shop.example.com', 'validation.host-form'],
  ['host', 'shop.example.com/cart', 'validation.host-form'],
  ['host', 'shop.example.com, cart.example.com', 'validation.host-form'],
])('a service’s %s %j is refused at its field: %s', (field, value, code) => {
  const { error } = serviceInputSchema.safeParse({ ...service, [field]: value });
  expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([[field, code]]);
});

it.each([
  ['gatewayUrl', 'http://127.0.0.1:4380/shop?beta=1'],
  ['gatewayUrl', 'https://[::1]:443'],
  ['gatewayMetricsUrl', 'http://a.example:9090 http://b.example:65535/metrics'],
  ['host', 'shop_1.example.com:8443'],
  ['host', 'münchen.example'],
])('a service’s %s %j is taken', (field, value) => {
  expect(serviceInputSchema.safeParse({ ...service, [field]: value }).success).toBe(true);
});
