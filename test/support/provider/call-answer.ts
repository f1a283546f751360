import type { ServerResponse } from 'node:http';
import type { CallMode } from './call-modes.js';

/** What an honest answer would be. */
export interface Answer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const TOO_LONG_BYTES = 1024 * 1024;
const DRIBBLE_MS = 5;

/** Gives the answer as the mode would have it: as it is, spoiled, or not at all. */
export function answerAs(mode: CallMode, response: ServerResponse, answer: Answer): void {
  switch (mode) {
    case 'hang':
    case 'late':
    case 'ignored':
      return;
    case 'drop':
      response.socket?.destroy();
      return;
    case 'reset':
      resetHalfWay(response, answer);
      return;
    case 'dribble':
      dribble(response);
      return;
    case 'error':
      send(response, { status: 500, body: { error: 'internal' } });
      return;
    case 'garbage':
      sendText(response, 200, '<html><body>OK</body></html>');
      return;
    case 'too_long':
      send(response, { status: 200, body: { ...answer.body, padding: 'x'.repeat(TOO_LONG_BYTES) } });
      return;
    case 'redirect':
      response.writeHead(302, { location: '/elsewhere/vouchers' }).end();
      return;
    case 'in_progress':
      send(response, { status: 409, body: { error: 'in_progress' } });
      return;
    default:
      send(response, answer);
  }
}

export function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) response.writeHead(status).end();
  else sendText(response, status, JSON.stringify(body), 'application/json');
}

function sendText(response: ServerResponse, status: number, text: string, type = 'text/html'): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}

function resetHalfWay(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body ?? {});
  response.writeHead(status === 204 ? 200 : status, {
    'content-type': 'application/json',
    'content-length': text.length + 1,
  });
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.socket?.resetAndDestroy());
}

function dribble(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), DRIBBLE_MS);
  response.once('close', () => {
    clearInterval(timer);
  });
}
