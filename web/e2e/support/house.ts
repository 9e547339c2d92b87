/** A server of our own on a throw-away folder: started, killed, restarted on the same port, asked by its own commands. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The server under test: YINGKE_BIN, else what `cargo build -p yingke-server` made. */
export function binary(): string {
  const path = process.env.YINGKE_BIN ?? join(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'yingke');
  if (!existsSync(path)) {
    throw new Error(
      `No server at ${path}. Build it (cargo build -p yingke-server) or name it: YINGKE_BIN=/path npm run e2e`,
    );
  }
  return path;
}

/** The environment without anything that would lead the server elsewhere. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('YINGKE_')));
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class House {
  /** Address, without a slash at the end. */
  url = '';
  /** Token of the owner's first link, while there is no owner. */
  ownerToken = '';
  /** What the server said on its error stream, for failures. */
  log = '';
  #child: ChildProcess | null = null;

  private constructor(readonly data: string) {}

  static async start(): Promise<House> {
    const house = new House(await mkdtemp(join(tmpdir(), 'yingke-e2e-')));
    await house.#serve('127.0.0.1:0');
    return house;
  }

  /** SIGKILL: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Again, on the same folder and the same port. */
  async restart(): Promise<void> {
    await this.#serve(new URL(this.url).host);
  }

  /** Stops it and removes its folder. */
  async discard(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.data, { recursive: true, force: true });
  }

  /** A command of the same program on the same folder, such as `import chats FILE`. Rejects on a status other than 0. */
  async run(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(binary(), [...words, '--data', this.data], { env: environment() });
    return stdout;
  }

  async #serve(listen: string): Promise<void> {
    const child = spawn(binary(), ['serve', '--data', this.data, '--listen', listen, '--show-shop'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(child);
    let out = '';
    await new Promise<void>((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`the server is not ready after 30 s:\n${this.log}`)), 30_000);
      child.once('error', failed);
      child.once('exit', (code) => {
        running.delete(child);
        failed(new Error(`the server ended with ${code}:\n${this.log}`));
      });
      child.stderr.on('data', (bytes: Buffer) => (this.log += bytes.toString()));
      child.stdout.on('data', (bytes: Buffer) => {
        out += bytes.toString();
        const url = /^ready (\S+)$/m.exec(out)?.[1];
        if (!url) return;
        clearTimeout(late);
        this.url = url;
        ready();
      });
    });
    this.ownerToken = /\/in#(\S+)/.exec(this.log)?.[1] ?? '';
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill(signal);
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(stubborn);
  }
}
