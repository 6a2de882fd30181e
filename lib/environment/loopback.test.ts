import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.0.0.2', '::1', '[::1]', '::ffff:127.0.0.1', 'localhost'])('%s is', (address) => {
    expect(isLoopback(address)).toBe(true);
  });
  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '192.168.1.5',
    '::ffff:10.0.0.1',
    'example.com',
    '127.0.0.1.example.com',
    '',
  ])('%s is not', (address) => {
    expect(isLoopback(address)).toBe(false);
  });
});
