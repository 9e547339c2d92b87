/**
 * The buyer's way to the house, to be cut in the middle: a plain TCP relay. (The browser's own "offline" leaves sockets alone that
 * are open already.)
 */
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

export class Wire {
  /** Address of the house by this way, without a slash at the end. */
  readonly url: string;
  readonly #open: Set<Socket>;
  readonly #server: Server;
  #isCut = false;

  private constructor(server: Server, open: Set<Socket>) {
    this.#server = server;
    this.#open = open;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async to(house: string): Promise<Wire> {
    const { hostname, port } = new URL(house);
    const open = new Set<Socket>();
    const server = createServer((near) => {
      if (wire.#isCut) {
        near.destroy();
        return;
      }
      const far = connect(Number(port), hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          open.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const wire: Wire = new Wire(server, open);
    return wire;
  }

  /** Every connection breaks, and no new one comes through. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
