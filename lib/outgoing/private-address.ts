import { lookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { CodedError, message } from '@/lib/model/message';
import { byProxy } from './proxy';

/** Addresses of this machine, of private and link-local networks and of no one host: IANA's special-purpose registries. */
const inner = new BlockList();
for (const block of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]) {
  const [network = '', bits] = block.split('/');
  inner.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an address says itself that it is not of the public internet; a name may turn out so when it is looked up. */
export function isPrivateUrl({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return /(^|\.)localhost\.?$/.test(host) || (isIP(host) !== 0 && isPrivateAddress(host));
}

/** Whether an IP address is not one of the public internet. IPv4 within IPv6 counts as what it is. */
function isPrivateAddress(address: string): boolean {
  return inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Connections to public addresses alone: what a name stands for is looked at when it is connected to, so that it cannot be
 * another one a moment later. Throws a CodedError for an address that is written out and private.
 */
export function publicOnly(url: URL): Agent {
  if (isPrivateUrl(url)) throw refused(url.hostname);
  // Where a proxy is, names are its to look up.
  const way = byProxy(url);
  if (way) return way.agent;
  return url.protocol === 'https:'
    ? new HttpsAgent({ lookup: lookupPublic })
    : new HttpAgent({ lookup: lookupPublic });
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const first = addresses?.[0];
    const bad = addresses?.find(({ address }) => isPrivateAddress(address));
    if (error || !first) callback(error, '');
    else if (bad) callback(refused(hostname), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

const refused = (host: string): CodedError => new CodedError(message('reasons.private-address', { host }));
