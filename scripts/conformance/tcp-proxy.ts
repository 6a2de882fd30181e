import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of what passes: `ok`; `stall`: held back and passed on later, as by a network that lost its way for a
 * while; `hole`: connections are accepted and never answered; `refuse`: closed at once.
 */
export type Weather = 'ok' | 'stall' | 'hole' | 'refuse';

/** Connects two ports of this machine, with weather between. */
export class TcpProxy {
  private weather: Weather = 'ok';
  /** That have passed, both ways. */
  bytes = 0;
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly target: number,
    private readonly server = createServer((socket) => this.accept(socket)),
  ) {}

  static async to(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  set(weather: Weather): void {
    const was = this.weather;
    this.weather = weather;
    for (const pair of this.pairs) {
      // What vanished in the hole never comes out of it.
      if (weather === 'refuse' || (was === 'hole' && weather !== 'hole'))
        pair.forEach((socket) => socket.destroy());
      else pair.forEach((socket) => (weather === 'ok' ? socket.resume() : socket.pause()));
    }
  }

  close(): void {
    this.set('refuse');
    this.server.close();
  }

  private accept(client: Socket): void {
    if (this.weather === 'refuse') return void client.destroy();
    const upstream = connect(this.target, '127.0.0.1');
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (bytes: Buffer) => {
        this.bytes += bytes.length;
        to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        if (this.weather === 'hole' && from === upstream) return;
        to.destroy();
        this.pairs.delete(pair);
      });
      if (this.weather !== 'ok') from.pause();
    }
  }
}
