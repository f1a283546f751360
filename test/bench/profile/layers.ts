/** Parts of a process that its time is told apart by. */
export const layers = [
  'garbage',
  'writing to sockets',
  'PostgreSQL client',
  'BullMQ and Redis client',
  'HTTP and framework',
  'dialects, use cases, saga',
  'domain',
  'ledger',
  'vouchers, codes, digests, ids',
  'other libraries',
  'Node.js itself',
] as const;
export type Layer = (typeof layers)[number];

/** A function on the stack, as V8's profiler names it. */
export interface Frame {
  readonly functionName: string;
  readonly url: string;
}

const WRITES = new Set(['writev', 'writeBuffer', 'writeUtf8String', 'writeLatin1String', 'writeAsciiString']);

/** The first that fits: what has no code of its own, such as a buffer's copy, belongs to whoever called for it. */
const byUrl: readonly (readonly [RegExp, Layer])[] = [
  [/\/node_modules\/(pg|pg-[a-z-]+)\//, 'PostgreSQL client'],
  [/\/node_modules\/(bullmq|ioredis|@ioredis)\//, 'BullMQ and Redis client'],
  [/\/node_modules\/(@?fastify|@nestjs|find-my-way|light-my-request)\/|^node:_?http/, 'HTTP and framework'],
  [/\/node_modules\//, 'other libraries'],
  [/\/libs\/domain\//, 'domain'],
  [/\/libs\/ledger\//, 'ledger'],
  [/\/libs\/(platform|vouchers)\//, 'vouchers, codes, digests, ids'],
  [/\/apps\//, 'dialects, use cases, saga'],
];

/** Whose a sample is. @param stack innermost first. */
export function layerOf(stack: readonly Frame[]): Layer {
  const [innermost] = stack;
  if (innermost?.functionName === '(garbage collector)') return 'garbage';
  if (innermost !== undefined && innermost.url === '' && WRITES.has(innermost.functionName)) {
    return 'writing to sockets';
  }
  for (const { url } of stack) {
    const found = byUrl.find(([pattern]) => pattern.test(url));
    if (found !== undefined) return found[1];
  }
  return 'Node.js itself';
}
