import { connect } from 'node:net';
import { type Duplex } from 'node:stream';
import { Http1Bridge, PodUntouched } from './http1-bridge';
import {
  Http1Calls,
  Http2Calls,
  type Call,
  type CallEvents,
  type CallHead,
  type PodCalls,
} from './pod-calls';

/** What a container's port is named, as Knative has it: HTTP/1.1, or HTTP/2 without TLS. */
export type PodProtocol = 'http1' | 'h2c';

/** What hears of one connection while an exchange has it. */
export interface ConnectionUser {
  /** It has come about. */
  onOpen(): void;
  onData(chunk: Buffer): void;
  onDrain(): void;
  /** The pod's end of it is closed, or never opened: then the error is a PodUntouched. */
  onClose(error: Error | null): void;
}

/** A kept-alive connection to a pod: one exchange has it at a time. */
export class PodConnection {
  user: ConnectionUser | null = null;
  private error: Error | null = null;

  constructor(
    private readonly socket: Duplex,
    public isOpen: boolean,
    private readonly onGone: (connection: PodConnection) => void,
  ) {
    socket.once('connect', () => {
      this.isOpen = true;
      this.user?.onOpen();
    });
    socket.on('data', (chunk: Buffer) => {
      if (this.user) this.user.onData(chunk);
      // Nobody asked: what comes now belongs to no answer.
      else socket.destroy();
    });
    socket.on('drain', () => this.user?.onDrain());
    socket.on('error', (error) => (this.error = error));
    // The pod has said that it takes nothing more: a request sent now would be lost.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.onGone(this);
      const user = this.user;
      this.user = null;
      user?.onClose(this.isOpen ? this.error : new PodUntouched());
    });
  }

  /** False when the sender should wait for `onDrain`. */
  write(data: Buffer | string): boolean {
    return typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Destroys it once all that was written has gone. */
  end(): void {
    this.socket.end(() => this.socket.destroy());
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/**
 * The gateway's connections to one pod. An exchange takes one, so there are never more than the pod has exchanges: its
 * container concurrency.
 */
export class PodConnections {
  private readonly idle: PodConnection[] = [];
  private readonly all = new Set<PodConnection>();
  /** For requests that did not come by HTTP/1.1. */
  private readonly calls: PodCalls;
  /** For those that did, where the pod speaks HTTP/2 only. */
  private readonly bridge: Http1Bridge | null;

  constructor(
    private readonly port: number,
    protocol: PodProtocol,
  ) {
    this.calls = protocol === 'h2c' ? new Http2Calls(port) : new Http1Calls(port);
    this.bridge = protocol === 'h2c' ? new Http1Bridge(this.calls) : null;
  }

  /** Gives a whole request to the pod. */
  call(head: CallHead, events: CallEvents): Call {
    return this.calls.call(head, events);
  }

  take(user: ConnectionUser): PodConnection {
    const connection = this.idle.pop() ?? this.open();
    connection.user = user;
    return connection;
  }

  /** Gives a connection back whose answer has come whole. */
  giveBack(connection: PodConnection): void {
    connection.user = null;
    if (this.all.has(connection)) this.idle.push(connection);
  }

  destroy(): void {
    for (const connection of this.all) connection.destroy();
    this.calls.destroy();
  }

  private open(): PodConnection {
    const socket = this.bridge?.connect() ?? connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    const connection = new PodConnection(socket, this.bridge !== null, (gone) => {
      this.all.delete(gone);
      const index = this.idle.indexOf(gone);
      if (index >= 0) this.idle.splice(index, 1);
    });
    this.all.add(connection);
    return connection;
  }
}
